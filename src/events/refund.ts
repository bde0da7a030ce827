// Money promised back to a customer, with or without goods coming back. Measures are positive as in a shipment; the
// posting rule turns the sides.
import { checkTotal, defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { day, flag, list, optional, record, text } from './fields.ts';
import { JURISDICTION, TENDER } from './ruleTerms.ts';
import {
  FEES,
  DOCUMENT_FIELDS,
  LINE_FIELDS,
  PAID_BY,
  SALE_MEASURES,
  SHIPPING,
  SaleFigures,
  TAXES,
  checkLineIds,
  checkNets,
  checkRemitters,
} from './sale.ts';

export const REFUND = defineEvent({
  type: 'retail.refund.issued.v1',
  noun: 'Refund',
  key: ['refundId'],
  needs: ['currency', 'channel', 'location'],
  dayAt: 'location',
  reference: 'refundId',
  ids: [
    'refundId',
    'orderId',
    'shipmentId',
    'returnId',
    'exchangeId',
    'session',
    'payout',
    'till',
    'receiptNo',
  ],
  // One that names no sale is about itself, so that it is found like the others.
  concerns: [
    ['shipment', 'shipmentId'],
    ['order', 'orderId'],
    ['refund', 'refundId'],
  ],
  // A day: a refund may be issued again by hand when the customer asks after it.
  twin: { by: ['orderId', 'shipmentId'], withinSeconds: 86_400 },
  rules: {
    happens: 'a refund is issued',
    measures: {
      ...SALE_MEASURES,
      net: { ...SALE_MEASURES.net, text: 'goods, services and fees taken back, before tax' },
      tips: { text: 'tips given back' },
      giftCards: { text: 'gift cards taken back' },
      deposits: { text: 'deposits given back' },
      shippingNet: { text: 'shipping given back, before tax' },
      taxOwn: { text: 'tax given back that we had owed, less the tax on fees', members: JURISDICTION },
      tender: { text: 'what is paid back', members: TENDER },
      receivableOwn: { text: 'what goes back to the customer or the card company' },
      cost: { text: 'the cost of the goods' },
      costRestocked: { text: 'the cost of goods put back on sale' },
      costNotRestocked: { text: 'the cost of goods not fit for sale' },
    },
    places: ['location', 'sellingLocation'],
    conditions: ['sellingLocation', 'noReceipt', 'exchangeId', 'returnId'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    channel: 'store',
    location: 'S001',
    refundId: 'R-1',
    lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '20.00', cost: '12.00', restocked: true }],
    total: '20.00',
  },
  fields: {
    refundId: text(),
    orderId: optional(text()),
    shipmentId: optional(text()),
    sellingLocation: optional(text()),
    returnId: optional(text()),
    originalSaleDate: optional(day),
    noReceipt: optional(flag),
    lines: list(record({ ...LINE_FIELDS, restocked: flag, originalLineId: optional(text()) })),
    shipping: SHIPPING,
    fees: FEES,
    /** In place of lines: a refund by amount only. */
    amount: optional(record({ net: amount(), taxes: TAXES })),
    tenders: PAID_BY,
    exchangeId: optional(text()),
    ...DOCUMENT_FIELDS,
    total: amount(),
  },
  // Without a selling location of its own the location stands in; intake, which can see the shipment, puts that one's.
  places: ({ sellingLocation }) => (sellingLocation === undefined ? {} : { sellingLocation }),
  figures: (data, cursor) => new SaleFigures(data, cursor.minorUnits),
  check(data, sums, cursor, head) {
    if (data.amount !== undefined && data.lines.length > 0) {
      cursor.refuse('SCHEMA', 'data.amount', 'nothing beside lines, which say the amount', 'an object');
    }
    const hasNoLine = data.lines.length === 0 && data.amount === undefined;
    if (hasNoLine && data.shipping === undefined && (data.fees ?? []).length === 0) {
      cursor.refuse('SCHEMA', 'data.lines', 'a line, or shipping, fees or amount', 'an empty list');
    }
    checkLineIds(data.lines, cursor);
    checkNets(data, cursor);
    data.lines.forEach(({ restocked, cost }, i) => {
      if (head.facts.costOfSales === 'erp' || !restocked || cost !== undefined) return;
      cursor.refuse('SCHEMA', `data.lines[${i}].cost`, 'the extended cost of the restocked goods', 'nothing');
    });
    checkRemitters(data, head.channel, cursor);
    checkTotal(
      cursor,
      'data.total',
      data.total,
      sums.total,
      (print) =>
        `lines net ${print(sums.linesNet)} + shipping net ${print(sums.shippingNet)}` +
        ` + taxes less those on fees ${print(sums.taxes)} - fees ${print(sums.fees)}` +
        (sums.rounding === 0n ? '' : ` + rounding ${print(sums.rounding)}`),
    );
  },
  measures(data, sums, sheet, { facts }) {
    sums.measure(data.total, sheet);
    // The ERP values what it takes back.
    if (facts.costOfSales === 'erp') return;
    let restockedCost = 0n;
    let otherCost = 0n;
    for (const { restocked, cost } of data.lines) {
      if (restocked) restockedCost += cost ?? 0n;
      else otherCost += cost ?? 0n;
    }
    sheet.cost('cost', restockedCost + otherCost);
    sheet.cost('costRestocked', restockedCost);
    sheet.cost('costNotRestocked', otherCost);
  },
});
