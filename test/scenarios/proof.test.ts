// What may be called proven, and what is shown beside the tie-out: each begins with a month in which "proven", or silence,
// would be a lie.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { statementAt } from '../../jobs/reports/statementAt.ts';
import { verify } from '../../jobs/administration/verify.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { provenWords, tieOutLines } from '../../src/cli/tieOutText.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { controlCompany } from './controlCompany.ts';
import { openReasons } from './openReasons.ts';

const company = controlCompany();
const clock = (): number => Date.parse('2026-06-20T12:00:00Z');
let at: TestDatabase;
beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());
afterAll(() => company.remove());

async function balance(period: string, opening: string, debit: string, closing: string): Promise<number> {
  const path = join(company.dir, `balance-${period}-${closing}.csv`);
  writeFileSync(
    path,
    `company,account,currency,period,opening,debit,credit,closing,extracted_at\nUS01,1200,USD,${period},${opening},${debit},0.00,${closing},2026-05-02T06:00:00Z\n`,
  );
  const { files } = await ingestFiles(at.db, company.config, company.rulebook, 'balances', [path], { clock });
  return files[0]?.quarantined ?? 0;
}

async function said(asOf: string): Promise<Record<string, unknown>> {
  const { config, rulebook } = company;
  const run = await reconcile({ db: at.db, config, rulebook, maker: 'test', clock, asOf: isoDate(asOf) });
  const again = await statementAt(at.db, {});
  expect(again.reconciliations).toEqual(run.reconciliations);
  const [row] = run.reconciliations.filter(({ account }) => account === '1200');
  const { proven, provenTo, balanceDifference } = row!;
  return { proven, provenTo, balanceDifference, words: provenWords(row!) };
}

it('proves an account to the last period whose balances all agree, and no further', async () => {
  await openReasons(
    at.db,
    company,
    `ledger  D1/1 2026-03-10 1200 10.00 A
     ledger  D2/1 2026-04-10 1200  7.00 B
     extract 2026-05-02 to 2026-04-30
     as-of   2026-03-31`,
  );
  expect(await balance('2026003', '0.00', '10.00', '10.00')).toBe(0);
  const toMarch = { provenTo: '2026-03', balanceDifference: null };
  expect(await said('2026-03-31')).toEqual({ ...toMarch, proven: true, words: 'proven' });
  expect(await said('2026-04-30')).toEqual({ ...toMarch, proven: false, words: 'proven to 2026-03' });
  // April's does not add up by itself: refused, and not forgotten.
  expect(await balance('2026-04', '10.00', '7.00', '99.00')).toBe(1);
  expect(await said('2026-04-30')).toEqual({
    proven: false,
    provenTo: '2026-03',
    balanceDifference: '82.00',
    words: 'NOT PROVEN (proven to 2026-03), balance off by 82.00 USD',
  });
  expect(await balance('2026-04', '10.00', '7.00', '17.00')).toBe(0);
  expect(await said('2026-04-30')).toEqual({
    proven: true,
    provenTo: '2026-04',
    balanceDifference: null,
    words: 'proven',
  });
});

it('counts ledger lines on accounts that no reconciliation has, at every cut, and verify counts again', async () => {
  const [first, second] = await openReasons(
    at.db,
    company,
    `ledger  D1/1 2026-03-10 9998  913.80 X
     ledger  D1/2 2026-03-10 9999 -913.80 X
     ledger  D2/1 2026-03-20 9999   -1.20 Y
     extract 2026-03-31 to 2026-03-30
     as-of   2026-03-15
     ledger  D1/1 2026-03-10 9998  913.80 X
     ledger  D2/1 2026-03-20 9999   -2.20 Y       # corrected; line 2 of D1 is gone
     extract 2026-04-01 to 2026-03-31
     as-of   2026-03-31`,
  );
  const place = { company: 'US01', ledger: 'GL', currency: 'USD' };
  const before = [
    { ...place, account: '9998', count: 1, amount: '913.80' },
    { ...place, account: '9999', count: 1, amount: '-913.80' },
  ];
  expect(first?.run.outsideRulebook).toEqual(before);
  expect(second?.run.outsideRulebook).toEqual([
    before[0],
    { ...place, account: '9999', count: 1, amount: '-2.20' },
  ]);
  expect(tieOutLines(second!.run).join('\n')).toContain('US01/GL account 9999 USD');
  const verdict = await verify(at.db);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await at.db.pool.query(
    `insert into tieout.outside (company, ledger, account, currency, accounting_date, run_id, lines, amount)
     values ('US01', 'GL', '9999', 'USD', '2026-03-10', 1, 1, 5)`,
  );
  const broken = (await verify(at.db)).checks.filter(({ ok }) => !ok);
  expect(broken.map(({ name }) => name)).toEqual(['12 no ledger line outside the rulebook is uncounted']);
});
