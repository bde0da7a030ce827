// A changed rulebook tried on the first example's facts: what would match, what no longer, what would be reported otherwise;
// and nothing of the real database is touched.
import { cpSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { backtest } from '../../jobs/run/backtest.ts';
import type { BacktestReport } from '../../jobs/run/backtest.ts';
import { backtestLines } from '../../src/cli/backtest.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { FirstTieout } from './firstTieout.ts';

let database: TestDatabase;
const company = new FirstTieout();
beforeAll(async () => {
  database = await testDatabase();
  await company.ingestAll(database.db);
  await company.reconcile(database.db);
  cpSync(path.join(company.folder, 'rulebook'), path.join(company.folder, 'changed'), { recursive: true });
});
afterAll(async () => {
  company.remove();
  await database.drop();
});

const run = (): Promise<BacktestReport> =>
  backtest({ ...company.job(database.db), against: path.join(company.folder, 'changed') });

async function everything(): Promise<unknown> {
  const tables = await database.db.pool.query<{ name: string }>(
    `select relname as name from pg_stat_user_tables where schemaname in ('tieout', 'work') order by 1`,
  );
  const counts: Record<string, string> = {};
  for (const { name } of tables.rows)
    counts[name] = (
      await database.db.pool.query<{ n: string }>(`select count(*) as n from tieout.${name}`)
    ).rows[0]!.n;
  return counts;
}

const scratches = async (): Promise<unknown[]> =>
  (
    await database.db.pool.query<{ name: string }>(
      `select datname as name from pg_database d where shobj_description(d.oid, 'pg_database') = 'tieout backtest of ' || current_database()`,
    )
  ).rows;

describe('rules backtest', () => {
  it('refuses the rulebook that is in use', async () => {
    await expect(run()).rejects.toThrow('this is the rulebook in use');
  });

  it('says what a wider unit and a tolerance would match, and what a rule would book otherwise', async () => {
    company.change(
      'changed/reconciliations.yaml',
      'accounts: [receivable]\n  unit: [company, ledger, location]',
      'accounts: [receivable]\n  unit: [company, ledger]',
    );
    company.change('changed/postings/refund.yaml', 'account: salesReturns', 'account: revenue');
    company.change('changed/postings/refund.yaml', 'debit: salesReturns', 'debit: revenue');
    const before = await everything();
    const report = await run();
    expect(await everything()).toEqual(before);
    expect(await scratches()).toEqual([]);

    expect(report.asOf).toBe('2026-10-31');
    expect(report.derived.events).toBe(9);
    const of = (kind: string, change: string) =>
      report.rows.filter((row) => row.kind === kind && row.change === change);
    // The sale that the ledger has at the other store matches once the store is no wall.
    expect(of('match', 'new')).toEqual([
      {
        kind: 'match',
        change: 'new',
        reconciliation: 'receivable',
        before: '',
        after: 'document',
        currency: 'USD',
        count: 1,
        amount: '54.00',
      },
    ]);
    // The refund would be expected on revenue, while the ledger books it on returns.
    expect(of('match', 'lost').map(({ reconciliation, amount }) => [reconciliation, amount])).toEqual([
      ['revenue', '25.00'],
    ]);
    expect(of('exception', 'lost')).toContainEqual(
      expect.objectContaining({ reconciliation: 'receivable', before: 'WRONG_LOCATION', count: 1 }),
    );
    expect(of('exception', 'new')).toContainEqual(
      expect.objectContaining({ reconciliation: 'revenue', after: 'WRONG_ACCOUNT', count: 1 }),
    );
    const text = backtestLines(report, 'changed').join('\n');
    expect(text).toContain('Nothing of the real data was changed.');
    expect(text).toContain('1 new in receivable by pass document: 54.00 USD, open today');
    expect(text).toContain('1 lost in revenue, of pass document: 25.00 USD would be open');
    expect(text).toMatch(
      /match new: SHP-2 \(document\), 54\.00 USD\n {4}event e2, account 1200 at S1, 54\.00 USD\n/,
    );
  });
});
