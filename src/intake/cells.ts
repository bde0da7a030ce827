// Cells of the small tables: dates, instants and amounts, refused with their column where they are none.
import { DAY_FORM, parseIsoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { INSTANT_FORM, readInstant } from '../accounting/instant.ts';
import { keyFault } from '../accounting/keyFault.ts';
import { refusalOf } from '../events/cursor.ts';
import { AMOUNT_SCALE, readScaled } from '../money/scaled.ts';
import { minorUnits } from '../money/currencies.ts';
import type { Get } from './smallTable.ts';
import { RowRefused } from './smallTable.ts';

export function dayCell(get: Get, column: string): IsoDate {
  const text = get(column);
  const day = parseIsoDate(text);
  if (day === undefined)
    throw new RowRefused(refusalOf('BAD_DATE', column, `a date as ${DAY_FORM}`, JSON.stringify(text)));
  return day;
}

/** An instant with its offset, as UTC ISO text. */
export function instantCell(get: Get, column: string): string {
  const text = get(column);
  const instant = readInstant(text);
  if (instant === undefined)
    throw new RowRefused(refusalOf('BAD_DATE', column, INSTANT_FORM, JSON.stringify(text)));
  return instant;
}

/** Text by which the row is found again. */
export function keyCell(get: Get, column: string): string {
  const text = get(column);
  const fault = keyFault(text);
  if (fault === undefined) return text;
  throw new RowRefused(refusalOf('BAD_KEY', column, fault.expected, fault.found));
}

export function currencyCell(get: Get, column: string): string {
  const code = get(column);
  if (minorUnits(code) === undefined) {
    throw new RowRefused(refusalOf('UNKNOWN_CURRENCY', column, 'an ISO 4217 code', JSON.stringify(code)));
  }
  return code;
}

/** Ten-thousandths of an amount in a known currency. */
export function amountCell(get: Get, column: string, currency: string): bigint {
  const text = get(column);
  const scaled = readScaled(text, AMOUNT_SCALE);
  const minor = minorUnits(currency) ?? 0;
  if (scaled === undefined) {
    throw new RowRefused(
      refusalOf('BAD_NUMBER', column, 'a plain decimal number like -1250.00', JSON.stringify(text)),
    );
  }
  if (scaled.decimals > minor) {
    throw new RowRefused(
      refusalOf('CURRENCY_SCALE', column, `at most ${minor} decimals in ${currency}`, text),
    );
  }
  return scaled.units;
}
