// Up: away from zero, any digit beyond the scale raises the last one (0.121 -> 0.13, -0.121 -> -0.13).
import { Decimal } from '../decimal.ts';

export function up(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_UP);
}
