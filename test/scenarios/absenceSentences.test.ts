// Law 12 for what is absent: what a sentence says is missing, lacking or booked is so, and no more than can be known.
import { afterEach, beforeEach, expect, test } from 'vitest';

import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { readScenario, scenarioProject, storeScenario } from './scenario.ts';

const part = (name: string): string => `- name: ${name}
  accounts: [${name}]
  unit: [company, ledger, location]
  graceDays: 3
  passes:
    - { name: document, type: one-to-one, keys: [reference], window: { days: [-1, 3] } }
    - { name: day, type: many-to-one, keys: [], per: [businessDate], window: { days: [0, 1] }, where: { ledger: { reference: '^SUM' } } }
`;
const project = scenarioProject(
  ['revenue', 'cost'].map(part).join(''),
  'revenue: { number: "4000", side: credit }\ncost: { number: "5000", side: debit }\n',
);
let at: TestDatabase;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

/** Reason and sentence of every open item of a run over the text, sorted. */
async function told(text: string, settlement: readonly string[] = []): Promise<string[]> {
  await storeScenario(at.db, readScenario(`complete 2026-04-10\n${text}`), project.rulebook);
  await reconcile({
    db: at.db,
    ...project,
    rulebook: { ...project.rulebook, settlement },
    maker: 'test',
    clock: () => Date.parse('2026-04-20T12:00:00Z'),
    asOf: isoDate('2026-03-31'),
  });
  const found = await at.db.pool.query<{ said: string }>(
    `select s.reason || ': ' || s.why as said from tieout.open_exception o
     join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
     order by 1`,
  );
  return found.rows.map(({ said }) => said);
}

test('of several alike that a summary lacks, one is missing: which, nobody can tell', async () => {
  const twins = await told(`account 4000
    event  E1 A USD -10.00 2026-03-02 SHP-5
    event  E2 A USD -10.00 2026-03-02 SHP-7
    event  E3 A USD -35.00 2026-03-02 SHP-9
    ledger L1 A USD -45.00 2026-03-02 SUM1`);
  expect(twins).toEqual([
    'MISSING_IN_LEDGER: one of SHP-5, SHP-7 is not in the ledger: L1 ties on every account without it, and nothing tells them apart',
  ]);
});

test('one alone that a summary lacks is named', async () => {
  const one = await told(`account 4000
    event  E1 A USD -10.00 2026-03-02 SHP-5
    event  E2 A USD -35.00 2026-03-02 SHP-9
    ledger L1 A USD -10.00 2026-03-02 SUM1`);
  expect(one).toEqual(['MISSING_IN_LEDGER: SHP-9 is not in the ledger: L1 ties on every account without it']);
});

test('a document that is booked without a line says so beside the line that lacks', async () => {
  const lacking = await told(`account 4000
    event  E1 A USD -10.00 2026-03-02 SHP-5
    ledger L1 A USD -10.00 2026-03-02 SHP-5
    account 5000
    event  E1 A USD   4.00 2026-03-02 SHP-5
    event  E2 A USD   7.00 2026-03-02 SHP-7`);
  const end = 'the ledger is complete beyond its grace days, which ended on 2026-03-05';
  expect(lacking).toEqual([
    `MISSING_IN_LEDGER: no ledger line on account 5000 for SHP-5; ${end}; document L1 is booked without this line`,
    `MISSING_IN_LEDGER: no ledger line on account 5000 for SHP-7; ${end}`,
  ]);
});

test('a summary that lacks two lists the sets without which every account ties, and no others', async () => {
  // On revenue alone -30.00 would be SHP-1 + SHP-2 as well; cost says that it is not.
  const sets = await told(`account 4000
    event  E1 A USD -10.00 2026-03-02 SHP-1
    event  E2 A USD -20.00 2026-03-02 SHP-2
    event  E3 A USD -14.00 2026-03-02 SHP-3
    event  E4 A USD -16.00 2026-03-02 SHP-4
    event  E5 A USD -90.00 2026-03-02 SHP-5
    ledger L1 A USD -120.00 2026-03-02 SUM1
    account 5000
    event  E1 A USD   4.00 2026-03-02 SHP-1
    event  E2 A USD   8.00 2026-03-02 SHP-2
    event  E3 A USD   5.00 2026-03-02 SHP-3
    event  E4 A USD   6.00 2026-03-02 SHP-4
    event  E5 A USD  50.00 2026-03-02 SHP-5
    ledger L1 A USD  62.00 2026-03-02 SUM1`);
  expect(sets).toEqual([
    'SPLIT_INCOMPLETE: L1/1 equals the group without SHP-3 + SHP-4 (-30.00)',
    'SPLIT_INCOMPLETE: L1/2 equals the group without SHP-3 + SHP-4 (11.00)',
  ]);
});

test('sets that fit on one account only are not listed: the difference is', async () => {
  const none = await told(`account 4000
    event  E1 A USD -10.00 2026-03-02 SHP-1
    event  E2 A USD -20.00 2026-03-02 SHP-2
    event  E3 A USD -90.00 2026-03-02 SHP-3
    ledger L1 A USD -90.00 2026-03-02 SUM1
    account 5000
    event  E1 A USD   4.00 2026-03-02 SHP-1
    event  E2 A USD   8.00 2026-03-02 SHP-2
    event  E3 A USD  50.00 2026-03-02 SHP-3
    ledger L1 A USD  51.00 2026-03-02 SUM1`);
  expect(none.map((said) => said.split(':')[0])).toEqual(['AMOUNT_VARIANCE', 'AMOUNT_VARIANCE']);
});

// A receipt names the sale that it pays, on the sale's side of another account: it books nothing.
const PAID = `account 4000
  event  E1 A USD -10.00 2026-03-02 SHP-5
  account 5000
  source Receipts
  ledger L1 B USD -10.00 2026-03-02 SHP-5`;

test('a line that names the event anywhere may be it; what pays it may not', async () => {
  expect(await told(PAID)).toEqual([
    'MISSING_EVENT: no event explains L1/1, which names SHP-5: no line of that is open here with its amount; its grace days ended on 2026-03-05',
    'REVIEW_MATCH: L1/1 may be it: it names SHP-5 and is open, on account 5000 at B',
  ]);
  await at.drop();
  at = await testDatabase();
  expect((await told(PAID, ['Receipts'])).map((said) => said.split(':')[0])).toEqual([
    'MISSING_EVENT',
    'MISSING_IN_LEDGER',
  ]);
});

test('its exact negation on its own account may be it, debit and credit exchanged; another amount may not', async () => {
  const exchanged = await told(`account 4000
    event  E1 A USD -10.00 2026-03-02 SHP-5
    event  E2 A USD -20.00 2026-03-02 SHP-7
    ledger L1 B USD  10.00 2026-03-02 SHP-5
    ledger L2 B USD  21.00 2026-03-02 SHP-7`);
  expect(exchanged.map((said) => said.replace(/;.*/, ''))).toEqual([
    'MISSING_EVENT: no event explains L1/1, which names SHP-5: no line of that is open here with its amount',
    'MISSING_EVENT: no event explains L2/1, which names SHP-7: no line of that is open here with its amount',
    'MISSING_IN_LEDGER: no ledger line on account 4000 for SHP-7',
    'REVIEW_MATCH: L1/1 may be it: it names SHP-5 and is open, on account 4000 at B',
  ]);
});
