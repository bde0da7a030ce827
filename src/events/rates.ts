// Rates of an event to its company's currency: its own `fx` for its `currency`, else the configured table on the business
// date. Needed for every other currency that a measure is in; refused as NO_RATE where neither has one.
import type { IsoDate } from '../accounting/dates.ts';
import { refusalOf } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { isObject } from './fields.ts';
import type { Head } from './head.ts';
import type { BusinessEvent, EventContext, Measure, ReadOutcome, Refusal } from './model.ts';
import { FINE_SCALE, printScaled } from '../money/scaled.ts';

/** Rates to the company's currency of all currencies that measures are in; `fx` is the rate of `currency`. */
export function ratesOf(
  measures: readonly Measure[],
  { facts, fx, currency }: Head,
  businessDate: IsoDate,
  context: EventContext,
  cursor: Cursor,
): Record<string, string> | undefined {
  const own = facts.currency;
  const rates: Record<string, string> = measures.length === 0 ? {} : { [own]: '1' };
  for (const { currency: from } of measures) {
    if (rates[from] !== undefined) continue;
    const rate =
      fx !== undefined && from === currency
        ? printScaled(fx.rate, FINE_SCALE)
        : context.rate(from, own, businessDate);
    if (rate === undefined) {
      cursor.refusal = noRate(from, own, businessDate);
      return undefined;
    }
    rates[from] = rate;
  }
  return rates;
}

/**
 * The same event on another business date, which a replacement without its own takes from its original: rates of the
 * configured table are taken anew, `fx` stays.
 */
export function onBusinessDate(
  event: BusinessEvent,
  businessDate: IsoDate,
  context: EventContext,
): ReadOutcome {
  const own = context.company(event.company)?.currency ?? '';
  const rates: Record<string, string> = {};
  for (const [from, given] of Object.entries(event.rates)) {
    const isGiven = from === own || (from === event.currency && isObject(event.data.fx));
    const rate = isGiven ? given : context.rate(from, own, businessDate);
    if (rate === undefined) return { ok: false, refusal: noRate(from, own, businessDate) };
    rates[from] = rate;
  }
  return { ok: true, event: { ...event, businessDate, rates } };
}

function noRate(from: string, own: string, day: IsoDate): Refusal {
  return refusalOf(
    'NO_RATE',
    'data.fx',
    `a rate from ${from} to ${own} for ${day}, here or in the rate table`,
    'none',
  );
}
