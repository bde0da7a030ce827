// A control exception before it is compared with what is stored. It owns no line: what it is about stands in its detail,
// by names that anybody can look up, so that the same facts give the same item whatever was loaded when.

import { addDays, type IsoDate, isoDate } from '../accounting/dates.ts';
import { readTicks, showTicks } from '../money/ticks.ts';

/** An exception that owns no line. */
export interface ControlItem {
  reason: string;
  /** What it is about; with `about` (or the reason) it is the anchor, so it must not change while the fault stands. */
  subject: string;
  /** Kind of the subject where one thing may go from one reason to another and stays the same item. */
  about?: string;
  company: string;
  why: string;
  /** `events`, `references` and `documents` in it are shown beside the item. */
  detail: Record<string, unknown>;
  /** Decimal text; null where no amount is at stake. */
  exposure: string | null;
  currency: string;
  businessDate: string | null;
}

/** A key that does not come to zero yet and has to be looked at in the next run. */
export interface Watched {
  control: string;
  company: string;
  key: string;
}

/** What a control found. */
export interface ControlFindings {
  items: ControlItem[];
  watch: Watched[];
}

/** What both the judge of a control and its query are told. */
export interface ControlDay {
  asOf: IsoDate;
  /** Nothing is known of what happened before. */
  startDate: IsoDate;
}

/** True once the last day of grace is over: calendar days, the last one inside. */
export function isDue(businessDate: string, graceDays: number, asOf: IsoDate): boolean {
  return addDays(isoDate(businessDate), graceDays) < asOf;
}

/** An event that an item is about. */
export interface EventRef {
  source: string;
  id: string;
}

/** Events without their other fields, for an item's detail. */
export function eventRefs(events: readonly EventRef[]): EventRef[] {
  return events.map(({ source, id }) => ({ source, id }));
}

/** `100.00 USD`: an amount at its currency's scale, for a sentence. */
export function shownAmount(amount: string, currency: string): string {
  return `${showTicks(readTicks(amount), currency)} ${currency}`;
}
