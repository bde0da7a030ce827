// Laws 1 to 9 on a simulated month, as a next day, a re-delivery, a correction, an undo, kills, other orders, workers and
// time zones would break them. Small in the default run; `npm run test:heavy` takes 100,000 lines a side and prints the
// table of what was checked.
import { readFileSync, writeFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';

import { unmatch } from '../../jobs/decisions/matchByHand.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { RUN_CRASH_POINTS } from '../../src/crashPoints.ts';
import { agree } from '../support/secondPerson.ts';
import { Books, type ChildStep, type Company, NOW, simulatedCompany } from './books.ts';
import { splitEvents, splitLedger } from './shuffle.ts';

const ASKED = process.env['TIEOUT_HEAVY_LINES'];
const LINES = Number(ASKED ?? '1800');
/** The small version takes a part of each kind: seconds instead of minutes. */
const WHOLE = ASKED !== undefined;
const some = <T>(all: readonly T[], few: number): readonly T[] => (WHOLE ? all : all.slice(-few));
const FIRST = '2026-10-30';
const SECOND = '2026-10-31';
const ZONES: readonly [process: string, database: string][] = [
  ['UTC', 'UTC'],
  ['Pacific/Kiritimati', 'America/Los_Angeles'],
  ['America/St_Johns', 'Asia/Kathmandu'],
  ['Pacific/Pago_Pago', 'Australia/Lord_Howe'],
  ['Europe/Berlin', 'Pacific/Chatham'],
];
const INTAKE_POINTS = RUN_CRASH_POINTS.filter((name) => name.startsWith('intake.'));
const RUN_POINTS = RUN_CRASH_POINTS.filter((name) => name.startsWith('reconcile.'));
const by = {
  by: { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' },
  why: 'tried',
  clock: () => NOW,
};

const table: { checked: string; seconds: string }[] = [];
let company: Company;
/** Facts stored, nothing reconciled; the first day reconciled; the next day too. */
let loaded: Books;
let first: Books;
let second: Books;
let firstHash: string;
let secondHash: string;

/** Work on a copy of a state. */
async function on(state: Books, work: (books: Books) => Promise<void>): Promise<void> {
  const books = await state.copy();
  try {
    await work(books);
  } finally {
    await books.drop();
  }
}

beforeAll(() => {
  company = simulatedCompany(LINES, 7);
});
let began = 0;
beforeEach(() => {
  began = performance.now();
});
afterEach(({ task }) => {
  const failed = task.result?.state === 'fail' ? 'FAILED ' : '';
  table.push({ checked: failed + task.name, seconds: ((performance.now() - began) / 1000).toFixed(1) });
});
afterAll(async () => {
  for (const books of [loaded, first, second]) await books?.drop();
  company?.remove();
  if (!WHOLE) return;
  const width = Math.max(...table.map(({ checked }) => checked.length));
  const version = inject('serverVersion');
  const rows = table.map(({ checked, seconds }) => `${checked.padEnd(width)}  ${seconds.padStart(7)} s`);
  console.log([`PostgreSQL ${version}, ${LINES} lines a side`, ...rows].join('\n'));
});

const firstFiles = (): ChildStep => ({
  ingest: [
    ['events', [company.at(company.made.events)]],
    ['ledger', [company.at(company.made.ledger)]],
  ],
});

test('facts in: every record is accepted, once', async () => {
  loaded = await Books.empty(company);
  for (const [kind, files] of firstFiles().ingest ?? []) {
    const { files: reports } = await loaded.ingest(kind, files);
    expect(reports[0]).toMatchObject({ duplicates: 0, quarantined: 0 });
    const again = await loaded.ingest(kind, files);
    expect(again.files[0]).toMatchObject({ accepted: 0, duplicates: reports[0]?.received });
  }
});

test('laws 1 and 5, law of the tie-out: the first run, verify clean', async () => {
  first = await loaded.copy();
  const statement = await first.reconcile(FIRST);
  firstHash = statement.resultHash;
  expect(statement.reconciliations.map((row) => row.unexplained)).toEqual(
    statement.reconciliations.map(() => '0.00'),
  );
  expect(statement.reconciliations.reduce((n, row) => n + row.matched.groups, 0)).toBeGreaterThan(
    LINES * 0.9,
  );
  expect(await first.broken()).toEqual([]);
});

test('law 1: the database refuses a line in two live matches', async () => {
  await expect(
    first.db.pool.query(
      'insert into tieout.match_member (unit, line_id, match_id, run_id) select unit, line_id, 0, run_id from tieout.match_member where released_run is null limit 1',
    ),
  ).rejects.toThrow(/match_member_live/);
});

test('law 4: every variance stands on an account, inside its budget', async () => {
  const wrong = `select count(*) from tieout.match where (variance <> 0) <> (variance_account <> '')`;
  expect(await first.one(wrong)).toBe('0');
  const perRun = `select coalesce(max(spent), 0) <= 50 from (select sum(abs(x.variance)) as spent from tieout.match x
    join tieout.unit u using (unit) group by u.reconciliation, x.pass, x.run_id) s`;
  expect(await first.one(perRun)).toBe('true');
});

test('law 5: without a complete extract nothing is missing', async () => {
  const books = await Books.empty(company);
  await books.ingest('events', [company.at(company.made.events)]);
  const { reconciliations } = await books.reconcile(FIRST);
  expect(new Set(reconciliations.flatMap((row) => Object.keys(row.exceptions.byReason)))).toEqual(
    new Set(['TIMING']),
  );
  expect(
    await books.one(`select count(*) > 0 from tieout.exception_state where reason = 'FEED_OVERDUE'`),
  ).toBe('true');
  await books.drop();
});

test('law 6: every match names its pass and version, every open line its reason in words', async () => {
  expect(
    await first.one(
      `select count(*) from tieout.match where pass = '' or (version = '' and pass not in ('reversal', 'posting', 'manual'))`,
    ),
  ).toBe('0');
  expect(await first.one(`select count(*) from tieout.exception_state where length(why) < 10`)).toBe('0');
});

for (const workers of some([2, 1, 8], 1)) {
  test(`law 2: ${workers} worker${workers === 1 ? '' : 's'}, the same result hash`, () =>
    on(loaded, async (books) => {
      expect((await books.reconcile(FIRST, workers)).resultHash).toBe(firstHash);
    }));
}

for (const [zone, databaseZone] of some(ZONES, 1)) {
  test(`law 2: process in ${zone}, database in ${databaseZone}`, async () => {
    const books = await Books.empty(company);
    const step = { ...firstFiles(), asOf: FIRST };
    const { result } = await books.inChild(step, { TZ: zone, PGTZ: databaseZone });
    expect(result?.resultHash).toBe(firstHash);
    await books.drop();
  });
}

for (const seed of some([1, 2], 1)) {
  test(`law 2: shuffled, split into files, taken in by four at once (${seed})`, async () => {
    const books = await Books.empty(company);
    const { folder, made } = company;
    const events = splitEvents(folder, company.at(made.events), 3 + seed, seed);
    const ledger = splitLedger(folder, company.at(made.ledger), 4, seed);
    const queue = [
      ...ledger.map((path) => ['ledger', path] as const),
      ...events.map((path) => ['events', path] as const),
    ];
    const hand = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const { files } = await books.ingest(next[0], [next[1]]);
        expect(files[0]?.quarantined).toBe(0);
      }
    };
    await Promise.all([hand(), hand(), hand(), hand()]);
    expect((await books.reconcile(FIRST)).resultHash).toBe(firstHash);
    expect(await books.broken()).toEqual([]);
    await books.drop();
  });
}

test('kills: intake at each place, then again: nothing lost, nothing twice', async () => {
  const books = await Books.empty(company);
  for (const step of firstFiles().ingest ?? []) {
    for (const point of some(INTAKE_POINTS, 2)) {
      const before = await counts(books);
      expect(await books.inChild({ ingest: [step] }, {}, point)).toEqual({ killed: true });
      if (point !== 'intake.after-commit') expect(await counts(books)).toBe(before);
    }
    expect(await books.inChild({ ingest: [step] })).toEqual({ killed: false });
  }
  expect(await counts(books)).toBe(await counts(loaded));
  expect((await books.reconcile(FIRST)).resultHash).toBe(firstHash);
  expect(await books.broken()).toEqual([]);
  await books.drop();
});

const counts = (books: Books): Promise<string> =>
  books.one(
    `select concat_ws(' ', (select count(*) from tieout.batch), (select count(*) from tieout.event),
       (select count(*) from tieout.line), (select count(*) from tieout.ledger_identity), (select count(*) from tieout.audit))`,
  );

/** Places that a run passes several times: at which of them it is killed. Five reconciliations have lines, of two passes or more. */
const TIMES: Readonly<Record<string, readonly string[]>> = {
  'reconcile.after-working-set': [':1', ':4'],
  'reconcile.after-pass': [':1', ':9'],
};

test('kills: a run at each place, then resumed with its pins, the same result hash', () =>
  on(loaded, async (books) => {
    for (const point of some(RUN_POINTS, 2)) {
      for (const time of TIMES[point] ?? ['']) {
        const end = await books.inChild({ asOf: FIRST }, {}, point + time);
        expect(end.killed).toBe(true);
        const completed = `select count(*) from tieout.run where state = 'completed'`;
        if (point !== 'reconcile.after-commit') expect(await books.one(completed)).toBe('0');
      }
    }
    expect(await books.one('select count(*) from tieout.run')).toBe('1'); // all of them one run, resumed
    expect(await books.one('select result_hash from tieout.run')).toBe(firstHash);
    expect(await books.broken()).toEqual([]);
    // Nothing is left of the killed ones, and the same run again finds nothing new.
    await books.reconcile(FIRST);
    expect(await books.one(`select count(*) from pg_tables where schemaname = 'work'`)).toBe('0');
    expect(await books.one('select count(*) from tieout.match where run_id > 1')).toBe('0');
  }));

test('a next day of 1%: laws hold, verify clean', async () => {
  second = await first.copy();
  await second.ingest('events', [company.at(company.made.nextDay.events)]);
  await second.ingest('ledger', [company.at(company.made.nextDay.ledger)]);
  secondHash = (await second.reconcile(SECOND)).resultHash;
  expect(await second.broken()).toEqual([]);
});

test('law 2: the next day killed in its last transaction and resumed', () =>
  on(first, async (books) => {
    const step: ChildStep = {
      ingest: [
        ['events', [company.at(company.made.nextDay.events)]],
        ['ledger', [company.at(company.made.nextDay.ledger)]],
      ],
      asOf: SECOND,
    };
    expect((await books.inChild(step, {}, 'reconcile.before-commit')).killed).toBe(true);
    const { result } = await books.inChild({ asOf: SECOND }, {});
    expect(result?.resultHash).toBe(secondHash);
    expect(await books.broken()).toEqual([]);
  }));

test('month-to-date re-delivery: only the new 1% is taken, the same result hash', () =>
  on(first, async (books) => {
    await books.ingest('events', [company.at(company.made.nextDay.events)]);
    const { files } = await books.ingest('ledger', [company.at(company.made.redelivery)]);
    const isNew = Number(await second.one(`select count(*) from tieout.line where side = 'L'`));
    const before = Number(await first.one(`select count(*) from tieout.line where side = 'L'`));
    expect(files[0]).toMatchObject({ accepted: isNew - before, quarantined: 0 });
    expect((await books.reconcile(SECOND)).resultHash).toBe(secondHash);
    expect(await books.broken()).toEqual([]);
  }));

test('law 9: an undone run leaves what was before; the rerun finds the same', () =>
  on(second, async (books) => {
    const run = await books.one('select max(run_id) from tieout.run');
    await undoRun({ db: books.db, ...by }, run, false);
    expect(await books.broken()).toEqual([]);
    expect(await homes(books)).toBe(await homes(first));
    expect((await books.reconcile(SECOND)).resultHash).toBe(secondHash);
    expect(await books.broken()).toEqual([]);
    expect(await homes(books)).toBe(await homes(second));
  }));

test('law 9: all runs undone: every line without a home, then found again', () =>
  on(first, async (books) => {
    const asked = await undoRun({ db: books.db, ...by }, '1', true);
    // Where there are later runs two persons are asked.
    if (asked.waits !== undefined)
      await agree({ db: books.db, clock: by.clock, ...books.company }, asked.waits);
    expect(await books.one('select count(*) from tieout.match_member where released_run is null')).toBe('0');
    expect(await books.one('select count(*) from tieout.exception_leg where ended_run is null')).toBe('0');
    expect(await books.one('select count(*) from tieout.open_item')).toBe('0');
    expect(await books.broken()).toEqual([]);
    expect((await books.reconcile(FIRST)).resultHash).toBe(firstHash);
    expect(await books.broken()).toEqual([]);
  }));

/** Every line's home as one digest: matches by their members, legs by reason and status. */
const homes = (books: Books): Promise<string> =>
  books.one(
    `select md5(string_agg(home, ';' order by home collate "C")) from (
       select m.unit || ':' || string_agg(m.line_id::text, ',' order by m.line_id) as home from tieout.match_member m
        where m.released_run is null group by m.unit, m.match_id
       union all
       select g.exception_id || g.unit || ':' || g.line_id || s.reason || s.status from tieout.exception_leg g
       join lateral (select reason, status from tieout.exception_state s where s.exception_id = g.exception_id order by run_id desc limit 1) s on true
        where g.ended_run is null) h`,
  );

test('law 9: a match taken apart by hand is only suggested afterwards', () =>
  on(first, async (books) => {
    const match = await books.one(`select min(match_id) from tieout.match where pass = 'document'`);
    await unmatch({ db: books.db, ...by }, match);
    expect(await books.broken()).toEqual([]);
    await books.reconcile(FIRST);
    expect(await books.broken()).toEqual([]);
    const reason = `select s.reason from tieout.match_member m join tieout.exception_leg g on g.unit = m.unit and g.line_id = m.line_id
      and g.ended_run is null join tieout.exception_state s using (exception_id) where m.match_id = $1 order by s.run_id desc limit 1`;
    expect(await books.one(reason, [match])).toBe('REVIEW_MATCH');
  }));

test('a line corrected into another unit, and back', () =>
  on(first, async (books) => {
    const header = readFileSync(company.at(company.made.ledger), 'utf8').split('\n', 1)[0] ?? '';
    const document = await books.one(
      `select l.document || ' ' || l.line || ' ' || l.location from tieout.line l join tieout.match_member m using (unit, line_id)
       join tieout.unit u on u.unit = l.unit where l.side = 'L' and u.reconciliation = 'revenue' order by l.document, l.line limit 1`,
    );
    const [number = '', line = '', location = ''] = document.split(' ');
    for (const [day, to] of [
      ['2026-11-01', 'B99999'],
      ['2026-11-02', location],
    ] as const) {
      const before = await homes(books);
      correct(header, number, line, { from: location, to }, day);
      const { files } = await books.ingest('ledger', [company.at('corrected.csv')]);
      expect(files[0]).toMatchObject({ accepted: 1, quarantined: 0 });
      await books.reconcile(FIRST);
      expect(await books.broken()).toEqual([]);
      expect(await homes(books)).not.toBe(before);
    }
    const live = `select count(*) from tieout.line l join tieout.match_member m using (unit, line_id)
      where l.document = $1 and l.line = $2 and m.released_run is null`;
    expect(await books.one(live, [number, line])).toBe('1');
    // Two corrections, two versions ended, and the expected line kept its one home throughout.
    expect(await books.one(`select count(*) from tieout.line_end where kind = 'corrected'`)).toBe('2');
  }));

/** Writes one line of the ledger again, with another location, as a later extract. */
function correct(
  header: string,
  document: string,
  line: string,
  place: { from: string; to: string },
  day: string,
): void {
  const columns = header.split(',');
  const rows = readFileSync(company.at(company.made.ledger), 'utf8').split('\n');
  const found = rows
    .map((row) => row.split(','))
    .find(
      (cells) => cells[columns.indexOf('document')] === document && cells[columns.indexOf('line')] === line,
    );
  if (found === undefined) throw new Error(`no line ${document}/${line} in the extract`);
  found[columns.indexOf('location')] = place.to;
  writeFileSync(company.at('corrected.csv'), `${header}\n${found.join(',')}\n`);
  const control = { mode: 'delta', extractedAt: `${day}T23:00:00Z` };
  writeFileSync(company.at('corrected.control.json'), JSON.stringify(control));
}

test('law 8: facts refuse to change; another rulebook alters no line', () =>
  on(first, async (books) => {
    for (const statement of [
      'update tieout.line set amount = 0',
      'delete from tieout.event',
      'truncate tieout.line_end',
    ])
      await expect(books.db.pool.query(statement)).rejects.toThrow(/facts are stored once/);
    const digest = `select md5(string_agg(l::text, '' order by unit, line_id)) from tieout.line l`;
    const before = await books.one(digest);
    const { config, rulebook } = company;
    const changed = { ...rulebook, hash: `${rulebook.hash.slice(0, -1)}x` };
    company = { ...company, config, rulebook: changed };
    try {
      await books.reconcile(FIRST);
    } finally {
      company = { ...company, rulebook };
    }
    expect(await books.one(digest)).toBe(before);
    expect(await books.broken()).toEqual([]);
  }));
