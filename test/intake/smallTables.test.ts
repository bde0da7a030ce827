import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { canonicalEvents } from '../../src/feeds/ndjson.ts';
import { balances } from '../../src/intake/balances.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestEvents } from '../../src/intake/events.ts';
import { openingItems } from '../../src/intake/opening.ts';
import { periods } from '../../src/intake/periods.ts';
import type { SmallTable } from '../../src/intake/smallTable.ts';
import { ingestTable } from '../../src/intake/smallTable.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-tables-'));
let at: TestDatabase;
let file = 0;

beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

async function ingest<Row>(table: SmallTable<Row>, ...lines: string[]): Promise<string> {
  const path = join(folder, `table-${++file}.csv`);
  writeFileSync(path, lines.join('\n'));
  return counts(await ingestTable(at.db, company(), table, await openDelivery([path], () => {})));
}

const counts = ({ received, accepted, duplicates, quarantined }: DeliveryReport): string =>
  `${received} received, ${accepted} accepted, ${duplicates} duplicates, ${quarantined} quarantined`;

async function texts(sql: string): Promise<string[]> {
  const answer = await at.db.pool.query<{ text: string }>(sql);
  return answer.rows.map(({ text }) => text);
}

describe('balances', () => {
  const head = 'company,account,currency,period,opening,debit,credit,closing,extracted_at';
  const row = 'US01,1200,USD,2026-10,100.00,50.00,20.00,130.00,2026-11-01T00:00:00Z';

  it('are stored once; other figures under the same key are quarantined', async () => {
    expect(await ingest(balances, head, row, row)).toBe(
      '2 received, 1 accepted, 1 duplicates, 0 quarantined',
    );
    const other = row.replace('130.00', '131.00').replace('50.00', '51.00');
    expect(await ingest(balances, head, row, other)).toBe(
      '2 received, 0 accepted, 1 duplicates, 1 quarantined',
    );
    expect(await texts('select closing::text as text from tieout.erp_balance')).toEqual(['130.0000']);
  });

  it('with a key that no index holds are quarantined, the others kept', async () => {
    const long = Array.from({ length: 9000 }, (_, i) => (i * 7919).toString(36).at(-1)).join('');
    const bad = ['1\x00200', long].flatMap((key) => [row.replace('1200', key), row.replace('2026-10', key)]);
    expect(await ingest(balances, head, ...bad, row)).toBe(
      '5 received, 1 accepted, 0 duplicates, 4 quarantined',
    );
    const period = 'US01,2026,2026-10,2026-10-01,2026-10-31,open,2026-11-01T06:00:00Z';
    expect(
      await ingest(
        periods,
        'company,fiscal_year,period,from,to,status,read_at',
        period,
        period.replace('US01', 'US\x0001'),
        period.replace('2026,', `${long},`),
      ),
    ).toBe('3 received, 1 accepted, 0 duplicates, 2 quarantined');
  });

  it('that do not add up are quarantined with the difference', async () => {
    expect(await ingest(balances, head, row.replace('130.00', '130.10'))).toBe(
      '1 received, 0 accepted, 0 duplicates, 1 quarantined',
    );
    expect(await texts('select message as text from tieout.quarantine')).toEqual([
      'closing: expected opening 100.00 + debit 50.00 - credit 20.00 = 130.00, found 130.10, difference 0.10',
    ]);
  });
});

describe('opening items', () => {
  const head = 'side,company,document,line,posting_date,account,currency,amount,reference';
  const rows = [
    'ledger,US01,D1,1,2026-09-28,1200,USD,20.00,R1',
    'expected,US01,E1,1,2026-09-29,1200,USD,30.00,R2',
  ];

  it('enter at the start date on their side, and again are duplicates', async () => {
    expect(await ingest(openingItems(company()), head, ...rows)).toBe(
      '2 received, 2 accepted, 0 duplicates, 0 quarantined',
    );
    expect(await ingest(openingItems(company()), head, ...rows.toReversed())).toBe(
      '2 received, 0 accepted, 2 duplicates, 0 quarantined',
    );
    expect(
      await texts(`select side::text || ' ' || origin || ' ' || amount::numeric(19,2) || ' ' || accounting_date || ' ' || business_date
      as text from tieout.line order by 1`),
    ).toEqual(['E opening 30.00 2026-10-01 2026-09-29', 'L opening 20.00 2026-10-01 2026-09-28']);
  });

  it('come once for an account', async () => {
    await ingest(openingItems(company()), head, ...rows);
    const late = ingest(openingItems(company()), head, 'ledger,US01,D9,1,2026-09-28,1200,USD,1.00,R9');
    await expect(late).rejects.toThrow('account 1200 of US01 has its opening items already');
  });

  it('are quarantined with a wrong side', async () => {
    expect(
      await ingest(openingItems(company()), head, 'both,US01,D1,1,2026-09-28,1200,USD,20.00,R1'),
    ).toContain('1 quarantined');
  });
});

describe('fiscal periods', () => {
  const head = 'company,fiscal_year,period,from,to,status,read_at';

  it('move the accounting date of an event out of a closed one, with the reason', async () => {
    await ingest(
      periods,
      head,
      'US01,2026,2026-10,2026-10-01,2026-10-31,closed,2026-11-02T00:00:00Z',
      'US01,2026,2026-10,2026-10-01,2026-10-31,open,2026-10-02T00:00:00Z',
      'US01,2026,2026-11,2026-11-01,2026-11-30,locked,2026-11-02T00:00:00Z',
    );
    const path = join(folder, 'late.ndjson');
    const data = {
      company: 'US01',
      currency: 'USD',
      channel: 'web',
      location: 'S1',
      shipmentId: 'S',
      orderId: 'O',
      total: '1.00',
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '1.00', cost: '0.50' }],
    };
    writeFileSync(
      path,
      JSON.stringify({
        specversion: '1.0',
        id: '1',
        source: '/s',
        type: 'retail.shipment.confirmed.v1',
        time: '2026-10-05T12:00:00Z',
        data,
      }),
    );
    await ingestEvents(at.db, company(), canonicalEvents, await openDelivery([path], () => {}));
    expect(
      await texts(
        `select business_date || ' ' || accounting_date || ' ' || date_reason as text from tieout.event`,
      ),
    ).toEqual(['2026-10-05 2026-12-01 period 2026-10 is closed; policy nextOpen: first open day 2026-12-01']);
    expect(
      await texts(
        `select distinct business_date || ' ' || accounting_date || ' ' || period as text from tieout.line`,
      ),
    ).toEqual(['2026-10-05 2026-12-01 2026-12']);
  });
});
