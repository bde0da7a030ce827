// Files whose periods contradict their posting dates, and rows of periods that no calendar knows.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { companyPeriods } from '../../src/accounting/companyPeriods.ts';
import type { FiscalCalendar } from '../../src/accounting/fiscalPeriod.ts';
import type { LedgerFeed } from '../../src/feeds/feed.ts';
import { canonicalLedger } from '../../src/feeds/ledgerCsv.ts';
import { balances } from '../../src/intake/balances.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { ingestTable } from '../../src/intake/smallTable.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-periods-'));
let at: TestDatabase;
let file = 0;

beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

const APRIL: FiscalCalendar = { monthly: { yearStarts: '04-01' } };

function withCalendar(calendar: FiscalCalendar): IntakeContext {
  const context = company();
  return {
    ...context,
    company: (code) => {
      const known = context.company(code);
      return known && { ...known, ...companyPeriods(calendar) };
    },
  };
}

/** Documents as `day year period`, each one line, the first D1. @returns `documents/year-period` as stored, or why nothing is */
async function ingest(
  calendar: FiscalCalendar,
  documents: readonly string[],
  feed: LedgerFeed = canonicalLedger,
): Promise<string> {
  const path = join(folder, `extract-${++file}.csv`);
  const rows = documents.map((document, index) => {
    const [day, year = '', period = ''] = document.split(' ');
    return `US01,D${index + 1},1,${day},${year},${period},1200,S1,USD,1.00`;
  });
  const head = 'company,document,line,posting_date,fiscal_year,period,account,location,currency,amount';
  writeFileSync(path, [head, ...rows, ''].join('\n'));
  try {
    await ingestLedger(at.db, withCalendar(calendar), feed, await openDelivery([path], () => {}), undefined);
  } catch (error) {
    return (error as Error).message.replaceAll(path, 'FILE');
  }
  const stored = await at.db.pool.query<{ text: string }>(
    `select document || ' ' || fiscal_year || ' ' || period as text from tieout.line order by 1`,
  );
  return stored.rows.map(({ text }) => text).join(', ');
}

describe('a ledger extract whose periods contradict its posting dates throughout', () => {
  it('is refused once, and nothing of it is taken', async () => {
    const said = await ingest('monthly', ['2026-10-05 2027 7', '2026-10-06 2027 7', '2026-10-07 2027 7']);
    expect(said).toContain('BAD_PERIOD: every period in it contradicts its posting date');
    expect(said).toContain('document D1, posted 2026-10-05 in period 2027-07');
    const left = await at.db.pool.query('select from tieout.line union all select from tieout.batch');
    expect(left.rowCount).toBe(0);
  });

  it('is taken where the calendar is the one that it was made by', async () => {
    expect(await ingest(APRIL, ['2026-10-05 2027 7', '2026-10-06 2027 7', '2026-10-07 2027 7'])).toBe(
      'D1 2027 2027-07, D2 2027 2027-07, D3 2027 2027-07',
    );
  });

  it.each<[string, string[]]>([
    [
      'one of its documents agrees',
      ['2026-10-05 2027 7', '2026-10-06 2027 7', '2026-10-07 2027 7', '2026-10-08 2026 10'],
    ],
    [
      'a catch-up of one day went into the month before',
      ['2026-11-02 2026 10', '2026-11-02 2026 10', '2026-11-02 2026 10'],
    ],
    ['two slips of the hand are all that came', ['2026-10-05 2026 9', '2026-10-06 2026 9']],
    [
      'adjustments went into special periods',
      ['2026-12-29 2026 13', '2026-12-30 2026 13', '2026-12-31 2026 14'],
    ],
    ['it says years only', ['2026-10-05 2027', '2026-10-06 2027', '2026-10-07 2027']],
  ])('is no such file where %s', async (_why, documents) => {
    expect(await ingest('monthly', documents)).toContain('D1 ');
  });
});

describe('years and periods of a feed', () => {
  const calendarFeed: LedgerFeed = { ...canonicalLedger, periods: 'calendar' };

  it('that says `periods: calendar` are read as months of the wall calendar', async () => {
    expect(
      await ingest(APRIL, ['2026-10-05 2026 10', '2027-01-02 2026 12', '2027-01-03 2027'], calendarFeed),
    ).toBe('D1 2027 2027-07, D2 2027 2027-09, D3 2027 2027-10');
  });

  it('that says nothing are fiscal', async () => {
    expect(await ingest(APRIL, ['2026-10-05 2027 7', '2026-11-05 2027 8', '2026-12-05'])).toBe(
      'D1 2027 2027-07, D2 2027 2027-08, D3 2027 2027-09',
    );
  });
});

it('a day that lies in no period of the ERP is refused where only the ERP knows', async () => {
  expect(await ingest('erp', ['2026-10-05'])).toBe('');
  const { rows } = await at.db.pool.query<{ reason: string; message: string }>(
    'select reason, message from tieout.quarantine',
  );
  expect(rows).toEqual([
    {
      reason: 'BAD_PERIOD',
      message:
        'posting_date: expected a day in a period of US01 that the ERP told (`ingest periods`), found 2026-10-05',
    },
  ]);
});

it('balances are of the same periods: without a year the nearest to their reading, and none that nobody knows', async () => {
  const path = join(folder, 'balances.csv');
  const head = 'company,account,currency,period,opening,debit,credit,closing,extracted_at';
  const of = (period: string, account: string): string =>
    `US01,${account},USD,${period},0.00,1.00,0.00,1.00,2027-01-05T00:00:00Z`;
  writeFileSync(path, [head, of('12', '1200'), of('2026009', '4000'), of('DEC', '5000')].join('\n'));
  const report = await ingestTable(at.db, company(), balances, await openDelivery([path], () => {}));
  expect(report).toMatchObject({ accepted: 2, quarantined: 1 });
  const { rows } = await at.db.pool.query('select account, period from tieout.erp_balance order by 1');
  expect(rows).toEqual([
    { account: '1200', period: '2026-12' },
    { account: '4000', period: '2026-09' },
  ]);
});
