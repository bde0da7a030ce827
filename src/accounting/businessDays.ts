// Business days of a calendar: its weekend and its holidays. Grace days and windows count in them where a calendar is named.
import { addDays, daysBetween } from './dates.ts';
import type { IsoDate } from './dates.ts';

/** Days on which nothing is booked. */
export interface BusinessCalendar {
  holidays: ReadonlySet<IsoDate>;
  /** Weekdays, 0 is Sunday; default in most countries {0, 6}. Not all seven. */
  weekend: ReadonlySet<number>;
}

/** A Sunday, from which weekdays are counted. */
const SUNDAY = '1970-01-04' as IsoDate;
const WEEK = 7;

/** 0 is Sunday, 6 is Saturday. */
export function weekday(day: IsoDate): number {
  return ((daysBetween(SUNDAY, day) % WEEK) + WEEK) % WEEK;
}

export function isBusinessDay(day: IsoDate, calendar: BusinessCalendar): boolean {
  return !calendar.weekend.has(weekday(day)) && !calendar.holidays.has(day);
}

/**
 * The day `count` business days after (before, where negative). Zero is the day itself, even on a holiday; one from a
 * Saturday is the Monday.
 * @throws RangeError for a calendar whose weekend is the whole week
 */
export function addBusinessDays(day: IsoDate, count: number, calendar: BusinessCalendar): IsoDate {
  if (calendar.weekend.size >= WEEK) throw new RangeError('a calendar without working days');
  const step = count < 0 ? -1 : 1;
  let at = day;
  for (let left = Math.abs(count); left > 0;) {
    at = addDays(at, step);
    if (isBusinessDay(at, calendar)) left--;
  }
  return at;
}

/**
 * Business days after `from` up to and with `to`; negative the other way round. The inverse of `addBusinessDays` on
 * business days: 1 from Friday to Monday, 0 from Friday to Sunday.
 */
export function businessDaysBetween(from: IsoDate, to: IsoDate, calendar: BusinessCalendar): number {
  if (to < from) return 0 - countBetween(to, from, calendar, 'first');
  return countBetween(from, to, calendar, 'last');
}

/** Business days between two days, one end left out: counting back leaves out the later one. */
function countBetween(
  from: IsoDate,
  to: IsoDate,
  calendar: BusinessCalendar,
  ends: 'first' | 'last',
): number {
  const days = daysBetween(from, to);
  const firstWeekday = weekday(from);
  const offset = ends === 'last' ? 1 : 0;
  const wholeWeeks = Math.floor(days / WEEK);
  let count = wholeWeeks * (WEEK - calendar.weekend.size);
  for (let i = wholeWeeks * WEEK; i < days; i++) {
    if (!calendar.weekend.has((firstWeekday + i + offset) % WEEK)) count++;
  }
  for (const holiday of calendar.holidays) {
    const inside = ends === 'last' ? holiday > from && holiday <= to : holiday >= from && holiday < to;
    if (inside && !calendar.weekend.has(weekday(holiday))) count--;
  }
  return count;
}
