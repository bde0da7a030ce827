// Half even: to the nearest, and a tie to the neighbour whose last digit is even (0.125 -> 0.12, 0.135 -> 0.14). Ties go up
// as often as down, so that long columns of rounded figures do not drift. Also called banker's rounding.
import { Decimal } from '../decimal.ts';

export function halfEven(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_HALF_EVEN);
}
