// Money promised back to a customer, with or without goods coming back. Measures are positive as in a shipment; the
// posting rule turns the sides.
import { checkTotal, defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { day, flag, list, optional, record, text } from './fields.ts';
import { FEES, LINE_FIELDS, SHIPPING, SaleFigures, TENDERS, checkLineIds, checkRemitters } from './sale.ts';

export const REFUND = defineEvent({
  type: 'retail.refund.issued.v1',
  noun: 'Refund',
  key: ['refundId'],
  needs: ['currency', 'channel', 'location'],
  dayAt: 'location',
  reference: 'refundId',
  ids: ['refundId', 'orderId', 'shipmentId', 'returnId', 'exchangeId', 'session', 'payout'],
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
    tenders: TENDERS,
    exchangeId: optional(text()),
    session: optional(text()),
    payout: optional(text()),
    total: amount(),
  },
  // Without a selling location of its own the location stands in; intake, which can see the shipment, puts that one's.
  places: ({ sellingLocation }) => (sellingLocation === undefined ? {} : { sellingLocation }),
  figures: (data) => new SaleFigures(data),
  check(data, sums, cursor, head) {
    if (data.lines.length === 0 && data.shipping === undefined && (data.fees ?? []).length === 0) {
      cursor.refuse('SCHEMA', 'data.lines', 'a line, or shipping, or fees', 'an empty list');
    }
    checkLineIds(data.lines, cursor);
    data.lines.forEach(({ restocked, cost }, i) => {
      if (!restocked || cost !== undefined) return;
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
        ` + taxes less those on fees ${print(sums.taxes)} - fees ${print(sums.fees)}`,
    );
  },
  measures(data, sums, sheet) {
    sums.measure(data.total, sheet);
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
