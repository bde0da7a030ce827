// The fiscal periods of one company: which holds a day, and which is meant by the ERP's words for it. What the ERP told
// (`ingest periods`) comes before the configured calendar.
import { daysBetween, isoDate, type IsoDate } from './dates.ts';
import { erpPeriodOf, type ErpPeriod } from './erpPeriods.ts';
import { fiscalPeriod, type FiscalCalendar } from './fiscalPeriod.ts';
import { isNumberAlone, isSpecialPeriod, namedPeriod, readPeriodName } from './periodName.ts';

export interface YearAndPeriod {
  fiscalYear: string;
  /** `2026-10`, or a name of the ERP's own that only its list explains. */
  period: string;
}

export interface CompanyPeriods {
  /** The normal period of a day; both '' where the calendar is the ERP's and it told of none. */
  period(day: IsoDate): YearAndPeriod;
  /**
   * The period that a text means; undefined of one that the calendar does not know.
   * @param fiscalYear as delivered, '' where it was not
   * @param day what it is dated: a period without year is the nearest of its number
   */
  readPeriod(text: string, fiscalYear: string, day: IsoDate): YearAndPeriod | undefined;
  /** The same by the form of its name alone, whether such a period is known or not. */
  namePeriod(text: string, fiscalYear: string, day: IsoDate): YearAndPeriod | undefined;
  /** How the ERP writes a period. */
  writtenPeriod(period: YearAndPeriod): string;
  /** What the readings above hang on besides the day, in one text. */
  reading: string;
}

/** @param told the periods that the company's ERP listed, in any order */
export function companyPeriods(calendar: FiscalCalendar, told: readonly ErpPeriod[] = []): CompanyPeriods {
  const template = typeof calendar === 'object' && 'monthly' in calendar ? calendar.monthly.names : undefined;
  const period = remember((day: IsoDate): YearAndPeriod => {
    const found = erpPeriodOf(told, day) ?? (calendar === 'erp' ? undefined : fiscalPeriod(day, calendar));
    return { fiscalYear: found?.fiscalYear ?? '', period: found?.period ?? '' };
  });
  const named = (text: string, fiscalYear: string, day: IsoDate): YearAndPeriod | undefined => {
    const own = template?.read(text);
    if (own !== undefined) return agreeing(namedPeriod(own.fiscalYear, own.number), fiscalYear);
    if (fiscalYear === '' && isNumberAlone(text)) return nearestOf(text, period(day));
    return agreeing(readPeriodName(text, fiscalYear), fiscalYear);
  };
  return {
    period,
    namePeriod: named,
    readPeriod(text, fiscalYear, day) {
      const means = named(text, fiscalYear, day);
      const listed = told
        .filter((one) => one.period === text || one.period === means?.period)
        .filter((one) => fiscalYear === '' || one.fiscalYear === fiscalYear)
        .toSorted((a, b) => distance(a, day) - distance(b, day))[0];
      if (listed !== undefined) return { fiscalYear: listed.fiscalYear, period: listed.period };
      if (means === undefined || calendar !== 'erp') return means;
      // Special periods of a year that the ERP told of need no row: they count as the normal one of their day.
      const isOfKnownYear = told.some((one) => one.fiscalYear === means.fiscalYear);
      return isSpecialPeriod(means.period) && isOfKnownYear ? means : undefined;
    },
    writtenPeriod({ fiscalYear, period: name }) {
      const number = readPeriodName(name, fiscalYear)?.number;
      return template === undefined || number === undefined ? name : template.write({ fiscalYear, number });
    },
    reading: template?.text ?? '',
  };
}

/** A year beside the period says the same year, or one that the period's own text lacks. */
function agreeing(means: YearAndPeriod | undefined, fiscalYear: string): YearAndPeriod | undefined {
  if (means === undefined || (fiscalYear !== '' && fiscalYear !== means.fiscalYear)) return undefined;
  return { fiscalYear: means.fiscalYear, period: means.period };
}

/** Period 12 of a posting of 2 January is that of the year before. */
function nearestOf(text: string, { fiscalYear, period }: YearAndPeriod): YearAndPeriod | undefined {
  const here = readPeriodName(period, fiscalYear);
  if (here === undefined) return agreeing(readPeriodName(text, fiscalYear), '');
  const year = Number(here.fiscalYear);
  const periodsOfYear = 12;
  const near = [year, year - 1, year + 1]
    .flatMap((one) => readPeriodName(text, String(one)) ?? [])
    .map((one) => ({
      one,
      apart: Math.abs((Number(one.fiscalYear) - year) * periodsOfYear + one.number - here.number),
    }))
    .toSorted((a, b) => a.apart - b.apart)[0]?.one;
  return near && { fiscalYear: near.fiscalYear, period: near.period };
}

/** Days between a day and a period; 0 inside. */
function distance({ from, to }: ErpPeriod, day: IsoDate): number {
  if (day < from) return daysBetween(day, isoDate(from));
  return day > to ? daysBetween(isoDate(to), day) : 0;
}

function remember<T>(read: (day: IsoDate) => T): (day: IsoDate) => T {
  const known = new Map<IsoDate, T>();
  return (day) => {
    let found = known.get(day);
    if (found === undefined) {
      found = read(day);
      known.set(day, found);
    }
    return found;
  };
}
