// Goods on their way between two locations: shipped by one, received, perhaps in parts, by the other. Between companies
// each side books its own event, and the transfer price comes with it. Two types in one file because a receipt is the
// same fact counted a second time.
import type { Cursor } from './cursor.ts';
import { defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { flag, optional, text } from './fields.ts';
import { COST_LINES, checkCostTotal, sumCost } from './goods.ts';
import type { MeasureSheet } from './measures.ts';

const COMMON = {
  transferId: text(),
  fromLocation: text(),
  toLocation: text(),
  transferPrice: optional(amount()),
  lines: COST_LINES,
  total: amount(),
};

/** Between companies the price is needed; inside one it would have no meaning, so it is refused rather than ignored. */
function checkPartner(
  company: string,
  field: 'toCompany' | 'fromCompany',
  partner: string | undefined,
  price: bigint | undefined,
  cursor: Cursor,
): void {
  const between = partner !== undefined && partner !== company;
  if (between && price === undefined) {
    cursor.refuse('SCHEMA', 'data.transferPrice', 'the transfer price between companies', 'nothing');
  } else if (!between && price !== undefined) {
    const found = partner === undefined ? 'nothing' : JSON.stringify(partner);
    cursor.refuse('SCHEMA', `data.${field}`, 'another company, since there is a transfer price', found);
  }
}

const MEASURES = {
  cost: { text: 'the cost of the goods' },
  transferPrice: { text: 'the transfer price' },
  margin: { text: 'the transfer price less the cost' },
};

function measure(cost: bigint, price: bigint | undefined, sheet: MeasureSheet<keyof typeof MEASURES>): void {
  sheet.amount('cost', cost);
  if (price === undefined) return;
  sheet.amount('transferPrice', price);
  sheet.amount('margin', price - cost);
}

export const TRANSFER_SHIPPED = defineEvent({
  type: 'retail.transfer.shipped.v1',
  noun: 'Transfer out',
  key: ['transferId'],
  needs: ['currency'],
  dayAt: 'fromLocation',
  reference: 'transferId',
  ids: ['transferId', 'toCompany'],
  rules: {
    happens: 'goods leave for another location',
    measures: MEASURES,
    places: ['fromLocation', 'toLocation'],
    conditions: ['fromLocation', 'toLocation', 'toCompany', 'transferPrice'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    transferId: 'TR-1',
    fromLocation: 'W100',
    toLocation: 'S001',
    lines: [{ sku: 'A', quantity: '10', cost: '60.00' }],
    total: '60.00',
  },
  fields: { ...COMMON, toCompany: optional(text()) },
  places: ({ fromLocation, toLocation }) => ({ fromLocation, toLocation }),
  figures: ({ lines }) => sumCost(lines),
  check(data, cost, cursor, head) {
    checkPartner(head.company, 'toCompany', data.toCompany, data.transferPrice, cursor);
    checkCostTotal(data.total, cost, cursor);
  },
  measures: ({ transferPrice }, cost, sheet) => measure(cost, transferPrice, sheet),
});

export const TRANSFER_RECEIVED = defineEvent({
  type: 'retail.transfer.received.v1',
  noun: 'Transfer in',
  key: ['transferId', 'receiptId'],
  needs: ['currency'],
  dayAt: 'toLocation',
  reference: 'transferId',
  ids: ['transferId', 'receiptId', 'fromCompany'],
  rules: {
    happens: 'goods arrive from another location',
    measures: MEASURES,
    places: ['fromLocation', 'toLocation'],
    conditions: ['fromLocation', 'toLocation', 'fromCompany', 'transferPrice', 'final'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    transferId: 'TR-1',
    receiptId: 'RC-1',
    final: true,
    fromLocation: 'W100',
    toLocation: 'S001',
    lines: [{ sku: 'A', quantity: '9', cost: '54.00' }],
    total: '54.00',
  },
  fields: { ...COMMON, receiptId: text(), final: flag, fromCompany: optional(text()) },
  places: ({ fromLocation, toLocation }) => ({ fromLocation, toLocation }),
  figures: ({ lines }) => sumCost(lines),
  check(data, cost, cursor, head) {
    checkPartner(head.company, 'fromCompany', data.fromCompany, data.transferPrice, cursor);
    checkCostTotal(data.total, cost, cursor);
  },
  measures: ({ transferPrice }, cost, sheet) => measure(cost, transferPrice, sheet),
});
