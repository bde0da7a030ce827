// What a ledger row says of its fiscal year and period, against the calendar of its company and its posting date.
import { companyPeriods, type CompanyPeriods, type YearAndPeriod } from '../accounting/companyPeriods.ts';
import { isoDate, parseIsoDate, type IsoDate } from '../accounting/dates.ts';
import { isSpecialPeriod } from '../accounting/periodName.ts';
import type { PeriodKind } from '../feeds/feed.ts';

export interface StatedPeriod extends YearAndPeriod {
  /** `unknown`: it names a period that the calendar does not know, or none on a day of which the calendar knows none. */
  stated: 'nothing' | 'agrees' | 'contradicts' | 'unknown';
}

export interface RowPeriod {
  /** As delivered; '' where absent. */
  fiscalYear: string;
  period: string;
  /** Posting date. */
  day: IsoDate;
  kind: PeriodKind;
}

/** @param periods of the company; undefined: it is not configured, and the row will be refused for that */
export function statedPeriod(periods: CompanyPeriods | undefined, row: RowPeriod): StatedPeriod {
  const { fiscalYear, period, day, kind } = row;
  if (periods === undefined) return { fiscalYear, period, stated: 'nothing' };
  const own = periods.period(day);
  if (period === '') {
    if (own.period === '') return { fiscalYear, period, stated: 'unknown' };
    // A calendar year says nothing that the posting date does not.
    const year = kind === 'fiscal' && fiscalYear !== '' ? fiscalYear : own.fiscalYear;
    return { fiscalYear: year, period: own.period, stated: 'nothing' };
  }
  const means = kind === 'fiscal' ? periods.readPeriod(period, fiscalYear, day) : calendarMonth(periods, row);
  if (means === undefined) return { fiscalYear, period, stated: 'unknown' };
  // A special period counts as the normal one that holds its days.
  const agrees = isSpecialPeriod(means.period) || own.period === '' || means.period === own.period;
  return { ...means, stated: agrees ? 'agrees' : 'contradicts' };
}

const wallCalendar = companyPeriods('monthly');

/** The fiscal period of a calendar month: the one that holds the posting date, moved into that month where it lies outside. */
function calendarMonth(
  periods: CompanyPeriods,
  { fiscalYear, period, day }: RowPeriod,
): YearAndPeriod | undefined {
  const month = wallCalendar.readPeriod(period, fiscalYear, day)?.period;
  const from = month === undefined ? undefined : parseIsoDate(`${month}-01`);
  if (from === undefined) return undefined;
  const to = lastDayOf(from);
  const found = periods.period(day < from ? from : day > to ? to : day);
  return found.period === '' ? undefined : found;
}

function lastDayOf(first: IsoDate): IsoDate {
  const [year, month] = first.split('-').map(Number) as [number, number];
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isoDate(`${first.slice(0, 8)}${days}`);
}
