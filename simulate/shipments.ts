// A basket leaves a place: the one way in which every shipment of the simulated world is put together.
import type { IsoDate } from '../src/accounting/dates.ts';
import { drawTenders, fundedByOthers, totalOf, type Basket } from './basket.ts';
import { businessDay, type Moment, type Month } from './calendar.ts';
import type { Shipment } from './facts.ts';
import type { Random } from './random.ts';
import { storeOf, type CompanyOfTheWorld } from './world.ts';

/** Everything one order draws on. */
export interface OrderPlan {
  month: Month;
  company: CompanyOfTheWorld;
  day: IsoDate;
  /** `US-1003-000123`: unique in the month, shared by all ids of the order. */
  stem: string;
  random: Random;
}

/** Who sells, and from where it leaves. */
export interface Way {
  number: number;
  channel: string;
  location: string;
  sellingLocation: string;
  fulfilment: Shipment['fulfilment'];
}

/** Puts a basket into a shipment and lets the customer pay for it. */
export function shipmentOf(plan: OrderPlan, basket: Basket, at: Moment, way: Way): Shipment {
  const due = totalOf(basket) - fundedByOthers(basket.lines);
  return {
    kind: 'shipment',
    company: plan.company.code,
    currency: plan.company.currency,
    at,
    businessDate: businessDay(at, storeOf(way.location)?.dayEnds),
    shipmentId: `SHP-${plan.stem}-${way.number}`,
    orderId: `SO-${plan.stem}`,
    channel: way.channel,
    location: way.location,
    sellingLocation: way.sellingLocation,
    fulfilment: way.fulfilment,
    lines: basket.lines,
    shipping: basket.shipping,
    tenders: drawTenders(due, way.channel, plan.random),
    exchangeId: undefined,
    fx: undefined,
  };
}
