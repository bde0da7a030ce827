// What nets or waits before a weaker pass may take it: a document that the ERP says another one takes back, and lines that fit
// several others equally well.
import { expect, test } from 'vitest';

import { testDatabase } from '../support/database.ts';
import { runScenario, scenarioProject } from './scenario.ts';

const STORIES: Readonly<Record<string, string>> = {
  'a document and its reversal net by what the ERP says, whatever reference the reversal carries': `
    complete 2026-03-31
    ledger  L1  101  USD   10.00  2026-03-02  R1
    ledger  L2  101  USD  -10.00  2026-03-09  STORNO-7  L1
    expect  match L1 L2`,
  'they do not where the reversal takes another amount back': `
    complete 2026-03-31
    ledger  L1  101  USD   10.00  2026-03-02  R1
    ledger  L2  101  USD   -9.00  2026-03-09  STORNO-7  L1
    expect  MISSING_EVENT L1
    expect  MISSING_EVENT L2`,
  'what fits two of its reference equally well is shown with both; the pass for cents, without a window, picks none': `
    complete 2026-03-31
    event   E1  101  USD   10.00  2026-03-04  R1
    ledger  L1  101  USD   10.00  2026-03-03  R1
    ledger  L2  101  USD   10.00  2026-03-05  R1
    expect  AMBIGUOUS E1 L1 L2`,
};

test.each(Object.entries(STORIES))('%s', async (_, story) => {
  const project = scenarioProject();
  const { db, drop } = await testDatabase();
  const { homes, expected, statement } = await runScenario(db, project, story);
  expect(homes).toEqual(expected.toSorted());
  expect(statement.reconciliations.filter((row) => row.unexplained !== '0.00')).toEqual([]);
  project.remove();
  await drop();
});
