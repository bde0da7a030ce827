// The UCI "Online Retail" invoice files: each row is a sale, or on an invoice that begins with C a credit note. A credit note
// does not say which invoice it takes back; what both carry is customer, item and price, so these are their common order.
import { fixed, parseDecimal } from '../money/decimal.ts';
import type { Decimal } from '../money/decimal.ts';
import { refusalOf } from '../events/cursor.ts';
import { REFUND } from '../events/refund.ts';
import { SHIPMENT } from '../events/shipment.ts';
import type { EventFeed, EventRecord, FeedFile } from './feed.ts';
import { readTable } from './table.ts';
import type { TableRow } from './table.ts';

const COLUMNS = ['InvoiceNo', 'StockCode', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID'];
const CURRENCY_SCALE = 2;

export const uciInvoices: EventFeed = {
  name: 'uci-invoices',
  grouping: 'each',
  async *read(files: readonly FeedFile[]): AsyncGenerator<EventRecord[]> {
    for (const file of files) {
      const table = await readTable(file.bytes(), file.path, { required: COLUMNS, optional: undefined });
      const at = COLUMNS.map((column) => table.columns.indexOf(column));
      for await (const rows of table.rows)
        yield rows.map((row) =>
          record(
            row,
            at.map((i) => row.fields[i] ?? ''),
          ),
        );
    }
  },
};

function record(row: TableRow, fields: readonly string[]): EventRecord {
  const { position, byteOffset } = row;
  const delivered = { position, byteOffset, raw: () => row.raw() };
  const [invoice = '', item = '', pieces = '', when = '', price = '', customer = ''] = fields;
  const quantity = parseDecimal(pieces);
  const unitPrice = parseDecimal(price);
  if (quantity === undefined || unitPrice === undefined) {
    const expected = 'Quantity and UnitPrice as plain decimals';
    const refusal = refusalOf('SCHEMA', 'Quantity', expected, `${pieces} and ${price}`);
    return { ...delivered, outcome: 'refused', refusal };
  }
  const isCredit = invoice.startsWith('C');
  if (!isCredit && quantity.lte(0))
    return { ...delivered, outcome: 'skipped', why: 'stock written off, no sale' };
  const sold = {
    invoice,
    item,
    when,
    quantity: quantity.abs(),
    unitPrice,
    customer: wholeNumber(customer),
    position,
  };
  return { ...delivered, outcome: 'event', text: JSON.stringify(isCredit ? credit(sold) : sale(sold)) };
}

interface Sold {
  invoice: string;
  item: string;
  /** `2010-12-01 08:26:00`, London time, which in December is UTC. */
  when: string;
  quantity: Decimal;
  unitPrice: Decimal;
  /** '' on cash sales. */
  customer: string;
  position: number;
}

/** A spreadsheet has made 17850.0 of every customer number of these files, always the same way. */
function wholeNumber(text: string): string {
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

function sale(sold: Sold): unknown {
  const id = idOf(sold);
  return event(sold, SHIPMENT.type, {
    shipmentId: id,
    orderId: orderOf(sold),
    ...contents(sold, {}),
  });
}

function credit(sold: Sold): unknown {
  const known = sold.customer === '' ? { noReceipt: true } : { orderId: orderOf(sold) };
  return event(sold, REFUND.type, {
    refundId: idOf(sold),
    ...known,
    ...contents(sold, { restocked: false }),
  });
}

/** Rows of one invoice may be alike and are still two: where they stand tells them apart. */
function idOf({ invoice, position }: Sold): string {
  return `${invoice}/${position}`;
}

function orderOf({ customer, item, unitPrice, invoice, position }: Sold): string {
  return customer === '' ? `${invoice}/${position}` : `${customer} ${item} ${unitPrice.toFixed()}`;
}

function event(sold: Sold, type: string, data: Record<string, unknown>): unknown {
  const id = idOf(sold);
  return {
    specversion: '1.0',
    id,
    source: '/uci/online-retail',
    type,
    time: `${sold.when.replace(' ', 'T')}Z`,
    subject: id,
    datacontenttype: 'application/json',
    data: { company: 'UCI', currency: 'GBP', channel: 'web', location: 'UK', ...data },
  };
}

function contents(
  { item, quantity, unitPrice }: Sold,
  more: Record<string, unknown>,
): Record<string, unknown> {
  const net = fixed(quantity.times(unitPrice), CURRENCY_SCALE);
  const price = unitPrice.toFixed();
  // The files know no cost, which goods would need.
  const line = {
    lineId: '1',
    sku: item,
    quantity: quantity.toFixed(),
    kind: 'service',
    unitPrice: price,
    net,
    ...more,
  };
  return { lines: [line], total: net };
}
