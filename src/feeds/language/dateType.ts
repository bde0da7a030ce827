// Columns of type `date` and `time`: read by the forms that the feed declares, and no other.
import { parseIsoDate } from '../../accounting/dates.ts';
import { Fault, shown } from './model.ts';
import type { Value } from './model.ts';

/** How dates and times are written. */
export interface DateForm {
  forms: readonly string[];
  /** First year of a two-digit `YY`. */
  century: number;
  /** Twelve names for `MMM`. */
  months: readonly string[];
}

export const ENGLISH_MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
export const TOKENS = /YYYY|YY|MMM|MM|M|DD|D|HH|mm|ss|Z/g;

type Part = 'YYYY' | 'YY' | 'MMM' | 'MM' | 'M' | 'DD' | 'D' | 'HH' | 'mm' | 'ss' | 'Z';

/** A date and time as parts; `year` is undefined in forms without one. */
export interface Moment {
  year: number | undefined;
  month: number;
  day: number;
  /** `HH:mm:ss`, or '' in forms without an hour. */
  clock: string;
  /** `Z`, `+02:00`, or '' in forms without it. */
  offset: string;
}

const PATTERNS: Record<Part, string> = {
  YYYY: '(\\d{4})',
  YY: '(\\d{2})',
  MMM: '([^\\d\\s,.\\-/]+)',
  MM: '(\\d{2})',
  M: '(\\d{1,2})',
  DD: '(\\d{2})',
  D: '(\\d{1,2})',
  HH: '(\\d{2})',
  mm: '(\\d{2})',
  ss: '(\\d{2})(?:[.,]\\d{1,9})?',
  Z: '(Z|UTC|GMT|[+-]\\d{2}:?\\d{2})',
};

/** Compiles one form; undefined where the text does not fit it. */
export function momentReader(
  form: string,
  dates: Omit<DateForm, 'forms'>,
): (text: string) => Moment | undefined {
  const parts: Part[] = [];
  const source = form
    .split(/(YYYY|YY|MMM|MM|M|DD|D|HH|mm|ss|Z)/)
    .map((piece, index) => {
      if (index % 2 === 0) return piece.replace(/[-/\\^$*+?.()|[\]{}]/g, '\\$&').replace(/\s+/g, '\\s+');
      parts.push(piece as Part);
      return PATTERNS[piece as Part];
    })
    .join('');
  const pattern = new RegExp(`^${source}$`);
  const months = dates.months.map((name) => name.toLowerCase());
  return (text) => {
    const found = pattern.exec(text);
    if (found === null) return undefined;
    const moment: Moment = { year: undefined, month: 1, day: 1, clock: '', offset: '' };
    let clock = ['', '00', '00'];
    for (const [index, part] of parts.entries()) {
      const piece = found[index + 1]!;
      if (part === 'YYYY') moment.year = Number(piece);
      else if (part === 'YY') moment.year = inCentury(Number(piece), dates.century);
      else if (part === 'MMM') {
        const month = months.indexOf(piece.toLowerCase());
        if (month < 0) return undefined;
        moment.month = month + 1;
      } else if (part === 'MM' || part === 'M') moment.month = Number(piece);
      else if (part === 'DD' || part === 'D') moment.day = Number(piece);
      else if (part === 'HH') clock = [piece, clock[1]!, clock[2]!];
      else if (part === 'mm') clock = [clock[0]!, piece, clock[2]!];
      else if (part === 'ss') clock = [clock[0]!, clock[1]!, piece];
      else moment.offset = offsetOf(piece);
    }
    if (clock[0] !== '') moment.clock = clock.join(':');
    return moment.clock === '' || isClock(moment.clock) ? moment : undefined;
  };
}

function inCentury(year: number, first: number): number {
  const base = first - (first % 100);
  return base + year < first ? base + 100 + year : base + year;
}

function offsetOf(text: string): string {
  if (!/^[+-]/.test(text)) return 'Z';
  return text.includes(':') ? text : `${text.slice(0, 3)}:${text.slice(3)}`;
}

export function isClock(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(text);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** The day as ISO text; undefined where it does not exist. */
export function dayOf(year: number, month: number, day: number): string | undefined {
  return parseIsoDate(`${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`);
}

function readers(form: DateForm): ((text: string) => Moment | undefined)[] {
  return form.forms.map((one) => momentReader(one, form));
}

/** Files have few days, and each of them many times. */
function remembering(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = read(text);
    if (known.size < 10_000) known.set(text, value);
    return value;
  };
}

/** Compiles the reading of one column's dates. */
export function dateReader(form: DateForm, column: string): (text: string) => Value {
  const known = readers(form);
  const expected = `a date as ${form.forms.join(' or ')}`;
  return remembering((text) => {
    for (const read of known) {
      const moment = read(text);
      const day = moment?.year === undefined ? undefined : dayOf(moment.year, moment.month, moment.day);
      if (day !== undefined) return day;
    }
    return new Fault('BAD_DATE', column, expected, shown(text));
  });
}

const DAY_MS = 86_400_000;

/**
 * Compiles the reading of a day and month whose year another value gives: the first such day on or after it, within a year.
 * A spreadsheet takes the zero from `0502`; it is put back.
 */
export function dayInYearReader(form: DateForm, column: string): (text: string, from: string) => Value {
  const known = readers(form);
  const width = form.forms.map((one) => one.length);
  return (text, from) => {
    const start = parseIsoDate(from);
    if (start === undefined)
      return new Fault('BAD_DATE', column, 'a date that the year begins with', shown(from));
    for (const [index, read] of known.entries()) {
      const moment = read(/^\d+$/.test(text) ? text.padStart(width[index] ?? 0, '0') : text);
      if (moment === undefined) continue;
      const year = Number(start.slice(0, 4));
      for (const candidate of [year, year + 1]) {
        const day = dayOf(candidate, moment.month, moment.day);
        if (day === undefined || day < start) continue;
        if (Date.parse(day) - Date.parse(start) < 366 * DAY_MS) return day;
      }
    }
    return new Fault(
      'BAD_DATE',
      column,
      `a day as ${form.forms.join(' or ')} within a year from ${from}`,
      shown(text),
    );
  };
}

/** Compiles the reading of one column's times: RFC 3339 where the form has `Z`, else local text that `at` makes an instant of. */
export function timeReader(form: DateForm, column: string): (text: string) => Value {
  const known = readers(form);
  const expected = `a time as ${form.forms.join(' or ')}`;
  return remembering((text) => {
    for (const read of known) {
      const moment = read(text);
      if (moment === undefined) continue;
      const { year, month, day, clock, offset } = moment;
      if (year === undefined) return clock;
      const date = dayOf(year, month, day);
      if (date !== undefined) return `${date}T${clock === '' ? '00:00:00' : clock}${offset}`;
    }
    return new Fault('BAD_TIME', column, expected, shown(text));
  });
}
