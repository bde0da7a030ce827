// Amounts of an entry: integers in ten-thousandths inside, text at the currency's scale outside, and the company amounts.
import { AMOUNT_SCALE, printScaled, readScaled } from '../events/scaled.ts';
import { minorUnits } from '../money/currencies.ts';
import { companyAmounts } from './companyAmounts.ts';

/** Amount text of ten-thousandths at the currency's scale: 1082500n USD -> `108.25`. */
export function amountText(units: bigint, currency: string): string {
  return printScaled(units, AMOUNT_SCALE, minorUnits(currency) ?? 0);
}

/** Ten-thousandths of amount text of our own. */
export function amountUnits(text: string): bigint {
  const scaled = readScaled(text, AMOUNT_SCALE, Infinity);
  if (scaled === undefined || scaled.decimals > AMOUNT_SCALE) throw new RangeError(`not an amount: ${text}`);
  return scaled.units;
}

/**
 * Converts sums that balance per currency to company currency.
 * @returns ten-thousandths per sum, or the currency that has no rate
 */
export function convert(
  sums: readonly { currency: string; units: bigint }[],
  rates: Readonly<Record<string, string>>,
  companyCurrency: string,
): bigint[] | string {
  const converted = sums.map((sum) => sum.units);
  const foreign = new Set(sums.map((sum) => sum.currency));
  foreign.delete(companyCurrency);
  for (const currency of foreign) {
    const rate = rates[currency];
    if (rate === undefined) return currency;
    const members = [...sums.keys()].filter((index) => sums[index]!.currency === currency);
    const amounts = members.map((index) => sums[index]!.units);
    const parts = companyAmounts(amounts, rate, minorUnits(companyCurrency) ?? 0);
    for (const [position, index] of members.entries()) converted[index] = parts[position]!;
  }
  return converted;
}
