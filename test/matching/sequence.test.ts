// Passes one after another, with random types, keys, tolerances and windows: after each, the lines that SQL has matched,
// held back and left are those of definition.ts. (Each kind by itself, with what it leaves undecided: definition.test.ts.)
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillRest, fillWork, makeTables } from '../../src/db/run/fillWork.ts';
import { runNames } from '../../src/db/run/names.ts';
import { runPass } from '../../src/db/run/runPass.ts';
import { dayNumbers } from '../../src/matching/dayNumber.ts';
import { applyPass } from '../../src/matching/definition.ts';
import type { OpenLine } from '../../src/matching/model.ts';
import { Decimal } from '../../src/money/decimal.ts';
import type {
  Bounds,
  Key,
  MatchType,
  Pass,
  Tolerance,
  Window,
  PassFilter,
} from '../../src/rulebook/model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { CALENDARS, openLines, pass, type RandomLine, randomLine, storeLines } from './lines.ts';

const randomKey: fc.Arbitrary<Key> = fc.constantFrom<Key>(
  { expected: ['reference'], ledger: ['reference'], normalise: [] },
  { expected: ['businessDate'], ledger: ['businessDate'], normalise: [] },
  { expected: ['orderId', 'reference'], ledger: ['assignment'], normalise: [{ kind: 'upper' }] },
  {
    expected: ['reference'],
    ledger: ['assignment', 'reference'],
    normalise: [{ kind: 'upper' }, { kind: 'alphanumeric' }],
  },
  {
    expected: ['reference'],
    ledger: ['reference'],
    normalise: [{ kind: 'extract', pattern: '[0-9]*[Rr]([0-9])' }],
  },
);

const decimals = (...texts: string[]): fc.Arbitrary<Decimal> =>
  fc.constantFrom(...texts.map((text) => new Decimal(text)));

const bounds: fc.Arbitrary<Bounds> = fc.record({
  from: decimals('-10', '-0.02', '-0.01', '0'),
  to: decimals('0', '0.01', '0.015', '10'),
});

const randomTolerance: fc.Arbitrary<Tolerance> = fc
  .record({
    absolute: fc.option(
      fc.record({ USD: bounds, '*': bounds }, { requiredKeys: [] }).map((by) => new Map(Object.entries(by))),
    ),
    percent: fc.option(
      fc.record({
        from: decimals('-0.1', '-100', '0'),
        to: decimals('0.1', '33.333', '0'),
        cap: fc.option(
          fc
            .record({ USD: decimals('0.01', '10'), '*': decimals('0.005') }, { requiredKeys: [] })
            .map((by) => new Map(Object.entries(by))),
        ),
      }),
    ),
  })
  .filter(({ absolute, percent }) => absolute !== null || percent !== null)
  .map(({ absolute, percent }) => ({
    account: 'rounding',
    budget: {},
    ...(absolute === null ? {} : { absolute }),
    ...(percent === null
      ? {}
      : {
          percent: {
            from: percent.from,
            to: percent.to,
            ...(percent.cap === null ? {} : { cap: percent.cap }),
          },
        }),
  }));

const randomWindow: fc.Arbitrary<Window> = fc
  .record({
    from: fc.integer({ min: -2, max: 0 }),
    to: fc.integer({ min: 0, max: 3 }),
    when: fc.constantFrom('before' as const, 'after' as const),
    calendar: fc.option(fc.constantFrom('bank', 'friday')),
  })
  .map(({ calendar, ...window }) => ({ ...window, ...(calendar === null ? {} : { calendar }) }));

const randomPass: fc.Arbitrary<Omit<Pass, 'name'>> = fc
  .record({
    type: fc.constantFrom<MatchType>(
      'one-to-one',
      'one-to-one',
      'one-to-many',
      'many-to-one',
      'many-to-many',
      'net',
    ),
    keys: fc.uniqueArray(randomKey, { minLength: 1, maxLength: 2 }),
    tolerance: fc.option(randomTolerance),
    window: fc.option(randomWindow),
    sides: fc.constantFrom('together' as const, 'separate' as const),
    acrossAccounts: fc.boolean(),
    active: fc.constantFrom(true, true, true, false),
    perDay: fc.boolean(),
    where: fc.constantFrom<PassFilter>(
      {},
      {},
      { ledger: { reference: '^R' } },
      { expected: { not: { channels: ['R1'] } } },
    ),
  })
  .map(({ type, keys, tolerance, window, sides, acrossAccounts, active, perDay, where }) => ({
    ...pass({ name: '', type, keys, sides, acrossAccounts, active, where }),
    ...(perDay && type === 'many-to-one' ? { perDay, keys: keys.slice(1) } : {}),
    ...(type === 'net' || tolerance === null ? {} : { tolerance }),
    // A net pass has no window; many-to-many compares the dates of its groups.
    ...(type === 'net' || window === null
      ? {}
      : { window: type === 'many-to-many' ? { ...window, when: 'after' as const } : window }),
  }));

/** What a sequence came to, in words that sort. */
interface Outcome {
  matches: string[];
  held: number[];
  left: number[];
}

const ids = (lines: readonly { lineId: string }[]): number[] =>
  lines.map((line) => Number(line.lineId)).sort((a, b) => a - b);

function byDefinition(passes: readonly Pass[], lines: readonly RandomLine[]): Outcome {
  const days = dayNumbers(CALENDARS);
  let open: OpenLine[] = openLines(lines);
  const held = new Set<OpenLine>();
  const matches: string[] = [];
  for (const one of passes) {
    const free = open.filter((line) => !held.has(line));
    const { found, undecided } = applyPass(one, free, days);
    for (const { expected, ledger } of found)
      matches.push(`${one.name}: ${ids(expected).join('+')} = ${ids(ledger).join('+')}`);
    if (one.acrossAccounts) continue;
    const taken = new Set(found.flatMap(({ expected, ledger }) => [...expected, ...ledger]));
    open = open.filter((line) => !taken.has(line));
    for (const { kind, lines: tied } of undecided)
      if (kind === 'tie') for (const line of tied) held.add(line);
  }
  return { matches: matches.sort(), held: ids([...held]), left: ids(open) };
}

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function bySql(passes: readonly Pass[], workers: number): Promise<Outcome> {
  const [client, ...others] = await Promise.all(
    Array.from({ length: workers }, () => database.db.pool.connect()),
  );
  if (client === undefined) throw new Error('no connection');
  try {
    const names = runNames('1').part(0);
    const reconciliation = { name: 'r', passes };
    const fresh = { lines: 1, later: true, negates: true, reverses: true, ends: true };
    const set = {
      reconciliation,
      calendars: CALENDARS,
      names,
      asOf: '2026-12-31',
      from: '0',
      to: '1',
      fresh,
    };
    await makeTables(client, set);
    let lines = await fillWork(client, set);
    for (const [index, one] of passes.entries()) {
      const work = { pass: one, index, names, reconciliation: 'r', passCount: passes.length, lines };
      lines = await runPass([client, ...others], work);
      if (index === 0) await fillRest(client, set);
    }
    const matched = await client.query<{ pass_no: number; e: number[]; l: number[] }>(
      `select pass_no, coalesce(array_agg(line_id::int order by line_id) filter (where side = 'E'), '{}') as e,
              coalesce(array_agg(line_id::int order by line_id) filter (where side = 'L'), '{}') as l
         from (select match_id, pass_no, e_line as line_id, 'E' as side from ${names.found} where e_line is not null
               union all select match_id, pass_no, l_line, 'L' from ${names.found} where l_line is not null
               union all select f.match_id, f.pass_no, m.line_id, m.side::text from ${names.found} f join ${names.member} m using (match_id)) t
        group by match_id, pass_no`,
    );
    const left = await client.query<{ line: number; held: boolean }>(
      `select line_id::int as line, held from ${names.work} order by line_id`,
    );
    return {
      matches: matched.rows
        .map(({ pass_no: at, e, l }) => `${passes[at]?.name}: ${e.join('+')} = ${l.join('+')}`)
        .sort(),
      held: left.rows.filter(({ held }) => held).map(({ line }) => line),
      left: left.rows.map(({ line }) => line),
    };
  } finally {
    for (const one of [client, ...others]) one.release();
  }
}

describe('SQL goes through random passes as the definition does', () => {
  test('matched, held back and left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(randomPass, { minLength: 1, maxLength: 4 }),
        fc.array(randomLine, { minLength: 2, maxLength: 30 }),
        fc.constantFrom(1, 2),
        async (random, lines, workers) => {
          const passes = random.map((one, i): Pass => ({ ...one, name: `pass ${i}` }));
          await storeLines(database.db, lines);
          expect(await bySql(passes, workers)).toEqual(byDefinition(passes, lines));
        },
      ),
      { numRuns: Number(process.env.TIEOUT_SEQUENCES ?? '150'), endOnFailure: true },
    );
  });
});
