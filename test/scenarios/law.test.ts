// The law of the tie-out is enforced, not only stated: where the sums disagree, whoever is at fault, a run says so and
// commits nothing.
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';

import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { readScenario, scenarioProject, storeScenario } from './scenario.ts';

const BEFORE = `
complete 2026-03-31
event  E1  101  USD  100.00  2026-03-10  R1
ledger L1  101  USD  100.00  2026-03-10  R1
event  E2  101  USD   50.00  2026-03-10  R2`;
const AFTER = `
complete 2026-03-31
ledger L2  101  USD   50.00  2026-03-11  R2`;

const project = scenarioProject();
let at: TestDatabase;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());
afterAll(() => project.remove());

test.each([
  ['amounts of the ledger', 'amount = amount + 1', 'L'],
  ['company amounts', 'company_amount = company_amount + 1', 'L'],
  ['counts of ledger lines', 'lines = lines + 1', 'L'],
  ['counts of expected lines', 'lines = lines + 1', 'E'],
])('a run whose %s do not come out says so and changes nothing', async (_, wrong, side) => {
  const run = async (text: string): Promise<unknown> => {
    await storeScenario(at.db, readScenario(text), project.rulebook);
    const clock = (): number => Date.parse('2026-04-20T12:00:00Z');
    return reconcile({ db: at.db, ...project, maker: 'test', clock, asOf: isoDate('2026-03-31') });
  };
  await run(BEFORE);
  const spoilt = await at.db.pool.query(
    `update tieout.cell_total set ${wrong} where side = $1 and scope = 'in'`,
    [side],
  );
  expect(spoilt.rowCount).toBe(1);
  await expect(run(AFTER)).rejects.toThrow('the tie-out does not hold; nothing was committed');
  const left = await at.db.pool.query(
    `select (select count(*) from tieout.run where state = 'completed') as runs, (select count(*) from tieout.match) as matches`,
  );
  expect(left.rows).toEqual([{ runs: '1', matches: '1' }]);
});
