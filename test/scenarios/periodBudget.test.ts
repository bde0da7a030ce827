// A budget per period counts what earlier runs have spent of it, and only of the same period.
import { afterAll, beforeAll, expect, it } from 'vitest';

import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { homes, readScenario, scenarioProject, storeScenario } from './scenario.ts';
import { ACCOUNTS, RECONCILIATIONS } from './storyRules.ts';

const project = scenarioProject(RECONCILIATIONS, ACCOUNTS);
let at: TestDatabase;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(async () => {
  project.remove();
  await at.drop();
});

/** Stores what is new and runs: the homes of all lines so far, and those that the text tells. */
async function after(text: string): Promise<{ found: string[]; told: string[] }> {
  const scenario = readScenario(text);
  await storeScenario(at.db, scenario, project.rulebook);
  const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
  await reconcile({ db: at.db, ...project, maker: 'test', clock, asOf: isoDate(scenario.asOf) });
  return { found: await homes(at.db), told: scenario.expected.toSorted() };
}

const RUNS = [
  `
    as-of  2026-02-27
    complete 2026-02-27
    account 1064
    event  E0   A  USD   10.00  2026-02-26  R0
    ledger L0   A  USD   10.05  2026-02-26  R0
    expect match E0 L0`,
  `
    as-of  2026-03-02
    complete 2026-03-02
    account 1064
    event  E1   A  USD   10.00  2026-03-01  R1
    ledger L1   A  USD   10.05  2026-03-01  R1
    expect match E0 L0
    expect match E1 L1`,
  `
    as-of  2026-03-31
    complete 2026-03-31
    account 1064
    event  E2   A  USD   10.00  2026-03-31  R2
    ledger L2   A  USD   10.05  2026-03-31  R2
    event  E3   A  USD   10.00  2026-03-31  R3
    ledger L3   A  USD   10.01  2026-03-31  R3
    expect match E0 L0
    expect match E1 L1
    expect match E2 L2
    expect REVIEW_MATCH E3 L3`,
  `
    as-of  2026-04-03
    complete 2026-04-03
    account 1064
    event  E4   A  USD   10.00  2026-04-01  R4
    ledger L4   A  USD   10.05  2026-04-01  R4
    expect match E0 L0
    expect match E1 L1
    expect match E2 L2
    expect REVIEW_MATCH E3 L3
    expect match E4 L4`,
];

it('is carried from run to run through its period', async () => {
  for (const run of RUNS) {
    const { found, told } = await after(run);
    expect(found).toEqual(told);
  }
});
