// Down: towards zero, digits beyond the scale are cut (0.129 -> 0.12, -0.129 -> -0.12). The first step of an allocation,
// before the remainder is handed out.
import { Decimal } from '../decimal.ts';

export function down(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_DOWN);
}
