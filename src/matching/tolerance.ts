// Signed tolerances in integer ticks: bounds of ledger minus expected, absolute per currency, or a percentage of the
// expected amount with an optional cap. Both kinds given: both must hold.
import { Decimal } from '../money/decimal.ts';
import type { Tolerance } from '../rulebook/model.ts';
import type { Tick } from '../money/ticks.ts';

const TICKS = new Decimal('10000');

/** Whole ticks of a decimal bound, cut towards zero: a bound is never wider than it was written. */
export function ticksOf(value: Decimal): Tick {
  return BigInt(value.times(TICKS).toDecimalPlaces(0, Decimal.ROUND_DOWN).toFixed(0));
}

/**
 * Lowest and highest difference (ledger minus expected) that the tolerance takes for an expected amount.
 * @returns undefined where it names no bound for the currency
 */
export function boundsFor(
  tolerance: Tolerance,
  currency: string,
  expected: Tick,
): { from: Tick; to: Tick } | undefined {
  const { absolute, percent } = tolerance;
  let bounds: { from: Tick; to: Tick } | undefined;
  if (absolute !== undefined) {
    const given = absolute.get(currency) ?? absolute.get('*');
    if (given === undefined) return undefined;
    bounds = { from: ticksOf(given.from), to: ticksOf(given.to) };
  }
  if (percent !== undefined) {
    const size = expected < 0n ? -expected : expected;
    const base = new Decimal(size.toString()).dividedBy('100');
    let from = BigInt(percent.from.times(base).toDecimalPlaces(0, Decimal.ROUND_DOWN).toFixed(0));
    let to = BigInt(percent.to.times(base).toDecimalPlaces(0, Decimal.ROUND_DOWN).toFixed(0));
    const cap = percent.cap?.get(currency) ?? percent.cap?.get('*');
    if (cap !== undefined) {
      const most = ticksOf(cap);
      if (from < -most) from = -most;
      if (to > most) to = most;
    }
    bounds =
      bounds === undefined
        ? { from, to }
        : { from: from > bounds.from ? from : bounds.from, to: to < bounds.to ? to : bounds.to };
  }
  return bounds;
}

/** True where ledger minus expected lies inside the tolerance (or is zero, where the pass is exact). */
export function withinTolerance(
  tolerance: Tolerance | undefined,
  currency: string,
  expected: Tick,
  ledger: Tick,
): boolean {
  const difference = ledger - expected;
  if (tolerance === undefined) return difference === 0n;
  const bounds = boundsFor(tolerance, currency, expected);
  return bounds !== undefined && difference >= bounds.from && difference <= bounds.to;
}
