// Money back: some or all of a shipment's lines with their own taxes, to the cent what was paid for them; exchanges; and
// refunds of what was sold before the month began.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import { drawBasket, drawTenders, totalOf } from './basket.ts';
import { businessDay, later, type Moment } from './calendar.ts';
import { allocate, sumOf } from './cents.ts';
import type { Refund, RefundLine, SaleLine, Shipment } from './facts.ts';
import { shipmentOf, type OrderPlan } from './shipments.ts';
import { storeOf } from './world.ts';

const RETURN_FEE = 495n;

/** A refund of part of a shipment; undefined where nothing in it can come back. */
export function drawRefund(
  plan: OrderPlan,
  shipment: Shipment,
  number: number,
  location: string,
  at: Moment,
): Refund | undefined {
  const { random } = plan;
  // What others funded and gift cards do not come back: tills refuse both.
  const able = shipment.lines.filter(
    (line) => line.kind === 'goods' && line.discounts.every((discount) => discount.funder === 'self'),
  );
  if (able.length === 0) return undefined;
  const chosen = random.chance(400) ? able : [random.pick(able)];
  const lines = chosen.map((line) => {
    const quantity = random.int(1, line.quantity);
    return { ...returned(line, quantity), restocked: random.chance(850), originalLineId: line.lineId };
  });
  const value = totalOf({ lines });
  const fees =
    shipment.channel === 'web' && random.chance(100) && value > RETURN_FEE * 3n
      ? [{ code: 'RETURN', net: RETURN_FEE }]
      : [];
  const total = value - sumOf(fees.map((fee) => fee.net));
  const type = shipment.channel.startsWith('marketplace') ? 'marketplace' : 'card';
  return {
    kind: 'refund',
    company: shipment.company,
    currency: shipment.currency,
    at,
    businessDate: businessDay(at, storeOf(location)?.dayEnds),
    refundId: `REF-${plan.stem}-${number}`,
    returnId: `RET-${plan.stem}-${number}`,
    orderId: shipment.orderId,
    shipmentId: shipment.shipmentId,
    originalSaleDate: undefined,
    noReceipt: false,
    channel: shipment.channel,
    location,
    sellingLocation: shipment.sellingLocation,
    lines,
    fees,
    tenders: [{ type, amount: total }],
    exchangeId: undefined,
  };
}

/** `quantity` of a line with its share of net, cost and each tax: what is left over stays with what was kept. */
function returned(line: SaleLine, quantity: number): SaleLine {
  const share = (amount: bigint): bigint =>
    allocate(amount, [BigInt(quantity), BigInt(line.quantity - quantity)])[0] ?? 0n;
  return {
    ...line,
    quantity,
    net: share(line.net),
    cost: share(line.cost),
    discounts: [],
    taxes: line.taxes.map((tax) => ({ ...tax, taxable: share(tax.taxable), amount: share(tax.amount) })),
  };
}

/** Turns a store refund into the first half of an exchange and gives its second: something else, the rest by card. */
export function exchangeOf(plan: OrderPlan, refund: Refund): Shipment {
  const store = storeOf(refund.location);
  const exchangeId = `EXC-${plan.stem}`;
  const basket = drawBasket(plan.company, store, 'store', false, plan.random);
  const taken: Shipment = {
    ...shipmentOf(plan, basket, later(refund.at, 6), {
      number: 9,
      channel: 'store',
      location: refund.location,
      sellingLocation: refund.sellingLocation,
      fulfilment: 'store',
    }),
    exchangeId,
  };
  const back = sumOf(refund.tenders.map((tender) => tender.amount));
  const due = sumOf(taken.tenders.map((tender) => tender.amount));
  const exchanged = back < due ? back : due;
  refund.exchangeId = exchangeId;
  refund.tenders = tendersOf(exchanged, back - exchanged);
  taken.tenders = tendersOf(exchanged, due - exchanged);
  return taken;
}

function tendersOf(exchanged: bigint, rest: bigint): Refund['tenders'] {
  return [
    { type: 'exchange' as const, amount: exchanged },
    { type: 'card' as const, amount: rest },
  ].filter((tender) => tender.amount > 0n);
}

/** A refund of something sold in the month before, or without any receipt: nothing to find it by, and no orphan. */
export function oldRefund(plan: OrderPlan, location: string, at: Moment, noReceipt: boolean): Refund {
  const store = storeOf(location);
  const selling = store === undefined ? plan.company.web : store.code;
  const channel = store === undefined ? 'web' : 'store';
  const basket = drawBasket(plan.company, store, channel, false, plan.random);
  const lines: RefundLine[] = basket.lines
    .filter((line) => line.kind === 'goods')
    .map((line) => ({ ...returned(line, line.quantity), restocked: true, originalLineId: undefined }));
  const total = totalOf({ lines });
  const soldOn: IsoDate = addDays(plan.month.first, -plan.random.int(3, 25));
  return {
    kind: 'refund',
    company: plan.company.code,
    currency: plan.company.currency,
    at,
    businessDate: businessDay(at, store?.dayEnds),
    refundId: `REF-${plan.stem}-1`,
    returnId: `RET-${plan.stem}-1`,
    orderId: undefined,
    shipmentId: noReceipt ? undefined : `SHP-OLD-${plan.stem}`,
    originalSaleDate: noReceipt ? undefined : soldOn,
    noReceipt,
    channel,
    location,
    sellingLocation: selling,
    lines,
    fees: [],
    tenders: drawTenders(total, 'store', plan.random).map((tender) => ({ ...tender, type: 'card' })),
    exchangeId: undefined,
  };
}
