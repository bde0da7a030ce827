// The company amounts of an entry whose lines are of several currencies.
import { minorUnits } from '../money/currencies.ts';
import { companyAmounts } from './companyAmounts.ts';

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
