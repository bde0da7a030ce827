// Goods that arrive from a vendor, at cost. A receipt that is taken back comes as a receipt of its own, marked as reversed.
import { defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { flag, optional, text } from './fields.ts';
import { COST_LINES, checkCostTotal, sumCost } from './goods.ts';

export const GOODS_RECEIVED = defineEvent({
  type: 'retail.goods.received.v1',
  noun: 'Goods receipt',
  key: ['receiptId'],
  needs: ['currency', 'location'],
  dayAt: 'location',
  reference: 'receiptId',
  ids: ['receiptId', 'purchaseOrderId', 'vendorId'],
  rules: {
    happens: 'goods arrive from a vendor',
    measures: { cost: { text: 'the cost of the goods' } },
    places: ['location'],
    conditions: ['vendorId', 'purchaseOrderId', 'reversed'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    receiptId: 'GR-1',
    vendorId: 'V-9',
    purchaseOrderId: 'PO-7',
    lines: [{ sku: 'A', quantity: '10', cost: '60.00' }],
    total: '60.00',
  },
  fields: {
    receiptId: text(),
    vendorId: text(),
    purchaseOrderId: optional(text()),
    reversed: optional(flag),
    lines: COST_LINES,
    total: amount(),
  },
  figures: ({ lines }) => sumCost(lines),
  check: (data, cost, cursor) => checkCostTotal(data.total, cost, cursor),
  measures: ({ reversed }, cost, sheet) => sheet.amount('cost', reversed === true ? -cost : cost),
});
