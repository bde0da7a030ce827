// The worked example of the tie-out law: every kind of difference on one receivable account, to the cent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { runScenario, scenarioProject } from './scenario.ts';

const RECEIVABLE = `
as-of    2026-03-31
complete 2026-03-31
opening  L0   101  USD   20.00  2026-03-01
event    E1   101  USD  100.00  2026-03-30  R1
ledger   L1   101  USD  100.00  2026-03-31  R1
event    E2   101  USD   50.00  2026-03-30  R2
ledger   L2   101  USD   50.02  2026-03-30  R2
event    E3   101  USD   70.00  2026-03-31  R3
ledger   L3   101  USD   70.00  2026-04-02  R3
event    E4   101  USD   30.00  2026-03-30  R4
ledger   L4a  101  USD   30.00  2026-03-30  R4
ledger   L4b  101  USD   30.00  2026-03-30  R4
event    E5   101  USD   40.00  2026-03-30  R5
ledger   L5   102  USD   40.00  2026-03-30  R5
event    E6   101  USD   10.00  2026-03-30  R6
ledger   L6   101  EUR   10.00  2026-03-30  R6
event    E7   101  USD    5.00  2026-03-30  R7
event    E8   101  USD   60.00  2026-03-29  R8
event    E9   101  USD   60.00  2026-03-30  R8
ledger   L8   101  USD   60.00  2026-03-30  R8
accept   E7
expect   MISSING_EVENT       L0
expect   match               E1 L1
expect   match               E2 L2
expect   TIMING              E3
expect   match               E4 L4a
expect   DUPLICATE_POSTING   L4b
expect   WRONG_LOCATION      E5 L5
expect   CURRENCY_MISMATCH   E6 L6
expect   accepted TIMING     E7
expect   AMBIGUOUS           E8 E9 L8
`;

let database: TestDatabase;
const project = scenarioProject();
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  project.remove();
  await database.drop();
});

test('the receivable example gives its table', async () => {
  const { homes, expected, statement } = await runScenario(database.db, project, RECEIVABLE);
  expect(homes).toEqual(expected.map((line) => line.replace(/\s+/g, ' ')));
  const usd = statement.reconciliations.filter((row) => row.name === 'receivable' && row.currency === 'USD');
  expect(usd).toHaveLength(1);
  // Both locations: 290.02 + 40.00 in 102, where L5 lies.
  expect(usd[0]).toMatchObject({
    opening: '20.00',
    expected: { count: 9, amount: '425.00' },
    ledgerLines: { count: 7, amount: '330.02' },
    matched: { groups: 3, variance: '0.02' },
    accepted: { count: 1, amount: '-5.00' },
    unexplained: '0.00',
  });
  expect(usd[0]?.exceptions.byReason).toEqual({
    AMBIGUOUS: { count: 1, amount: '-60.00' },
    CURRENCY_MISMATCH: { count: 1, amount: '-10.00' },
    DUPLICATE_POSTING: { count: 1, amount: '30.00' },
    MISSING_EVENT: { count: 1, amount: '20.00' },
    TIMING: { count: 1, amount: '-70.00' },
    WRONG_LOCATION: { count: 1, amount: '0.00' },
  });
});
