// Two files of the Olist marketplace: order items as sales (one event an order, its items and freight), and payments as what
// the books hold. Neither says when: items carry the day by which they had to be shipped, payments carry no day at all.
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import { Decimal, fixed, parseDecimal, sum } from '../money/decimal.ts';
import { refusalOf } from '../events/cursor.ts';
import { SHIPMENT } from '../events/shipment.ts';
import type { EventFeed, EventRecord, FeedFile, LedgerExtract, LedgerFeed } from './feed.ts';
import type { LedgerRecord } from './feed.ts';
import { readTable } from './table.ts';
import type { TableRow } from './table.ts';

const ITEMS = ['order_id', 'order_item_id', 'product_id', 'shipping_limit_date', 'price', 'freight_value'];
const PAYMENTS = ['order_id', 'payment_sequential', 'payment_type', 'payment_installments', 'payment_value'];
/** The last day of the published data: payments have none of their own, and no pass here compares days. */
const LAST_DAY = '2018-10-17';
const CURRENCY_SCALE = 2;

interface Item {
  row: TableRow;
  get(column: string): string;
}

export const olistItems: EventFeed = {
  name: 'olist-items',
  grouping: 'each',
  async *read(files: readonly FeedFile[]): AsyncGenerator<EventRecord[]> {
    for (const file of files) {
      const table = await readTable(file.bytes(), file.path, { required: ITEMS, optional: undefined });
      // An order's items need not stand together, and an event is a whole order: the file is gathered (1 KB an order).
      const orders = new Map<string, Item[]>();
      for await (const rows of table.rows) {
        for (const row of rows) {
          const item = { row, get: (column: string) => row.fields[table.columns.indexOf(column)] ?? '' };
          const order = item.get('order_id');
          orders.set(order, [...(orders.get(order) ?? []), item]);
        }
      }
      yield [...orders.values()].map(sale);
    }
  },
};

function sale(items: readonly Item[]): EventRecord {
  const first = items[0]!;
  const { position, byteOffset } = first.row;
  const raw = (): Buffer =>
    Buffer.concat(
      items.map(({ row }, i) => (i === 0 ? row.raw() : Buffer.concat([LINE_END, row.rowBytes()]))),
    );
  const delivered = { position, byteOffset, raw };
  const amounts = items.map((item) => [
    parseDecimal(item.get('price')),
    parseDecimal(item.get('freight_value')),
  ]);
  const unread = amounts.findIndex((pair) => pair.includes(undefined));
  if (unread >= 0) {
    const found = `${items[unread]!.get('price')} and ${items[unread]!.get('freight_value')}`;
    return {
      ...delivered,
      outcome: 'refused',
      refusal: refusalOf('SCHEMA', 'price', 'price and freight as plain decimals', found),
    };
  }
  const net = sum(amounts.map(([price]) => price ?? new Decimal(0)));
  const freight = sum(amounts.map(([, value]) => value ?? new Decimal(0)));
  return { ...delivered, outcome: 'event', text: JSON.stringify(eventOf(items, net, freight)) };
}

const LINE_END = Buffer.from('\n');

function eventOf(items: readonly Item[], net: Decimal, freight: Decimal): unknown {
  const order = items[0]!.get('order_id');
  const days = items.map((item) => item.get('shipping_limit_date').slice(0, 10)).toSorted();
  return {
    specversion: '1.0',
    id: order,
    source: '/olist/orders',
    type: SHIPMENT.type,
    time: `${days[0]}T12:00:00-03:00`,
    subject: order,
    datacontenttype: 'application/json',
    data: {
      company: 'OLIST',
      currency: 'BRL',
      channel: 'web',
      location: 'BR',
      businessDate: days[0],
      shipmentId: order,
      orderId: order,
      lines: items.map((item) => ({
        lineId: item.get('order_item_id'),
        sku: item.get('product_id'),
        quantity: 1,
        // A marketplace sells what is not its own: there is no cost, which goods would need.
        kind: 'service',
        net: item.get('price'),
      })),
      shipping: { net: fixed(freight, CURRENCY_SCALE) },
      total: fixed(net.plus(freight), CURRENCY_SCALE),
    },
  };
}

const COLUMNS: readonly LedgerColumn[] = [
  'company',
  'document',
  'line',
  'posting_date',
  'account',
  'currency',
  'amount',
  'reference',
  'text',
  'document_type',
];

export const olistPayments: LedgerFeed = {
  name: 'olist-payments',
  grouping: 'each',
  async read(files: readonly FeedFile[]): Promise<LedgerExtract> {
    const file = files[0]!;
    const table = await readTable(file.bytes(), file.path, { required: PAYMENTS, optional: undefined });
    const at = PAYMENTS.map((column) => table.columns.indexOf(column));
    async function* records(): AsyncGenerator<LedgerRecord[]> {
      for await (const rows of table.rows) {
        yield rows.map((row): LedgerRecord => {
          const [order = '', sequence = '', type = '', installments = '', value = ''] = at.map(
            (i) => row.fields[i],
          );
          const text = `${type}, ${installments} instalments`;
          const fields = ['OLIST', order, sequence, LAST_DAY, '1200', 'BRL', value, order, text, type];
          const { position, byteOffset } = row;
          return { position, byteOffset, raw: () => row.raw(), outcome: 'line', fields };
        });
      }
    }
    return { columns: COLUMNS, records: records() };
  },
};
