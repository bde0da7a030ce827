// The marketplace's payments against its orders: the real files come to the truth that was counted in them.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkRulebook, loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { EventRecord, FeedFile } from '../../src/feeds/feed.ts';
import { olistItems } from '../../src/feeds/olist.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const OLIST = resolve('../shared/data/olist');
const absent = !existsSync(OLIST);
if (absent) console.warn(`skipped, absent: ${OLIST}`);
const config = loadConfig('examples/olist/tieout.yaml', {});
const clock = (): number => Date.parse('2019-01-02T12:00:00Z');

describe('the rulebook of examples/olist', () => {
  it('is whole and its worked example holds', () => {
    expect(checkRulebook(config).problems).toEqual([]);
  });
});

const HEAD = 'order_id,order_item_id,product_id,shipping_limit_date,price,freight_value\n';

async function eventsOf(rows: string): Promise<EventRecord[]> {
  const file: FeedFile = { path: 'items.csv', bytes: () => [Buffer.from(HEAD + rows)] };
  const found: EventRecord[] = [];
  for await (const records of olistItems.read([file])) found.push(...records);
  return found;
}

describe('an order of several rows', () => {
  it('is one event, wherever its rows stand, and its raw bytes are a file that reads the same', async () => {
    const rows =
      'o1,1,a,2018-01-02 10:00:00,10.00,1.50\no2,1,b,2018-01-03 10:00:00,5.00,0.00\no1,2,c,2018-01-01 10:00:00,0.10,0.05\n';
    const [first, second, ...more] = await eventsOf(rows);
    expect(more).toEqual([]);
    expect(second).toMatchObject({ outcome: 'event', position: 3 });
    const text = first?.outcome === 'event' ? first.text : '';
    expect(JSON.parse(text)).toMatchObject({
      id: 'o1',
      data: {
        businessDate: '2018-01-01',
        shipping: { net: '1.55' },
        total: '11.65',
        lines: [{ net: '10.00' }, { net: '0.10' }],
      },
    });
    const raw = first!.raw().toString();
    expect(raw.startsWith(HEAD)).toBe(true);
    const [again] = await eventsOf(raw.slice(HEAD.length));
    expect(again).toMatchObject({ outcome: 'event', text });
  });

  it('with an unreadable amount is refused as a whole', async () => {
    const [record] = await eventsOf(
      'o1,1,a,2018-01-02 10:00:00,10.00,1.50\no1,2,b,2018-01-02 10:00:00,"1.068,50",0.00\n',
    );
    expect(record).toMatchObject({
      outcome: 'refused',
      refusal: { reason: 'SCHEMA', found: '1.068,50 and 0.00' },
    });
  });
});

describe.skipIf(absent)('payments against orders (skipped where ../shared is absent)', () => {
  let at: TestDatabase;
  beforeAll(async () => {
    at = await testDatabase();
  });
  afterAll(() => at.drop());

  it('3,089 agree, 4 within cents, 14 by more, 25 orders without items: 9,063.81', async () => {
    const rulebook = loadRulebook(config);
    const items = [join(OLIST, 'order_items.csv')];
    await ingestFiles(at.db, config, rulebook, 'events', items, { feed: 'olist-items', clock });
    const payments = [join(OLIST, 'order_payments.csv')];
    await ingestFiles(at.db, config, rulebook, 'ledger', payments, { feed: 'olist-payments', clock });
    const { reconciliations } = await reconcile({
      db: at.db,
      config,
      rulebook,
      maker: 'test',
      clock,
      asOf: isoDate('2018-12-31'),
    });
    expect(reconciliations.find(({ name }) => name === 'payments')).toMatchObject({
      expected: { count: 3107, amount: '502736.76' },
      ledgerLines: { count: 3236, amount: '511924.75' },
      matched: { groups: 3093, variance: '-0.04' },
      exceptions: {
        byReason: {
          AMOUNT_VARIANCE: { count: 14, amount: '124.22' },
          // One more order has no items and is paid by a voucher of 0.00, which explains itself.
          MISSING_EVENT: { count: 26, amount: '9063.81' },
        },
      },
      unexplained: '0.00',
    });
    const passes = await at.db.pool.query<{ pass: string; n: string }>(
      'select pass, count(*) as n from tieout.match group by pass order by pass',
    );
    expect(passes.rows).toEqual([
      { pass: 'cents', n: '4' },
      { pass: 'parts', n: '77' },
      { pass: 'payment', n: '3012' },
    ]);
    const orders = await at.db.pool.query<{ n: string }>(
      `select count(distinct l.reference) as n from tieout.open_item o join tieout.line l using (unit, line_id) where l.side = 'L'
         and not exists (select from tieout.line e where e.side = 'E' and e.reference = l.reference)`,
    );
    expect(orders.rows).toEqual([{ n: '25' }]);
  });
});
