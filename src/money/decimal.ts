// The only decimal type of the product. One clone of decimal.js with 40 digits and half-even rounding, so that sums and
// products of amounts are exact; built from strings only, because a JavaScript number has already lost the cent.
import { Decimal as DecimalJs } from 'decimal.js';

/** decimal.js with precision 40, half-even, and exponents wide enough never to print in scientific form. */
export const Decimal = DecimalJs.clone({
  precision: 40,
  rounding: DecimalJs.ROUND_HALF_EVEN,
  toExpNeg: -40,
  toExpPos: 40,
});
/** An exact decimal number. */
export type Decimal = InstanceType<typeof Decimal>;

export const ZERO: Decimal = new Decimal('0');

const DECIMAL_TEXT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Reads plain decimal text (`-12.50`): no exponent, no leading plus, no separators, no leading zeros.
 * @returns undefined where the text is not such a number; the caller says where and what was expected.
 */
export function parseDecimal(text: string): Decimal | undefined {
  return DECIMAL_TEXT.test(text) ? new Decimal(text) : undefined;
}

/** `parseDecimal` for text that our own code or database wrote: anything else is a fault of ours. */
export function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) throw new RangeError(`not a decimal number: ${JSON.stringify(text)}`);
  return value;
}

/** The sum of any number of decimals; zero for none. */
export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/**
 * Prints at a fixed scale without rounding.
 * @throws RangeError where the value has more decimals than `scale`: rounding is the caller's decision.
 */
export function fixed(value: Decimal, scale: number): string {
  if (value.decimalPlaces() > scale)
    throw new RangeError(`${value.toFixed()} has more than ${scale} decimals`);
  const text = value.toFixed(scale);
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text;
}
