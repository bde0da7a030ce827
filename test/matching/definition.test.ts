// The oracle: for random lines, the SQL of every kind of pass finds exactly what definition.ts says.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTables, fillWork } from '../../src/db/run/fillWork.ts';
import { runNames } from '../../src/db/run/names.ts';
import { runPass } from '../../src/db/run/runPass.ts';
import { dayNumbers } from '../../src/matching/dayNumber.ts';
import { applyPass } from '../../src/matching/definition.ts';
import type { PassAnswer } from '../../src/matching/model.ts';
import { Decimal } from '../../src/money/decimal.ts';
import type { Pass } from '../../src/rulebook/model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  CALENDARS,
  closeLine,
  dayKey,
  ON_THE_EDGE,
  openLines,
  pass,
  type RandomLine,
  randomLine,
  referenceKey,
  storeLines,
} from './lines.ts';

const cents = (from: string, to: string): NonNullable<Pass['tolerance']> => ({
  absolute: new Map([['USD', { from: new Decimal(from), to: new Decimal(to) }]]),
  account: 'rounding',
  budget: {},
});

const PASSES: readonly Pass[] = [
  pass({ name: 'exact', type: 'one-to-one' }),
  pass({ name: 'exact by two keys', type: 'one-to-one', keys: [referenceKey, dayKey] }),
  pass({ name: 'window', type: 'one-to-one', window: { from: -1, to: 2, when: 'before' } }),
  pass({ name: 'tolerance', type: 'one-to-one', tolerance: cents('-0.02', '0.01') }),
  pass({
    name: 'tolerance and window',
    type: 'one-to-one',
    tolerance: cents('-0.02', '0.02'),
    window: { from: 0, to: 3, when: 'before' },
  }),
  pass({
    name: 'percent',
    type: 'one-to-one',
    tolerance: {
      percent: {
        from: new Decimal('-0.1'),
        to: new Decimal('0.15'),
        cap: new Map([['USD', new Decimal('0.01')]]),
      },
      account: 'rounding',
      budget: {},
    },
  }),
  pass({ name: 'day sum', type: 'many-to-one', keys: [dayKey] }),
  pass({ name: 'reference sum', type: 'many-to-one' }),
  pass({ name: 'reference sum apart', type: 'many-to-one', sides: 'separate' }),
  pass({ name: 'sum in window', type: 'many-to-one', window: { from: -2, to: 2, when: 'before' } }),
  pass({ name: 'sum then window', type: 'many-to-one', window: { from: -2, to: 2, when: 'after' } }),
  pass({ name: 'sum with tolerance', type: 'many-to-one', tolerance: cents('-0.05', '0.05') }),
  pass({
    name: 'window of business days',
    type: 'one-to-one',
    window: { from: -1, to: 1, when: 'before', calendar: 'bank' },
  }),
  pass({
    name: 'sum in business days',
    type: 'many-to-one',
    window: { from: 0, to: 2, when: 'before', calendar: 'friday' },
  }),
  pass({
    name: 'sum then business days',
    type: 'many-to-one',
    window: { from: 0, to: 0, when: 'after', calendar: 'bank' },
  }),
  pass({
    name: 'only some lines',
    type: 'many-to-one',
    keys: [dayKey],
    where: { expected: { channels: ['R1', 'R2*'] }, ledger: { reference: '^R' } },
  }),
  pass({
    name: 'all but some lines',
    type: 'one-to-one',
    where: {
      expected: { brands: ['*'], not: { channels: ['R1'] } },
      ledger: { not: { reference: '^(?:0|r)', documentTypes: ['X'] } },
    },
  }),
  pass({
    name: 'own key',
    type: 'many-to-one',
    keys: [{ expected: ['keys.z'], ledger: ['reference'], normalise: [] }],
  }),
  pass({
    name: 'dated the next day',
    type: 'many-to-one',
    keys: [],
    perDay: true,
    window: { from: 0, to: 1, when: 'after' },
  }),
  pass({
    name: 'dated around with cents',
    type: 'many-to-one',
    keys: [],
    perDay: true,
    window: { from: -1, to: 2, when: 'after', calendar: 'bank' },
    tolerance: cents('-0.05', '0.05'),
  }),
  pass({ name: 'parts', type: 'one-to-many' }),
  pass({ name: 'parts in window', type: 'one-to-many', window: { from: 0, to: 3, when: 'before' } }),
  pass({ name: 'both sums', type: 'many-to-many' }),
  pass({ name: 'net', type: 'net' }),
  pass({ name: 'across', type: 'one-to-one', acrossAccounts: true, result: 'suggested' }),
  pass({
    name: 'normalised',
    type: 'one-to-one',
    keys: [
      {
        expected: ['reference'],
        ledger: ['reference'],
        normalise: [{ kind: 'upper' }, { kind: 'alphanumeric' }, { kind: 'stripZeros' }],
      },
    ],
  }),
  pass({
    name: 'extracted from several',
    type: 'one-to-one',
    keys: [
      {
        expected: ['orderId', 'reference'],
        ledger: ['assignment', 'reference'],
        normalise: [{ kind: 'extract', pattern: '[Rr]-?0?([0-9])' }],
      },
    ],
  }),
];

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** What a pass found and left undecided, as sorted text: pairs and groups of line numbers. */
function asText(answer: PassAnswer): string[] {
  const ids = (lines: { lineId: string }[]): string =>
    lines
      .map((line) => Number(line.lineId))
      .sort((a, b) => a - b)
      .join('+');
  return [
    ...answer.found.map(
      (found) => `${ids(found.expected)} = ${ids(found.ledger)} variance ${found.variance}`,
    ),
    ...answer.undecided.map((undecided) => `${undecided.kind} ${ids(undecided.lines)}`),
  ].sort();
}

async function bySql(tested: Pass, workers: number): Promise<string[]> {
  const clients = [];
  for (let i = 0; i < workers; i += 1) clients.push(await database.db.pool.connect());
  const [client] = clients;
  if (client === undefined) throw new Error('no connection');
  try {
    const names = runNames('1').part(0);
    const set = {
      reconciliation: {
        name: 'r',
        title: '',
        accounts: [],
        unit: [],
        graceDays: 5,
        scope: {},
        passes: [tested],
      },
      calendars: CALENDARS,
      names,
      asOf: '2026-12-31',
      from: '0',
      to: '1',
      fresh: { lines: 1, later: true, negates: true, reverses: true, ends: true },
    };
    await makeTables(client, set);
    const lines = await fillWork(client, set);
    const work = `${names.work}_all`;
    await client.query(
      `drop table if exists ${work}; create unlogged table ${work} as select * from ${names.work}`,
    );
    await runPass([client, ...clients.slice(1)], {
      pass: tested,
      index: 0,
      names,
      reconciliation: 'r',
      passCount: 1,
      lines,
    });
    const found = await client.query<{ row: string }>(
      `select coalesce(string_agg(line_id::text, '+' order by line_id) filter (where side = 'E'), '') || ' = '
         || coalesce(string_agg(line_id::text, '+' order by line_id) filter (where side = 'L'), '') || ' variance ' || gap as row
       from (select f.match_id, f.e_line as line_id, 'E' as side, f.l_ticks - f.e_ticks as gap from ${names.found} f where e_line is not null
             union all select f.match_id, f.l_line, 'L', f.l_ticks - f.e_ticks from ${names.found} f where l_line is not null
             union all select f.match_id, m.line_id, m.side::text, f.l_ticks - f.e_ticks from ${names.found} f join ${names.member} m using (match_id)) t
       group by match_id, gap`,
    );
    const many = await client.query<{ row: string }>(
      `select 'many ' || string_agg(w.line_id::text, '+' order by w.line_id) as row
       from ${names.undecided} x join ${work} w on w.k0 = x.k and w.unit = x.unit and w.t0 = x.t where x.kind = 'many' group by x.unit, x.k, x.t`,
    );
    const ties = await client.query<{ e: string; l: string }>(
      `select x.unit || ':' || x.k || ':E' || x.e_ticks || '@' || x.e_day as e, x.unit || ':' || x.k || ':L' || x.l_ticks || '@' || x.l_day as l from ${names.undecided} x where x.kind = 'tie'`,
    );
    const members = await client.query<{ at: string; line_id: string }>(
      `select distinct w.unit || ':' || w.k0 || ':' || w.side::text || w.ticks || '@' || case when x.e_day = 0 and x.l_day = 0 then 0 else w.d0 end as at, w.line_id
       from ${names.undecided} x join ${work} w on x.kind = 'tie' and w.k0 = x.k and w.unit = x.unit`,
    );
    return [
      ...found.rows.map(({ row }) => row),
      ...many.rows.map(({ row }) => row),
      ...components(ties.rows, members.rows),
    ].sort();
  } finally {
    for (const one of clients) one.release();
  }
}

/** Connected groups of tied classes, as lines. */
function components(edges: { e: string; l: string }[], members: { at: string; line_id: string }[]): string[] {
  const groupOf = new Map<string, Set<string>>();
  for (const { e, l } of edges) {
    const merged = new Set([e, l, ...(groupOf.get(e) ?? []), ...(groupOf.get(l) ?? [])]);
    for (const at of merged) groupOf.set(at, merged);
  }
  return [...new Set(groupOf.values())].map(
    (group) =>
      `tie ${members
        .filter(({ at }) => group.has(at))
        .map(({ line_id }) => Number(line_id))
        .sort((a, b) => a - b)
        .join('+')}`,
  );
}

describe('SQL finds what the definition says', () => {
  for (const tested of PASSES) {
    test(tested.name, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.array(randomLine, { minLength: 1, maxLength: 24 }),
            fc.array(closeLine, { minLength: 2, maxLength: 8 }),
          ),
          fc.constantFrom(1, 2, 3),
          async (lines: RandomLine[], workers) => {
            await storeLines(database.db, lines);
            const wanted = asText(applyPass(tested, openLines(lines), dayNumbers(CALENDARS)));
            expect(await bySql(tested, workers)).toEqual(wanted);
          },
        ),
        { numRuns: 25, endOnFailure: true, examples: [[[...ON_THE_EDGE], 1]] },
      );
    });
  }
});
