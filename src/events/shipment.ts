// Goods handed to a carrier or a customer: the moment of revenue. A pickup is confirmed at hand-over.
import { checkTotal, defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { choice, list, optional, record, text } from './fields.ts';
import {
  DOCUMENT_FIELDS,
  LINE_FIELDS,
  PAID_BY,
  SALE_MEASURES,
  SHIPPING,
  SaleFigures,
  checkLineIds,
  checkNets,
  checkRemitters,
} from './sale.ts';

export const SHIPMENT = defineEvent({
  type: 'retail.shipment.confirmed.v1',
  noun: 'Sale',
  key: ['shipmentId'],
  needs: ['currency', 'channel', 'location'],
  dayAt: 'location',
  reference: 'shipmentId',
  ids: ['shipmentId', 'orderId', 'exchangeId', 'session', 'payout', 'till', 'receiptNo'],
  concerns: [['order', 'orderId']],
  twin: { by: ['orderId'], withinSeconds: 60 },
  rules: {
    happens: 'a shipment or a hand-over is confirmed',
    measures: { ...SALE_MEASURES, cost: { text: 'the cost of the goods' } },
    places: ['location', 'sellingLocation'],
    conditions: ['sellingLocation', 'fulfilment', 'exchangeId'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    channel: 'web',
    location: 'W100',
    shipmentId: 'SHP-1',
    orderId: 'SO-1',
    lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '100.00', cost: '60.00' }],
    total: '100.00',
  },
  fields: {
    shipmentId: text(),
    orderId: text(),
    sellingLocation: optional(text()),
    fulfilment: optional(choice('ship', 'pickup', 'store')),
    lines: list(record(LINE_FIELDS), 1),
    shipping: SHIPPING,
    tenders: PAID_BY,
    exchangeId: optional(text()),
    ...DOCUMENT_FIELDS,
    total: amount(),
  },
  places: ({ sellingLocation }) => (sellingLocation === undefined ? {} : { sellingLocation }),
  figures: (data, cursor) => new SaleFigures(data, cursor.minorUnits),
  check(data, sums, cursor, head) {
    checkLineIds(data.lines, cursor);
    checkNets(data, cursor);
    data.lines.forEach(({ kind, cost }, i) => {
      if (head.facts.costOfSales === 'erp' || (kind ?? 'goods') !== 'goods' || cost !== undefined) return;
      cursor.refuse('SCHEMA', `data.lines[${i}].cost`, 'the extended cost of the goods', 'nothing');
    });
    checkRemitters(data, head.channel, cursor);
    checkTotal(
      cursor,
      'data.total',
      data.total,
      sums.total,
      (print) =>
        `lines net ${print(sums.linesNet)} + shipping net ${print(sums.shippingNet)} + taxes ${print(sums.taxes)}` +
        (sums.rounding === 0n ? '' : ` + rounding ${print(sums.rounding)}`),
    );
    if (data.tenders === undefined) return;
    const byOthers = sums.discountByOthers;
    checkTotal(
      cursor,
      'data.tenders',
      sums.tender.total,
      data.total - byOthers,
      (print) => `total ${print(data.total)} - discounts funded by others ${print(byOthers)}`,
    );
  },
  measures(data, sums, sheet, { facts }) {
    sums.measure(data.total, sheet);
    // The ERP values what it sells: a cost that comes all the same is kept and books nothing.
    if (facts.costOfSales === 'erp') return;
    sheet.cost(
      'cost',
      data.lines.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n),
    );
  },
});
