// Fiscal years and periods: calendar months, or the retail calendar of 52 or 53 whole weeks. The period text is
// `year-NN` with the fiscal year, as ERPs name it.
import { addDays, daysBetween, isoDate } from './dates.ts';
import type { IsoDate } from './dates.ts';

export type FiscalCalendar =
  | 'monthly'
  | {
      /** Weeks of the three periods of each quarter. */
      pattern: '4-4-5' | '4-5-4' | '5-4-4';
      /**
       * First day of a fiscal year; the others start on the same weekday, as near as possible to the same month and day.
       * Where the books say "nearest to 1 February", state a year that starts on it (2026-02-01).
       */
      yearStarts: IsoDate;
    };

export interface FiscalPeriod {
  fiscalYear: string;
  /** `2026-10` */
  period: string;
  from: IsoDate;
  /** Last day inside. */
  to: IsoDate;
}

/** The period that a day belongs to. */
export function fiscalPeriod(day: IsoDate, calendar: FiscalCalendar): FiscalPeriod {
  return calendar === 'monthly' ? month(day) : weekPeriod(day, calendar);
}

function month(day: IsoDate): FiscalPeriod {
  const period = day.slice(0, 7);
  const from = isoDate(`${period}-01`);
  const next = isoDate(`${addDays(from, 31).slice(0, 7)}-01`);
  return { fiscalYear: day.slice(0, 4), period, from, to: addDays(next, -1) };
}

const WEEK_DAYS = 7;
const WEEKS_OF_YEAR = 52;
const PERIODS_OF_QUARTER = 3;

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

function weekPeriod(day: IsoDate, { pattern, yearStarts }: Exclude<FiscalCalendar, 'monthly'>): FiscalPeriod {
  let year = Number(day.slice(0, 4)) + 1;
  while (yearStart(yearStarts, year) > day) year--;
  const start = yearStart(yearStarts, year);
  const end = addDays(yearStart(yearStarts, year + 1), -1);
  const weeks = (daysBetween(start, end) + 1) / WEEK_DAYS;
  const lengths = [1, 2, 3, 4].flatMap(() => pattern.split('-').map(Number));
  // The 53rd week goes to the last period of the year, as the NRF does.
  if (weeks > WEEKS_OF_YEAR) lengths[lengths.length - 1]! += 1;
  let from = start;
  for (let index = 0; index < 4 * PERIODS_OF_QUARTER; index++) {
    const next = addDays(from, lengths[index]! * WEEK_DAYS);
    if (day < next) {
      const number = String(index + 1).padStart(2, '0');
      return { fiscalYear: String(year), period: `${year}-${number}`, from, to: addDays(next, -1) };
    }
    from = next;
  }
  throw new RangeError(`${day} lies in no period of ${year}`);
}
