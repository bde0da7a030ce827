// Floor: towards minus infinity (0.129 -> 0.12, -0.121 -> -0.13).
import { Decimal } from '../decimal.ts';

export function floor(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_FLOOR);
}
