// An amount as a person reads it where it came as decimal text or as a sum of any size.
import { minorUnits } from './currencies.ts';
import { type Decimal, decimal, fixed } from './decimal.ts';

/** At the currency's scale (two decimals where it is not known); what is finer keeps its decimals. */
export function showDecimal(value: Decimal, currency: string): string {
  return fixed(value, Math.max(minorUnits(currency) ?? 2, value.decimalPlaces()));
}

/** The same of decimal text of our own. */
export function showAmount(text: string, currency: string): string {
  return showDecimal(decimal(text), currency);
}
