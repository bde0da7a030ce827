// An extract that begins with an earlier one is read from there on, and what is stored is what reading all of it stores.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readControl } from '../../src/feeds/control.ts';
import type { Gap, LedgerFeed } from '../../src/feeds/feed.ts';
import { canonicalLedger } from '../../src/feeds/ledgerCsv.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-head-'));
const HEAD = 'company,document,line,posting_date,account,location,currency,amount,reference,text';
/** Two databases: one reads from where the extract is new, the other always all of it. */
let short: TestDatabase;
let long: TestDatabase;
let file = 0;
let gaps: (Gap | undefined)[] = [];

beforeAll(async () => {
  [short, long] = [await testDatabase(), await testDatabase()];
});
afterAll(async () => {
  await short.drop();
  await long.drop();
});
/** Each case in a year of its own, extracted after all others: facts are never taken away. */
let year = 2026;
const AFTER_ALL = { clock: () => Date.UTC(2199, 0, 1) };
beforeEach(() => {
  gaps = [];
  year += 1;
});

const watching: LedgerFeed = {
  ...canonicalLedger,
  read(files) {
    gaps.push(files[0]!.gap);
    return canonicalLedger.read(files);
  },
};
const wholly: LedgerFeed = { ...canonicalLedger, readsGaps: false };

interface Row {
  document: number;
  day: number;
  amount?: string;
  line?: number;
}
const text = ({ document, day, amount = '1.00', line = 1 }: Row): string =>
  `US01,D${document},${line},${year}-10-${String(day).padStart(2, '0')},1200,S1,USD,${amount},R${document},`;
const rows = (count: number, from = 0): Row[] =>
  Array.from({ length: count }, (_, n) => ({ document: from + n, day: 1 + ((from + n) % 20) }));

interface Extract {
  rows: readonly (Row | string)[];
  /** Undefined: a delta. */
  to?: number;
  /** Hour of extraction. */
  at: number;
  totals?: Record<string, unknown>;
  end?: string;
  begin?: string;
  context?: IntakeContext;
}

/** Delivers to both; they say the same of it and store the same. */
async function deliver(extract: Extract): Promise<string> {
  const path = join(folder, `extract-${++file}.csv`);
  const lines = extract.rows.map((row) => (typeof row === 'string' ? row : text(row)));
  writeFileSync(path, (extract.begin ?? '') + [HEAD, ...lines].join('\n') + (extract.end ?? '\n'));
  const control = {
    ...(extract.to === undefined
      ? {}
      : { mode: 'full', from: `${year}-10-01`, to: `${year}-10-${extract.to}`, companies: ['US01'] }),
    extractedAt: new Date(Date.UTC(year, 10, 1, extract.at)).toISOString(),
    ...extract.totals,
  };
  writeFileSync(path.replace('.csv', '.control.json'), JSON.stringify(control));
  const said: string[] = [];
  for (const [at, feed] of [
    [short, watching],
    [long, wholly],
  ] as const) {
    const report = await ingestLedger(
      at.db,
      extract.context ?? company(AFTER_ALL),
      feed,
      await openDelivery([path], () => {}),
      await readControl(path),
    );
    const { received, accepted, duplicates, quarantined } = report;
    said.push(
      `${received} received, ${accepted} accepted, ${duplicates} duplicates, ${quarantined} quarantined`,
    );
  }
  expect(said[0]).toBe(said[1]);
  expect(await stored(short)).toEqual(await stored(long));
  return said[0]!;
}

/** Everything that an extract writes, without the numbers that were drawn. */
async function stored({ db }: TestDatabase): Promise<unknown> {
  const all = async (sql: string): Promise<unknown[]> =>
    (await db.pool.query({ text: sql, rowMode: 'array' })).rows;
  return {
    identities:
      await all(`select i.document, i.line, i.version, i.episode, i.content_hash::text, i.posting_date, i.late, i.changes,
        l.amount, l.unit, b.sha256 from tieout.ledger_identity i join tieout.line l using (unit, line_id)
        join tieout.batch b on b.batch_id = i.batch_id where i.fiscal_year = '${year}' order by 1, 2, 3, 4`),
    ends: await all(`select l.document, l.line, e.kind, s.amount, b.sha256 from tieout.line_end e join tieout.line l using (unit, line_id)
        join tieout.batch b on b.batch_id = e.batch_id
        left join tieout.line s on s.unit = e.successor_unit and s.line_id = e.successor_line where l.fiscal_year = '${year}' order by 1, 2, 3, 4`),
    quarantine: await all(
      'select position, byte_offset, message, encode(raw, $$escape$$) from tieout.quarantine order by position, message',
    ),
    batches: await all(
      'select sha256, received, accepted, duplicates, quarantined, control, refused from tieout.batch order by batch_id',
    ),
  };
}

const isShort = (): boolean => gaps.at(-1) !== undefined;

describe('the month again, a day longer', () => {
  it('is read from where it is new, night after night', async () => {
    await deliver({ rows: rows(40), to: 20, at: 1 });
    expect(isShort()).toBe(false);
    const second = await deliver({ rows: [...rows(40), { document: 40, day: 21 }], to: 21, at: 2 });
    expect(second).toBe('41 received, 1 accepted, 40 duplicates, 0 quarantined');
    const bytes = rows(40).reduce((sum, row) => sum + text(row).length + 1, 0);
    expect(gaps.at(-1)).toEqual({ lines: 40, bytes });
    await deliver({
      rows: [...rows(40), { document: 40, day: 21 }, { document: 41, day: 3 }],
      to: 22,
      at: 3,
    });
    expect(isShort()).toBe(true);
  });

  it('also where nothing is new but the day', async () => {
    await deliver({ rows: rows(40), to: 20, at: 1 });
    expect(await deliver({ rows: rows(40), to: 21, at: 2 })).toBe(
      '40 received, 0 accepted, 40 duplicates, 0 quarantined',
    );
    expect(gaps.at(-1)?.lines).toBe(40);
  });

  it('with a document of the head that has one line more', async () => {
    await deliver({ rows: rows(40), to: 20, at: 1 });
    expect(await deliver({ rows: [...rows(40), { document: 3, day: 4, line: 2 }], to: 20, at: 2 })).toContain(
      '1 accepted',
    );
    expect(isShort()).toBe(true);
  });

  it('holds its totals against all of its rows', async () => {
    const totals = (count: number): Record<string, unknown> => ({
      rows: count,
      debit: `${count}.00`,
      credit: '0.00',
    });
    await deliver({ rows: rows(40), to: 20, at: 1, totals: totals(40) });
    expect(await deliver({ rows: rows(42), to: 20, at: 2, totals: totals(43) })).toBe(
      '42 received, 0 accepted, 0 duplicates, 42 quarantined',
    );
    expect(await deliver({ rows: rows(43), to: 20, at: 3, totals: totals(43) })).toBe(
      '43 received, 3 accepted, 40 duplicates, 0 quarantined',
    );
    expect(isShort()).toBe(true);
  });

  it('tells the line and the bytes of a record that it refuses', async () => {
    await deliver({ rows: rows(40), to: 20, at: 1 });
    const bad = text({ document: 50, day: 5, amount: 'much' });
    expect(await deliver({ rows: [...rows(41), bad], to: 20, at: 2 })).toContain('1 quarantined');
    const seen = await short.db.pool.query<{ position: string }>(
      `select position from tieout.quarantine where convert_from(raw, 'UTF8') like '%${year}%'`,
    );
    expect(seen.rows).toEqual([{ position: '43' }]);
  });

  it('is no snapshot where something of it was refused', async () => {
    const bad = text({ document: 50, day: 5, amount: 'much' });
    await deliver({ rows: [...rows(40), bad], to: 20, at: 1 });
    await deliver({ rows: [...rows(40), bad, { document: 41, day: 3 }], to: 20, at: 2 });
    expect(isShort()).toBe(false);
  });
});

describe('it is read from its start', () => {
  beforeEach(() => deliver({ rows: rows(40), to: 20, at: 1 }));
  const again = (over: Partial<Extract> = {}): Promise<string> =>
    deliver({ rows: [...rows(40), { document: 60, day: 4 }], to: 20, at: 9, ...over });

  it('where a line of the head was corrected since', async () => {
    await deliver({ rows: [{ document: 3, day: 4, amount: '5.00' }], at: 2 });
    expect(await again()).toBe('41 received, 2 accepted, 39 duplicates, 0 quarantined');
    expect(isShort()).toBe(false);
  });

  it('where a line of it had vanished since', async () => {
    await deliver({ rows: rows(39, 1), to: 20, at: 2 });
    expect(await again()).toBe('41 received, 2 accepted, 39 duplicates, 0 quarantined');
    expect(isShort()).toBe(false);
  });

  it('where a byte of it is another', async () => {
    const changed = rows(40).map((row) => (row.document === 7 ? { ...row, amount: '1.50' } : row));
    expect(await again({ rows: changed })).toBe('40 received, 1 accepted, 39 duplicates, 0 quarantined');
    expect(isShort()).toBe(false);
    expect(await again({ rows: [...changed, { document: 60, day: 4 }], at: 10 })).toContain('1 accepted');
    expect(isShort()).toBe(true);
  });

  it('where the head does not end with a line', async () => {
    await deliver({ rows: rows(50), to: 20, at: 3, end: '' });
    expect(isShort()).toBe(true);
    await deliver({ rows: [...rows(49), `${text(rows(50)[49]!)}and more`], to: 20, at: 4 });
    expect(isShort()).toBe(false);
  });

  it('where it came in behind a younger one, of which a line may stand', async () => {
    await deliver({ rows: [{ document: 70, day: 2 }], at: 20 });
    await again({ at: 10 });
    expect(gaps.at(-1)?.lines).toBe(40);
    await again({ rows: [...rows(40), { document: 60, day: 4 }, { document: 61, day: 4 }], at: 11 });
    expect(gaps.at(-1)?.lines).toBe(40);
  });

  it('where one with an older number stored its lines later', async () => {
    for (const { db } of [short, long]) {
      await db.pool.query(
        `insert into tieout.ledger_identity (company, ledger, fiscal_year, document, line, version, content_hash, posting_date, unit,
           line_id, rulebook_hash, batch_id)
         select company, ledger, fiscal_year, 'D3', 'of another', version, content_hash, posting_date, unit, line_id, rulebook_hash,
           batch_id - 1 from tieout.ledger_identity where fiscal_year = '${year}' and document = 'D3'`,
      );
    }
    await again();
    expect(isShort()).toBe(false);
  });

  it('where the calendar is another', async () => {
    const ours = company(AFTER_ALL);
    const context: IntakeContext = {
      ...ours,
      company: (code) => {
        const known = ours.company(code);
        return known && { ...known, period: () => ({ fiscalYear: String(year), period: 'P7' }) };
      },
    };
    await again({ context });
    expect(isShort()).toBe(false);
  });

  it('where an empty line stands before the header', async () => {
    await deliver({ rows: rows(45), to: 20, at: 2, begin: '\n' });
    await deliver({ rows: rows(46), to: 20, at: 3, begin: '\n' });
    expect(isShort()).toBe(false);
  });

  it('where its scope is another', async () => {
    await again({ totals: { accounts: ['1200'] } });
    expect(isShort()).toBe(false);
  });
});

describe('what follows the head', () => {
  beforeEach(() => deliver({ rows: rows(40), to: 20, at: 1 }));

  it('must not say something else of its lines: the document is refused', async () => {
    const lines = [...rows(40), { document: 3, day: 4, amount: '9.00' }];
    expect(await deliver({ rows: lines, to: 20, at: 2 })).toBe(
      '41 received, 0 accepted, 39 duplicates, 2 quarantined',
    );
  });

  it('refuses a document of the head with its own bad line', async () => {
    const bad = text({ document: 3, day: 4, line: 2, amount: 'much' });
    expect(await deliver({ rows: [...rows(40), bad], to: 20, at: 2 })).toContain('2 quarantined');
  });

  it('has to hold what came in since: a line of a delta that is in neither has vanished', async () => {
    await deliver({
      rows: [
        { document: 80, day: 2 },
        { document: 81, day: 2 },
      ],
      at: 2,
    });
    await deliver({ rows: [...rows(40), { document: 81, day: 2 }], to: 20, at: 3 });
    expect(isShort()).toBe(true);
    const ends = await short.db.pool.query<{ document: string }>(
      `select l.document from tieout.line_end e join tieout.line l using (unit, line_id) where l.fiscal_year = '${year}'`,
    );
    expect(ends.rows).toEqual([{ document: 'D80' }]);
  });
});

describe('whatever is delivered', () => {
  const step = fc.record({
    act: fc.constantFrom(
      'append',
      'append',
      'append',
      'edit',
      'remove',
      'swap',
      'repeat',
      'contradict',
      'spoil',
      'none',
    ),
    at: fc.nat({ max: 30 }),
    as: fc.constantFrom('full', 'full', 'full', 'delta', 'late'),
    longer: fc.boolean(),
  });

  it('it stores what reading all of it stores', { timeout: 240_000 }, async () => {
    let used = 0;
    await fc.assert(
      fc
        .asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
          let now: Row[] = rows(12);
          let to = 20;
          let next = 100;
          await deliver({ rows: now, to, at: 0 });
          for (const [hour, { act, at, as, longer }] of steps.entries()) {
            const index = at % now.length;
            const row = now[index]!;
            let news: Row[] = [];
            let once: (Row | string)[] = [];
            if (act === 'append')
              news = [
                { document: next++, day: 1 + (at % 20) },
                { document: next++, day: 2 },
              ];
            if (act === 'edit') news = [{ ...row, amount: `${at + 2}.00` }];
            if (act === 'repeat') once = [row];
            if (act === 'contradict') once = [{ ...row, amount: '77.00' }];
            if (act === 'spoil') once = [text({ ...row, line: 2, amount: 'much' })];
            if (act === 'edit') now = now.map((one, n) => (n === index ? news[0]! : one));
            else if (act === 'remove') now = now.filter((_, n) => n !== index);
            else if (act === 'swap') now = [...now.slice(1), now[0]!];
            else if (as !== 'delta' || at % 2 === 0) now = [...now, ...news];
            if (longer) to = Math.min(to + 1, 31);
            const delta = [...news, ...once];
            const whole = [...now, ...once];
            const hourOf = as === 'late' ? hour - 1 : hour + 1;
            if (as === 'delta') {
              if (delta.length > 0) await deliver({ rows: delta, at: hourOf });
            } else await deliver({ rows: whole, to, at: hourOf });
            used += isShort() ? 1 : 0;
          }
        })
        .beforeEach(() => {
          gaps = [];
          year += 1;
        }),
      { numRuns: 30 },
    );
    expect(used).toBeGreaterThan(10);
  });
});
