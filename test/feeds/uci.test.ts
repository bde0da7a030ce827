// Credit notes against sales in fifteen days of real invoices: what the controls find is what can be counted in the files.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkRulebook, loadRulebook } from '../../src/config/rulebookFiles.ts';
import { openDatabase } from '../../src/db/connection.ts';
import type { EventRecord, FeedFile } from '../../src/feeds/feed.ts';
import { uciInvoices } from '../../src/feeds/uci.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const UCI = resolve('../shared/data/uci-online-retail');
const absent = !existsSync(UCI);
if (absent) console.warn(`skipped, absent: ${UCI}`);
const config = loadConfig('examples/uci/tieout.yaml', {});
const clock = (): number => Date.parse('2011-01-02T12:00:00Z');

describe('the rulebook of examples/uci', () => {
  it('is whole and its worked examples hold', () => {
    expect(checkRulebook(config).problems).toEqual([]);
  });
});

describe('a row of the invoice file', () => {
  const HEAD = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
  const read = async (row: string): Promise<EventRecord | undefined> => {
    const file: FeedFile = { path: 'day.csv', bytes: () => [Buffer.from(`${HEAD}${row}\n`)] };
    for await (const [record] of uciInvoices.read([file])) return record;
    return undefined;
  };
  const dataOf = (record: EventRecord | undefined): unknown =>
    record?.outcome === 'event' ? (JSON.parse(record.text) as { data: unknown }).data : record;

  it('is a sale, or a credit note of the same customer, item and price; pieces times price is exact', async () => {
    const sale = await read('536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom');
    expect(dataOf(sale)).toMatchObject({
      orderId: '17850 85123A 2.55',
      shipmentId: '536365/2',
      total: '15.30',
    });
    const credit = await read('C536379,85123A,HOLDER,-6,2010-12-01 09:41:00,2.55,17850.0,United Kingdom');
    expect(dataOf(credit)).toMatchObject({
      orderId: '17850 85123A 2.55',
      refundId: 'C536379/2',
      total: '15.30',
    });
  });

  it('without customer takes back nothing that could be named; stock written off is no sale', async () => {
    const credit = await read('C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,,United Kingdom');
    expect(dataOf(credit)).toMatchObject({ noReceipt: true, total: '27.50' });
    expect(await read('536589,21777,,-10,2010-12-01 16:50:00,0.0,,United Kingdom')).toMatchObject({
      outcome: 'skipped',
    });
    expect(await read('536589,21777,,ten,2010-12-01 16:50:00,0.0,,United Kingdom')).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'SCHEMA' },
    });
  });
});

describe.skipIf(absent)('credit notes against sales (skipped where ../shared is absent)', () => {
  let at: TestDatabase;
  beforeAll(async () => {
    at = await testDatabase();
  });
  afterAll(() => at.drop());

  it('596 credit notes: 36 without customer, 296 without a sale in the files, 264 with one, 4 sales taken back too often', async () => {
    const rulebook = loadRulebook(config);
    const files = readdirSync(UCI)
      .filter((name) => name.endsWith('.csv'))
      .toSorted()
      .map((name) => join(UCI, name));
    const { files: taken } = await ingestFiles(at.db, config, rulebook, 'events', files, {
      feed: 'uci-invoices',
      clock,
    });
    const total = (of: (file: (typeof taken)[number]) => number) =>
      taken.reduce((n, file) => n + of(file), 0);
    expect([total((f) => f.received), total((f) => f.accepted), total((f) => f.skipped)]).toEqual([
      37356, 37287, 69,
    ]);
    expect(total((file) => file.quarantined)).toBe(0);
    const sums = await at.db.pool.query<{ type: string; n: string; total: string }>(
      `select type, count(*) as n, sum((payload -> 'data' ->> 'total')::numeric(19,2)) as total from tieout.event group by type order by type`,
    );
    expect(sums.rows).toEqual([
      { type: 'retail.refund.issued.v1', n: '596', total: '72172.79' },
      { type: 'retail.shipment.confirmed.v1', n: '36691', total: '723841.93' },
    ]);
    const job = { db: at.db, config, rulebook, maker: 'test', clock, asOf: isoDate('2010-12-31') };
    await reconcile(job);
    /** Rows of events read by connections that have ended. */
    const eventsRead = async (): Promise<number> => {
      const read = await at.db.pool.query<{ n: string }>(
        `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as n from pg_stat_user_tables where relname like 'event%'`,
      );
      return Number(read.rows[0]?.n);
    };
    const found = async () =>
      (
        await at.db.pool.query<{ reason: string; n: string }>(
          `select s.reason, count(*) as n from tieout.open_exception o join lateral (select reason from tieout.exception_state s
             where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
            where s.reason <> 'FEED_OVERDUE' group by s.reason order by s.reason`,
        )
      ).rows;
    const truth = [
      { reason: 'ORPHAN_REFUND', n: '296' },
      { reason: 'OVER_REFUND', n: '4' },
    ];
    expect(await found()).toEqual(truth);
    // A second run over the same finds the same, and does not read 37,000 events again for each that it watches.
    const before = await eventsRead();
    const db = await openDatabase({ dataDir: '', url: at.db.url });
    await reconcile({ ...job, db });
    await db.close();
    expect(await found()).toEqual(truth);
    expect((await eventsRead()) - before).toBeLessThan(10 * 37_000);
    // 596 - 36 without customer - 296 = 264 credit notes with a sale of the same customer, item and price.
    const without = await at.db.pool.query<{ n: string }>(
      `select count(*) as n from tieout.event where payload -> 'data' ->> 'noReceipt' = 'true'`,
    );
    expect(without.rows).toEqual([{ n: '36' }]);
  }, 120_000);
});
