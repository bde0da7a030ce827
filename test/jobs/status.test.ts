// `status` names ledgers that are later than the grace days of what is reconciled there, before any run says so.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { readStatus } from '../../jobs/reports/status.ts';
import { readScenario, scenarioProject, storeScenario } from '../scenarios/scenario.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const project = scenarioProject();
let at: TestDatabase;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(async () => {
  project.remove();
  await at.drop();
});

test('a ledger is overdue once its grace days are over', async () => {
  const lines =
    'complete 2026-03-10\nevent E1 101 USD 100.00 2026-03-05 R1\nledger L1 101 USD 100.00 2026-03-05 R1';
  await storeScenario(at.db, readScenario(lines), project.rulebook);
  const overdueOn = async (day: string): Promise<string[]> => {
    const now = Date.parse(`${day}T12:00:00Z`);
    const { overdue } = await readStatus(at.db, project.config, now, project.rulebook);
    return overdue.map(({ company, ledger, reconciliations, reach, graceDays }) =>
      [company, ledger, ...reconciliations, reach, graceDays].join(' '),
    );
  };
  // As of yesterday, five grace days: the 15th is the last day on which nothing is missing yet.
  expect(await overdueOn('2026-03-16')).toEqual([]);
  expect(await overdueOn('2026-03-17')).toEqual(['US01 GL receivable 2026-03-10 5']);
});
