// The amount of everything: a signed integer of 1/10,000 of the currency's unit, the scale of numeric(19,4) and the most that
// any currency has. Here it is read from decimal text and shown; scaled.ts has the arithmetic of the text.
import { minorUnits } from './currencies.ts';
import { AMOUNT_SCALE, printScaled, readScaled } from './scaled.ts';

export type Tick = bigint;

/** Decimal text of our own (`-12.5`) to ticks. @throws RangeError for other text, or more than four decimals */
export function readTicks(text: string): Tick {
  const scaled = readScaled(text, AMOUNT_SCALE, Infinity);
  if (scaled === undefined || scaled.decimals > AMOUNT_SCALE) throw new RangeError(`not an amount: ${text}`);
  return scaled.units;
}

/** Ticks as decimal text at the currency's scale, with more decimals where the amount has them: 1082500n USD -> `108.25`. */
export function showTicks(ticks: Tick, currency: string): string {
  return printScaled(ticks, AMOUNT_SCALE, minorUnits(currency) ?? 2);
}

/** Ticks of one minor unit: 100 for USD, 10,000 for JPY. */
export function minorUnitTicks(currency: string): Tick {
  return 10n ** BigInt(AMOUNT_SCALE - (minorUnits(currency) ?? 2));
}
