// A run over one reconciliation moves that one's day alone: the tie-out, and a decision after it, hold for the others at
// the day to which they have looked.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { accept } from '../../jobs/decisions/accept.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { statementAt } from '../../jobs/reports/statementAt.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { brokenLaws } from '../support/brokenLaws.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { readScenario, scenarioProject, storeScenario } from './scenario.ts';

const LINES = `
complete 2026-03-31
event    E1   101  USD  100.00  2026-03-05  R1
event    E2   101  USD   50.00  2026-03-20  R2
account  4000
ledger   L3   101  USD   10.00  2026-03-05  R3
ledger   L4   101  USD   70.00  2026-03-20  R4
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

test('statement, decision and undo after a run over one reconciliation at a later day', async () => {
  const { db } = database;
  const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
  const by = {
    db,
    by: { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' },
    why: 'known',
    clock,
  };
  await storeScenario(db, readScenario(LINES), project.rulebook);
  const run = { db, ...project, maker: 'test', clock };
  await reconcile({ ...run, asOf: isoDate('2026-03-10') });
  const { run: later } = await reconcile({ ...run, asOf: isoDate('2026-03-31'), only: 'receivable' });
  const amounts = async (): Promise<string[]> =>
    (await statementAt(db, {})).reconciliations.map(
      (row) => `${row.name} ${row.expected.amount} ${row.ledgerLines.amount} ${row.unexplained}`,
    );
  expect(await amounts()).toEqual(['receivable 150.00 0.00 0.00', 'revenue 0.00 10.00 0.00']);
  const open = await db.pool.query<{ exception_id: string }>(
    `select exception_id from tieout.open_exception where class = 'difference' order by 1 limit 1`,
  );
  const { run: decided } = await accept({ ...by, companies: project.config.companies }, [
    open.rows[0]?.exception_id ?? '',
  ]);
  await undoRun(by, decided ?? '', false);
  await undoRun(by, later, false);
  expect(await amounts()).toEqual(['receivable 100.00 0.00 0.00', 'revenue 0.00 10.00 0.00']);
  expect(await brokenLaws(db)).toEqual([]);
});
