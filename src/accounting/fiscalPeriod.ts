// Fiscal years and periods by the configured calendar: months from any day of the year on, or the retail calendar of 52 or 53
// whole weeks. A period's text is `year-NN` with the fiscal year, whatever the ERP calls it: so periods sort, and are one.
import { addDays, daysBetween, isoDate } from './dates.ts';
import type { IsoDate } from './dates.ts';
import type { PeriodTemplate } from './periodTemplate.ts';

/** `erp`: only the periods that the ERP itself told (`ingest periods`). */
export type FiscalCalendar = ComputedCalendar | 'erp';

export type ComputedCalendar = 'monthly' | MonthCalendar | WeekCalendar;

export interface MonthCalendar {
  monthly: {
    /** First day of the fiscal year and so of each period, `MM-DD`; the day is at most 28. */
    yearStarts: string;
    /** How the ERP writes a period; it also says by which calendar year a fiscal year is called. Absent: by its last day's. */
    names?: PeriodTemplate;
  };
}

export interface WeekCalendar {
  /** Weeks of the three periods of each quarter. */
  pattern: '4-4-5' | '4-5-4' | '5-4-4';
  /**
   * First day of a fiscal year; the others start on the same weekday, as near as possible to the same month and day.
   * Where the books say "nearest to 1 February", state a year that starts on it (2026-02-01).
   */
  yearStarts: IsoDate;
  /** Period that the 53rd week belongs to, 1 to 12; absent: the last one, as the NRF does. */
  week53?: number;
}

export interface FiscalPeriod {
  fiscalYear: string;
  /** `2026-10` */
  period: string;
  from: IsoDate;
  /** Last day inside. */
  to: IsoDate;
}

/** The period that a day belongs to. */
export function fiscalPeriod(day: IsoDate, calendar: ComputedCalendar): FiscalPeriod {
  if (calendar === 'monthly') return monthPeriod(day, { yearStarts: '01-01' });
  return 'monthly' in calendar ? monthPeriod(day, calendar.monthly) : weekPeriod(day, calendar);
}

const PERIODS = 12;

function monthPeriod(day: IsoDate, { yearStarts, names }: MonthCalendar['monthly']): FiscalPeriod {
  const [startMonth, startDay] = yearStarts.split('-').map(Number) as [number, number];
  const [year, month, dayOfMonth] = day.split('-').map(Number) as [number, number, number];
  // Months since the first day of the fiscal year that begins in `year`; before it, negative.
  const since = month - startMonth - (dayOfMonth < startDay ? 1 : 0);
  const index = ((since % PERIODS) + PERIODS) % PERIODS;
  const startYear = since < 0 ? year - 1 : year;
  const isCalendarYear = yearStarts === '01-01';
  const called = isCalendarYear || names?.year === 'startYear' ? startYear : startYear + 1;
  const from = monthsAfter(startYear, startMonth + index, startDay);
  const to = addDays(monthsAfter(startYear, startMonth + index + 1, startDay), -1);
  return { ...named(called, index + 1), from, to };
}

/** @param month 1 = January; 13 is January of the next year */
function monthsAfter(year: number, month: number, day: number): IsoDate {
  const [years, rest] = [Math.floor((month - 1) / PERIODS), ((month - 1) % PERIODS) + 1];
  return isoDate(`${year + years}-${twoDigits(rest)}-${twoDigits(day)}`);
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

const named = (year: number, number: number): Pick<FiscalPeriod, 'fiscalYear' | 'period'> => ({
  fiscalYear: String(year),
  period: `${year}-${twoDigits(number)}`,
});

const WEEK_DAYS = 7;
const WEEKS_OF_YEAR = 52;

/**
 * The start of the fiscal year nearest to `yearStarts` moved to a calendar year: the same weekday, at most three days away
 * from the same month and day. So a year has 53 weeks where the calendar has drifted by more than half a week, which for
 * a year that starts near 1 February gives the NRF's 53-week years (2012, 2017, 2023). A fiscal year is named by the
 * calendar year of that month and day; where they lie in the last week of December, by the next.
 */
function yearStart(yearStarts: IsoDate, year: number): IsoDate {
  const [, month, dayOfMonth] = yearStarts.split('-') as [string, string, string];
  const safeDay = month === '02' && dayOfMonth === '29' ? '28' : dayOfMonth;
  const anchor = isoDate(`${String(year - fiscalShift(yearStarts)).padStart(4, '0')}-${month}-${safeDay}`);
  const drift = ((daysBetween(yearStarts, anchor) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
  const halfWeek = 3;
  return addDays(anchor, drift <= halfWeek ? -drift : WEEK_DAYS - drift);
}

/** 1 where the anchor lies in the last week of December, whose fiscal year has the next year's name. */
function fiscalShift(yearStarts: IsoDate): 0 | 1 {
  return yearStarts.slice(5) >= '12-25' ? 1 : 0;
}

function weekPeriod(day: IsoDate, { pattern, yearStarts, week53 }: WeekCalendar): FiscalPeriod {
  let year = Number(day.slice(0, 4)) + 1;
  while (yearStart(yearStarts, year) > day) year--;
  const start = yearStart(yearStarts, year);
  const end = addDays(yearStart(yearStarts, year + 1), -1);
  const weeks = (daysBetween(start, end) + 1) / WEEK_DAYS;
  const lengths = [1, 2, 3, 4].flatMap(() => pattern.split('-').map(Number));
  if (weeks > WEEKS_OF_YEAR) lengths[(week53 ?? PERIODS) - 1]! += 1;
  let from = start;
  for (let index = 0; index < PERIODS; index++) {
    const next = addDays(from, lengths[index]! * WEEK_DAYS);
    if (day < next) return { ...named(year, index + 1), from, to: addDays(next, -1) };
    from = next;
  }
  throw new RangeError(`${day} lies in no period of ${year}`);
}
