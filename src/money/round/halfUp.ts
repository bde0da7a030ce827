// Half up: to the nearest, and a tie away from zero (0.125 -> 0.13, -0.125 -> -0.13). What tax laws and tills mean by
// "commercial rounding"; symmetric, so that a refund rounds like its sale.
import { Decimal } from '../decimal.ts';

export function halfUp(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_HALF_UP);
}
