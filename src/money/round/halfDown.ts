// Half down: to the nearest, and a tie towards zero (0.125 -> 0.12, 0.126 -> 0.13). Some jurisdictions give the half cent
// to the taxpayer.
import { Decimal } from '../decimal.ts';

export function halfDown(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_HALF_DOWN);
}
