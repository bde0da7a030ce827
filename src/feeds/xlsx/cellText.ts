// What a cell says, as text. A number is the shortest decimal that gives its double back; where a spreadsheet must have lost
// digits, it is written in scientific form on purpose, which every key and amount check refuses (BAD_KEY, BAD_NUMBER).
import { Decimal } from '../../money/decimal.ts';

/** A cell as SheetJS reads it: type, value, number format, formula. */
export interface RawCell {
  t: string;
  v?: unknown;
  z?: unknown;
  f?: string;
}

/** What SheetJS knows of number formats. */
export interface DateFormats {
  isDate(format: string): boolean;
  /** Days of the 1904 system count from 1,462 later. */
  date1904: boolean;
}

/** Digits that a spreadsheet keeps; the sixteenth of a card or account number becomes a zero. */
const DIGITS_KEPT = 15;
const DAYS_1904 = 1462;
const DAY_SECONDS = 86_400;
const UNIX_DAY = 25_569;

/** Decimal text of a number cell, never in scientific form but where digits were lost. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = new Decimal(String(value)).toFixed();
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  const significant = `${whole}${decimals}`.replace(/^0+/, '').replace(/0+$/, '');
  const lost = significant.length > DIGITS_KEPT || whole.length > DIGITS_KEPT;
  return lost ? value.toExponential() : text;
}

/** `YYYY-MM-DD`, with `THH:MM:SS` where the cell has a time of day; the serial itself where it is no date. */
export function dateText(serial: number, date1904: boolean): string {
  const days = serial + (date1904 ? DAYS_1904 : 0);
  // Before 1 March 1900 the 1900 system counts a day that never was: who sends such a date must say what is meant.
  if (days < 61 || days >= 2_958_466) return numberText(serial);
  const at = new Date(Math.round((days - UNIX_DAY) * DAY_SECONDS) * 1000).toISOString();
  return at.endsWith('T00:00:00.000Z') ? at.slice(0, 10) : at.slice(0, 19);
}

/** The text of a cell, or what is wrong with it. */
export function cellText(cell: RawCell | undefined, formats: DateFormats): string | { flaw: string } {
  if (cell === undefined) return '';
  if (cell.v === undefined || cell.v === null) {
    return cell.f === undefined ? '' : { flaw: 'a formula that was never calculated' };
  }
  switch (cell.t) {
    case 'n':
      if (typeof cell.v !== 'number') return { flaw: 'a number that cannot be read' };
      return typeof cell.z === 'string' && formats.isDate(cell.z)
        ? dateText(cell.v, formats.date1904)
        : numberText(cell.v);
    case 'b':
      return cell.v === true ? 'TRUE' : 'FALSE';
    case 'e':
      return { flaw: 'an error value' };
    default:
      return typeof cell.v === 'string' ? cell.v : { flaw: 'a value of an unknown kind' };
  }
}
