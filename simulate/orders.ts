// One order from basket to refund. An order draws from its own random stream and knows nothing of the others, so a month
// of any size is made one order at a time.
import { addDays, daysBetween, isoDate, type IsoDate } from '../src/accounting/dates.ts';
import { drawBasket, fundedByOthers, type Basket } from './basket.ts';
import { later, offsetOf, weekday, type Moment, type Month } from './calendar.ts';
import type { Fact, Lifecycle, Shipment } from './facts.ts';
import { payoutOf } from './payouts.ts';
import { Random } from './random.ts';
import { drawRefund, exchangeOf } from './refunds.ts';
import { shipmentOf, type OrderPlan } from './shipments.ts';
import { COMPANIES, companyOf, storesOf, zoneOf, storeOf, type Store } from './world.ts';

/** Of plain German web orders. */
const WALLET_PERMILLE = 200;
const CHANNELS = ['store', 'web', 'marketplace:amazon'] as const;

/** All that one order of `day` causes, in the order in which it happens. */
export function ordersOf(seed: number, month: Month, day: IsoDate, position: number): Fact[] {
  const random = new Random(seed, 'order', day, position);
  const company = COMPANIES[random.weighted(COMPANIES.map((each) => each.weight))] ?? companyOf('US01');
  const stem = `${company.code.slice(0, 2)}-${day.slice(5, 7)}${day.slice(8)}-${String(position).padStart(6, '0')}`;
  const plan = { month, company, day, stem, random };
  const channel = CHANNELS[random.weighted([550, 330, 120])] ?? 'store';
  const open = storesOf(company.code).filter((store) => store.sundays || weekday(day) !== 0);
  if (channel === 'store' && open.length > 0) return storeOrder(plan, open);
  return remoteOrder(plan, channel === 'store' ? 'web' : channel);
}

function storeOrder(plan: OrderPlan, open: readonly Store[]): Fact[] {
  const { random, company, month } = plan;
  const store = open[random.weighted(open.map((each) => each.weight))] ?? random.pick(open);
  const basket = drawBasket(company, store, 'store', false, random);
  // Two draws of which the later wins: evenings are busier than mornings.
  const minutes = Math.max(
    random.int(store.opens, store.closes - 1),
    random.int(store.opens, store.closes - 1),
  );
  const at = later({ day: plan.day, minute: 0, second: random.int(0, 59), zone: store.zone }, minutes);
  const sale = shipmentOf(plan, basket, at, {
    number: 1,
    channel: 'store',
    location: store.code,
    sellingLocation: store.code,
    fulfilment: 'store',
  });
  const facts: Fact[] = [sale];
  if (random.chance(60)) {
    const back = nextOpenDay(addDays(plan.day, random.int(1, 25)), store);
    const refund = drawRefund(plan, sale, 1, store.code, {
      ...at,
      day: back,
      minute: random.int(11 * 60, 19 * 60),
    });
    if (refund !== undefined && back <= month.tailEnds) {
      facts.push(refund);
      if (random.chance(250)) facts.push(exchangeOf(plan, refund));
    }
  }
  return facts;
}

function remoteOrder(plan: OrderPlan, channel: 'web' | 'marketplace:amazon'): Fact[] {
  const { random, company, stem, day } = plan;
  const at = shopMoment(day, company.zone, random);
  const life = (type: string, keyField: string, key: string, when: Moment, location?: string): Lifecycle => ({
    kind: 'lifecycle',
    company: company.code,
    currency: company.currency,
    at: when,
    businessDate: when.day,
    type,
    keyField,
    key,
    location,
    channel,
  });
  const orderId = `SO-${stem}`;
  const facts: Fact[] = [life('retail.order.created.v1', 'orderId', orderId, at)];
  if (random.chance(20)) {
    facts.push(life('retail.order.cancelled.v1', 'orderId', orderId, later(at, random.int(20, 200))));
    return facts;
  }
  const way = (['ship', 'split', 'pickup', 'fromStore'] as const)[random.weighted([70, 11, 11, 8])] ?? 'ship';
  const kept = channel === 'web' ? way : 'ship';
  const store = random.pick(storesOf(company.code));
  const location = kept === 'pickup' || kept === 'fromStore' ? store.code : company.warehouse;
  facts.push(
    life('retail.inventory.reserved.v1', 'orderId', orderId, later(at, 1), location),
    life('retail.fulfillment.assigned.v1', 'orderId', orderId, later(at, random.int(2, 90)), location),
  );
  // Half of what stores ship is earned by the store: web orders and the till's summary share a place and day.
  const earns = kept === 'fromStore' && random.chance(500);
  const selling = earns ? store.code : channel === 'web' ? company.web : company.marketplace;
  const basket = drawBasket(company, undefined, channel, kept !== 'pickup', random);
  const sent = handOver(plan, location, kept === 'pickup' ? random.int(1, 3) : random.int(0, 2));
  if (kept === 'pickup') {
    facts.push(
      life('retail.pickup.ready.v1', 'orderId', orderId, later(sent, -random.int(60, 300)), location),
    );
  }
  const common = {
    channel,
    sellingLocation: selling,
    fulfilment: kept === 'pickup' ? 'pickup' : 'ship',
  } as const;
  const parts = kept === 'split' ? splitBasket(basket) : [basket];
  for (const [index, part] of parts.entries()) {
    const from = index === 0 ? location : store.code;
    const when = index === 0 ? sent : handOver(plan, from, random.int(1, 3));
    const shipment = shipmentOf(plan, part, when, { ...common, number: index + 1, location: from });
    if (isByWallet(shipment, random)) shipment.payout = payoutOf(isoDate(shipment.businessDate));
    facts.push(shipment);
    if (random.chance(120)) facts.push(...remoteReturn(plan, shipment, life));
  }
  return facts;
}

/** A fifth of the German web shop's plain orders is paid by wallet: gift cards and coupons never are. */
function isByWallet(shipment: Shipment, random: Random): boolean {
  return (
    shipment.sellingLocation === companyOf('DE01').web &&
    fundedByOthers(shipment.lines) === 0n &&
    shipment.lines.every((line) => line.kind === 'goods') &&
    shipment.tenders.every((tender) => tender.type === 'card') &&
    random.chance(WALLET_PERMILLE)
  );
}

function remoteReturn(
  plan: OrderPlan,
  shipment: Shipment,
  life: (type: string, keyField: string, key: string, when: Moment, location?: string) => Lifecycle,
): Fact[] {
  const { random, company, month } = plan;
  const place = random.chance(300) ? random.pick(storesOf(company.code)).code : company.warehouse;
  const back = nextOpenDay(addDays(shipment.businessDate as IsoDate, random.int(3, 25)), storeOf(place));
  if (back > month.tailEnds) return [];
  const at: Moment = {
    day: back,
    minute: random.int(11 * 60, 18 * 60),
    second: random.int(0, 59),
    zone: zoneOf(company, place),
  };
  const refund = drawRefund(plan, shipment, shipment.shipmentId.endsWith('-2') ? 2 : 1, place, at);
  if (refund === undefined) return [];
  return [
    life('retail.return.initiated.v1', 'returnId', refund.returnId, later(at, -random.int(1500, 4000))),
    life('retail.refund.approved.v1', 'refundId', refund.refundId, later(at, -random.int(5, 120))),
    refund,
  ];
}

/** The first line leaves today with the parcel's price, the others from a store; one line alone is not split. */
function splitBasket(basket: Basket): Basket[] {
  if (basket.lines.length < 2) return [basket];
  return [
    { lines: basket.lines.slice(0, 1), shipping: basket.shipping },
    { lines: basket.lines.slice(1), shipping: undefined },
  ];
}

/** A customer's moment on the web: any hour, mostly evenings; away from the hours in which clocks change. */
function shopMoment(day: IsoDate, zone: string, random: Random): Moment {
  const minute = random.chance(450) ? random.int(18 * 60, 23 * 60 + 59) : random.int(0, 1439);
  const changes = offsetOf(zone, day) !== offsetOf(zone, addDays(day, -1));
  return { day, minute: changes && minute < 240 ? minute + 240 : minute, second: random.int(0, 59), zone };
}

/** When goods leave a warehouse or a store: in working hours, not on a closed Sunday, never after the simulated tail. */
function handOver(plan: OrderPlan, location: string, days: number): Moment {
  const store = storeOf(location);
  let day = nextOpenDay(addDays(plan.day, days), store);
  if (daysBetween(day, plan.month.tailEnds) < 0) day = plan.month.tailEnds;
  const { random, company } = plan;
  return {
    day,
    minute: random.int(10 * 60, 19 * 60 + 59),
    second: random.int(0, 59),
    zone: zoneOf(company, location),
  };
}

function nextOpenDay(day: IsoDate, store: Store | undefined): IsoDate {
  return weekday(day) === 0 && store?.sundays !== true ? addDays(day, 1) : day;
}
