// Company amounts of an entry. Each side's total is converted and rounded once, and its lines share it by largest
// remainder: rounding line by line would leave an entry a cent out of balance in company currency.
import { AMOUNT_SCALE } from '../money/scaled.ts';
import { allocate } from '../money/allocate.ts';
import { convertAt } from '../money/convert.ts';

/**
 * Converts the lines of one transaction currency, which balance: so does what comes back.
 * @param amounts ten-thousandths, debit positive
 * @param rate of one unit in company currency
 * @returns ten-thousandths of company currency, whole minor units
 */
export function companyAmounts(amounts: readonly bigint[], rate: string, minorUnits: number): bigint[] {
  const converted = amounts.map(() => 0n);
  for (const sign of [1n, -1n]) {
    const side = [...amounts.keys()].filter((index) => amounts[index]! * sign > 0n);
    const weights = side.map((index) => amounts[index]! * sign);
    const total = weights.reduce((sum, weight) => sum + weight, 0n);
    const minor = 10n ** BigInt(AMOUNT_SCALE - minorUnits);
    const whole = convertAt(total, rate, minorUnits, AMOUNT_SCALE) / minor;
    for (const [position, share] of allocate(whole, weights).entries()) {
      converted[side[position]!] = sign * share * minor;
    }
  }
  return converted;
}
