// Law 5(e) over whole runs: what open documents hold by their sums is shown with them and is never called missing. Ordinary
// situations first: a payout over days and stores, till sessions under names that no rule knows, a journal for some of the sales.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { reconcile } from '../../jobs/run/reconcile.ts';
import { overrideExplained } from '../../jobs/decisions/reverse.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { homes, readScenario, scenarioProject, storeScenario } from './scenario.ts';

const ACCOUNTS = `receivable: { number: "1200", side: debit }
revenue: { number: "4000", side: credit }
cost: { number: "5000", side: debit }
`;
const part = (name: string): string => `- name: ${name}
  accounts: [${name}]
  unit: [company, ledger, location]
  graceDays: 3
  passes:
    - { name: document, type: one-to-one, keys: [reference], window: { days: [-1, 3] } }
`;
const project = scenarioProject(['receivable', 'revenue', 'cost'].map(part).join(''), ACCOUNTS);
let at: TestDatabase;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

/** `sale E1 A 11.00 4.00 2026-03-02` and `booked L1 A 33.00 12.00 2026-03-04`: net and cost on all three accounts. */
function entries(text: string): string {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const on = (account: string, amountOf: (net: string, cost: string) => string): string[] => [
    `account ${account}`,
    ...lines.flatMap(([verb, name = '', place, net = '', cost = '', day]) =>
      verb === 'sale' || verb === 'booked'
        ? [
            `${verb === 'sale' ? 'event' : 'ledger'} ${name} ${place} USD ${amountOf(net, cost)} ${day} ${verb === 'sale' ? `R-${name}` : `X-${name}`}`,
          ]
        : [],
    ),
  ];
  return [
    'complete 2026-04-10',
    ...on('1200', (net) => net),
    ...on('4000', (net) => `-${net}`),
    ...on('5000', (_, cost) => cost),
  ].join('\n');
}

const run = (asOf: string, only?: string) =>
  reconcile({
    db: at.db,
    ...project,
    maker: 'test',
    clock: () => Date.parse('2026-04-20T12:00:00Z'),
    asOf: isoDate(asOf),
    ...(only === undefined ? {} : { only }),
  });

/** Each home once: the three accounts of an entry agree. */
const different = async (): Promise<string[]> => [...new Set(await homes(at.db))];

async function told(reason: string): Promise<string[]> {
  const found = await at.db.pool.query<{ why: string }>(
    `select distinct s.why from tieout.open_exception o
     join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
     where s.reason = $1 order by 1`,
    [reason],
  );
  return found.rows.map(({ why }) => why);
}

async function judged(text: string, asOf = '2026-03-31'): Promise<string[]> {
  await storeScenario(at.db, readScenario(entries(text)), project.rulebook);
  await run(asOf);
  return different();
}

test('a payout over three days at two stores is one question; what it does not hold is missing', async () => {
  const found = await judged(`sale E1 A 11.00 4.00 2026-03-02
    sale E2 A 22.00 7.00 2026-03-03
    sale E3 B 44.00 9.00 2026-03-04
    sale E4 B 31.50 9.10 2026-03-04
    booked L1 A 33.00 11.00 2026-03-06
    booked L1 B 44.00 9.00 2026-03-06`);
  // One with one on store B's account, by amount, place and day: that is said first.
  expect(found).toEqual(['MISSING_IN_LEDGER E4', 'REFERENCE_MISMATCH E3 L1', 'REVIEW_MATCH E1 E2 L1']);
  expect(await told('REVIEW_MATCH')).toEqual([
    'L1, without a match, holds exactly what E1, E2, E3 lack together on every account; a person says whether that is so',
  ]);
});

test('two till sessions of a day, one of them dated after midnight', async () => {
  const found = await judged(`sale E1 A 11.00 4.00 2026-03-02
    sale E2 A 22.00 7.00 2026-03-02
    sale E3 A 44.00 9.00 2026-03-02
    sale E4 A 80.00 30.00 2026-03-02
    booked L1 A 33.00 11.00 2026-03-02
    booked L2 A 124.00 39.00 2026-03-03`);
  expect(found).toEqual(['REVIEW_MATCH E1 E2 L1', 'REVIEW_MATCH E3 E4 L2']);
});

test('a journal that holds two of three sales: the third is missing; one amount alone stops nothing', async () => {
  const found = await judged(`sale E1 A 11.00 4.00 2026-03-02
    sale E2 A 22.00 7.00 2026-03-02
    sale E3 A 44.00 9.00 2026-03-02
    booked L1 A 33.00 11.00 2026-03-05
    booked L2 A 44.00 8.00 2026-03-20`);
  expect(found).toEqual(['MISSING_EVENT L2', 'MISSING_IN_LEDGER E3', 'REVIEW_MATCH E1 E2 L1']);
});

test('a day that two documents without a known name hold, too many sales for any few of them', async () => {
  const sales = Array.from(
    { length: 30 },
    (_, n) => `sale E${n} A ${100 + n * 7}.${10 + n} ${20 + n * 3}.${40 + n} 2026-03-02`,
  );
  // 15 and 15 of them.
  const sum = (from: number, of: (n: number) => number): string =>
    (Array.from({ length: 15 }, (_, n) => of(from + n)).reduce((a, b) => a + b, 0) / 100).toFixed(2);
  const net = (n: number): number => (100 + n * 7) * 100 + 10 + n;
  const cost = (n: number): number => (20 + n * 3) * 100 + 40 + n;
  const found = await judged(
    [
      ...sales,
      `booked L1 A ${sum(0, net)} ${sum(0, cost)} 2026-03-02`,
      `booked L2 A ${sum(15, net)} ${sum(15, cost)} 2026-03-03`,
    ].join('\n'),
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^REVIEW_MATCH E0 .* E9 L1 L2$/);
});

test('one run at the end says what runs at rising dates say', async () => {
  const text = `sale E1 A 11.00 4.00 2026-03-02
    sale E2 A 22.00 7.00 2026-03-03
    sale E3 A 44.00 9.00 2026-03-09
    booked L1 A 33.00 11.00 2026-03-08`;
  const once = await judged(text);
  await at.drop();
  at = await testDatabase();
  const early = await judged(text, '2026-03-07');
  expect(early).toEqual(['MISSING_IN_LEDGER E1', 'MISSING_IN_LEDGER E2']);
  await run('2026-03-10');
  expect(await different()).toEqual(['REVIEW_MATCH E1 E2 L1', 'TIMING E3']);
  await run('2026-03-31');
  expect(await different()).toEqual(once);
});

test('a run over one reconciliation looks at the other accounts too', async () => {
  await storeScenario(
    at.db,
    readScenario(entries('sale E1 A 50.00 20.00 2026-03-02\nbooked L1 A 50.00 11.00 2026-03-03')),
    project.rulebook,
  );
  await run('2026-03-31');
  const before = await homes(at.db);
  expect(new Set(before)).toEqual(
    new Set(['MISSING_IN_LEDGER E1', 'MISSING_EVENT L1', 'REFERENCE_MISMATCH E1 L1']),
  );
  await run('2026-03-31', 'cost');
  expect(await homes(at.db)).toEqual(before);
});

test('documents that a person has put aside do not hold the event any more', async () => {
  await judged(`sale E1 A 11.00 4.00 2026-03-02
    sale E2 A 22.00 7.00 2026-03-02
    booked L1 A 33.00 11.00 2026-03-05`);
  const job = {
    db: at.db,
    by: { name: 'paul', role: 'preparer' as const, keyId: '', osUser: 'test' },
    why: 'an invoice of other business',
  };
  await expect(overrideExplained(job, { source: '/s', id: 'E1' }, ['L9'])).rejects.toThrow('expected: L1');
  for (const id of ['E1', 'E2']) await overrideExplained(job, { source: '/s', id }, ['L1']);
  await run('2026-03-31');
  expect(await different()).toEqual(['MISSING_EVENT L1', 'MISSING_IN_LEDGER E1', 'MISSING_IN_LEDGER E2']);
});
