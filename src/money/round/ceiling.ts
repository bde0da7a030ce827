// Ceiling: towards plus infinity (0.121 -> 0.13, -0.129 -> -0.12).
import { Decimal } from '../decimal.ts';

export function ceiling(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_CEIL);
}
