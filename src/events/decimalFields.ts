// The decimal fields of event schemas. Text in, scaled integer out, and the fixed-scale text left at the cursor for the
// record that holds the field; a JSON number is taken only where it is an exact integer.
import { NUMBER_MARK } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import type { Field, JsonSchema } from './fields.ts';
import { AMOUNT_DIGITS, AMOUNT_SCALE, FINE_SCALE, readScaled } from '../money/scaled.ts';

/** Sign an amount must have; zero is always allowed. */
export type Sign = 'any' | 'not negative' | 'not positive';

const SIGN_WORDS: Readonly<Record<Sign, string>> = {
  any: '',
  'not negative': ' of 0 or more',
  'not positive': ' of 0 or less',
};

function readUnits(value: unknown, cursor: Cursor, scale: number, sign: Sign): bigint {
  const expected = `a decimal string${SIGN_WORDS[sign]}`;
  let source: string;
  if (typeof value === 'string') source = value;
  else if (Number.isSafeInteger(value)) source = (value as number).toString();
  else return refuseNumber(value, cursor, expected);
  const scaled = readScaled(source, scale, AMOUNT_DIGITS);
  if (scaled === undefined) return refuseNumber(value, cursor, expected);
  const { units } = scaled;
  if ((units < 0n && sign === 'not negative') || (units > 0n && sign === 'not positive'))
    cursor.wrong(expected, value);
  cursor.fixed = scaled.fixed;
  cursor.decimals = scaled.decimals;
  return units;
}

function refuseNumber(value: unknown, cursor: Cursor, expected: string): bigint {
  const unquoted = typeof value === 'number' || (typeof value === 'string' && value.startsWith(NUMBER_MARK));
  if (unquoted) cursor.wrong(`${expected} in quotes (a JSON number may have lost a digit)`, value);
  else cursor.wrong(`${expected}, at most ${AMOUNT_DIGITS} digits before the point, like "19.99"`, value);
  return 0n;
}

const WHOLE = `(?:0|[1-9]\\d{0,${AMOUNT_DIGITS - 1}})(?:\\.\\d+)?`;
const PATTERNS: Readonly<Record<Sign, string>> = {
  any: `^-?${WHOLE}$`,
  'not negative': `^${WHOLE}$`,
  'not positive': `^(?:-${WHOLE}|0(?:\\.0+)?)$`,
};

/** A number is taken only where it is a whole one: others may have lost a digit before they came here. */
function schemaOf(sign: Sign, scale: number, inCost: boolean): JsonSchema {
  const limit = sign === 'any' ? {} : sign === 'not negative' ? { minimum: 0 } : { maximum: 0 };
  const decimals =
    scale === FINE_SCALE
      ? `${FINE_SCALE} decimals`
      : `the minor units of ${inCost ? 'costCurrency' : 'currency'}`;
  return {
    type: ['string', 'integer'],
    pattern: PATTERNS[sign],
    ...limit,
    description: `A decimal, at most ${decimals}.`,
  };
}

function decimalField(sign: Sign, scale: number, inCost: boolean): Field<bigint> {
  return {
    optional: false,
    expected: `a decimal string${SIGN_WORDS[sign]}`,
    schema: schemaOf(sign, scale, inCost),
    read(value, cursor) {
      const units = readUnits(value, cursor, scale, sign);
      if (scale === FINE_SCALE) {
        if (cursor.decimals > FINE_SCALE)
          cursor.wrong(`at most ${FINE_SCALE} decimals`, value, 'CURRENCY_SCALE');
      } else if (cursor.decimals > (inCost ? cursor.costMinorUnits : cursor.minorUnits)) {
        const most = inCost ? cursor.costMinorUnits : cursor.minorUnits;
        const code = inCost ? cursor.costCurrency : cursor.currency;
        cursor.wrong(`at most ${most} decimals in ${code}`, value, 'CURRENCY_SCALE');
      }
      return units;
    },
  };
}

/** An amount in `currency`, in ten-thousandths; at most the currency's minor units. */
export function amount(sign: Sign = 'not negative'): Field<bigint> {
  return decimalField(sign, AMOUNT_SCALE, false);
}

/** An amount in `costCurrency`, in ten-thousandths. */
export function cost(sign: Sign = 'not negative'): Field<bigint> {
  return decimalField(sign, AMOUNT_SCALE, true);
}

/** A quantity, unit price, unit cost or rate in millionths: up to 6 decimals. */
export function fine(sign: Sign = 'not negative'): Field<bigint> {
  return decimalField(sign, FINE_SCALE, false);
}
