// Tryton's JSON: amounts, dates and times are objects with a `__class__`. A JSON number in an amount's place would be
// taken without complaint, as a float, so amounts leave here in one way only.
import type { IsoDate } from '../../accounting/dates.ts';
import { parseIsoDate } from '../../accounting/dates.ts';
import { Decimal } from '../../money/decimal.ts';

/** What Tryton sends and takes. Numbers are ids and counts, never amounts. */
export type TrytonValue =
  null | boolean | number | string | readonly TrytonValue[] | { readonly [key: string]: TrytonValue };
export type TrytonRow = { readonly [key: string]: TrytonValue };

export function decimalValue(amount: Decimal): TrytonValue {
  return { __class__: 'Decimal', decimal: amount.toFixed() };
}

export function dateValue(day: IsoDate): TrytonValue {
  return {
    __class__: 'date',
    year: Number(day.slice(0, 4)),
    month: Number(day.slice(5, 7)),
    day: Number(day.slice(8)),
  };
}

/** An instant, UTC, as the server writes it. */
export function instantValue(at: Date): TrytonValue {
  return {
    __class__: 'datetime',
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: at.getUTCMilliseconds() * 1000,
  };
}

function isRow(value: TrytonValue | undefined): value is TrytonRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rows of a list answer; a row that is none is dropped, which the callers' counts notice. */
export function rowsOf(value: TrytonValue): TrytonRow[] {
  return Array.isArray(value) ? (value as readonly TrytonValue[]).filter(isRow) : [];
}

/** A related record: Tryton answers the field `account.code` under the key `account.`. */
export function related(row: TrytonRow, field: string): TrytonRow {
  const value = row[`${field}.`];
  return isRow(value) ? value : {};
}

/** '' where empty. */
export function textOf(row: TrytonRow, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}

/** @throws Error where there is no id: such an answer is not to be relied on. */
export function idOf(row: TrytonRow, field = 'id'): number {
  const value = row[field];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new Error(`Tryton answered no id in "${field}": ${JSON.stringify(value)}`);
}

/** True for true and for 1 (what a server on SQLite answers). */
export function flagOf(row: TrytonRow, field: string): boolean {
  return row[field] === true || row[field] === 1;
}

/**
 * @returns undefined where the field is empty
 * @throws Error where it holds anything but a Decimal object
 */
export function amountOf(row: TrytonRow, field: string): Decimal | undefined {
  const value = row[field];
  if (value === null || value === undefined) return undefined;
  if (isRow(value) && value.__class__ === 'Decimal' && typeof value.decimal === 'string')
    return new Decimal(value.decimal);
  throw new Error(`Tryton answered no Decimal in "${field}": ${JSON.stringify(value)}`);
}

/** '' where empty. */
export function dateOf(row: TrytonRow, field: string): IsoDate | '' {
  const value = row[field];
  if (!isRow(value)) return '';
  const [year, month, day] = [value.year, value.month, value.day].map((part, at) =>
    String(typeof part === 'number' ? part : 0).padStart(at === 0 ? 4 : 2, '0'),
  );
  return parseIsoDate(`${year}-${month}-${day}`) ?? '';
}

/** ISO text in UTC; '' where empty. */
export function instantOf(row: TrytonRow, field: string): string {
  const value = row[field];
  if (!isRow(value)) return '';
  const part = (name: string): number => (typeof value[name] === 'number' ? value[name] : 0);
  const at = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return new Date(at + Math.trunc(part('microsecond') / 1000)).toISOString();
}
