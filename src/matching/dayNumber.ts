// Days as numbers, so that a window is a difference of two: of the plain calendar, or of a business calendar, on which any
// other day bears the number of the business day before it. Once for the process and once as SQL, over any day that a line
// can bear; the property test of matching holds the two against each other.
import { type BusinessCalendar, businessDaysBetween, weekday } from '../accounting/businessDays.ts';
import { daysBetween, isoDate, type IsoDate } from '../accounting/dates.ts';
import type { DayNumber } from './definition.ts';

/** Business calendars by the name that a window gives. */
export type Calendars = ReadonlyMap<string, BusinessCalendar>;

/** A Sunday before every day of a line, so that no number is negative and SQL's division of whole numbers rounds down. */
const DAY_0 = '0001-01-07' as IsoDate;
const WEEK = 7;

/** Days, or business days, since `DAY_0`. */
export function dayNumbers(calendars: Calendars): DayNumber {
  return (name, day) =>
    name === undefined
      ? daysBetween(DAY_0, isoDate(day))
      : businessDaysBetween(DAY_0, isoDate(day), named(calendars, name));
}

/**
 * The same number of the date `column`. Counted, not looked up in a table of days: a table ends somewhere, and a line beyond
 * its end (an opening item of two years ago) would be inside no window.
 * @param values parameters of the statement; the calendar's holidays are added
 */
export function dayNumberSql(
  calendars: Calendars,
  name: string | undefined,
  column: string,
  values: unknown[],
): string {
  const days = `(${column} - date '${DAY_0}')`;
  if (name === undefined) return days;
  const { weekend, holidays } = named(calendars, name);
  const works = Array.from({ length: WEEK }, (_, i) => (weekend.has(i) ? 0 : 1));
  // After whole weeks the last one began on a Monday: workdays among its first 0 to 6 days.
  const begun = works.map((_, i) => works.slice(1, i + 1).reduce<number>((sum, one) => sum + one, 0));
  const week = works.reduce<number>((sum, one) => sum + one, 0);
  const free = [...holidays].filter((day) => !weekend.has(weekday(day))).sort();
  const holidaysUpTo = `width_bucket(${column}, $${values.push(`{${free.join(',')}}`)}::date[])`;
  return `(${days} / ${WEEK} * ${week} + (array[${begun.join(', ')}])[${days} % ${WEEK} + 1] - ${holidaysUpTo})`;
}

function named(calendars: Calendars, name: string): BusinessCalendar {
  const calendar = calendars.get(name);
  // `rules check` refuses a window with an unknown calendar.
  if (calendar === undefined) throw new RangeError(`no calendar ${name}`);
  return calendar;
}
