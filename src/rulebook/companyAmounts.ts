// Company amounts of an entry. Each side's total is converted and rounded once, and its lines share it by largest
// remainder: rounding line by line would leave an entry a cent out of balance in company currency.
import { AMOUNT_SCALE, amountDecimal, readScaled } from '../events/scaled.ts';
import { allocate } from '../money/allocate.ts';
import { decimal } from '../money/decimal.ts';
import { round } from '../money/round.ts';

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
    const whole = round(amountDecimal(total).times(decimal(rate)), minorUnits, 'fx');
    const wholeMinor = readScaled(whole.toFixed(), minorUnits, Infinity)?.units;
    if (wholeMinor === undefined) throw new RangeError(`not an amount: ${whole.toFixed()}`);
    const toAmount = sign * 10n ** BigInt(AMOUNT_SCALE - minorUnits);
    for (const [position, minor] of allocate(wholeMinor, weights).entries()) {
      converted[side[position]!] = minor * toAmount;
    }
  }
  return converted;
}
