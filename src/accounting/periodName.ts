// Fiscal periods as ERPs write them: 10, 010, 2026-10 and 2026010 are one period of fiscal year 2026. Other names are kept as
// they are: only the configuration or the ERP's own list of periods can tell what they mean.

/** A period under its one name, `2026-10`. */
export interface PeriodName {
  fiscalYear: string;
  period: string;
  /** 1 to 16; above 12 a special period at the year's end. */
  number: number;
}

const MOST_PERIODS = 16;
const NORMAL_PERIODS = 12;
const WITH_YEAR = /^(\d{4})(?:[-/. ]?0?(\d{2})|[-/. ](\d))$/;
const ALONE = /^0{0,2}(\d{1,2})$/;

/** Reads a period; undefined for a name of another form. @param fiscalYear counts where the text has none */
export function readPeriodName(text: string, fiscalYear: string): PeriodName | undefined {
  const whole = WITH_YEAR.exec(text);
  const digits = whole === null ? ALONE.exec(text)?.[1] : (whole[2] ?? whole[3]);
  const year = whole === null ? fiscalYear : (whole[1] as string);
  return digits === undefined || year === '' ? undefined : namedPeriod(year, Number(digits));
}

/** The period of that number; undefined where no year has so many. */
export function namedPeriod(fiscalYear: string, number: number): PeriodName | undefined {
  if (number < 1 || number > MOST_PERIODS) return undefined;
  return { fiscalYear, period: `${fiscalYear}-${String(number).padStart(2, '0')}`, number };
}

/** True for a number without its year. */
export function isNumberAlone(text: string): boolean {
  return ALONE.test(text);
}

/** True for what stands beside the normal periods at the year's end: 13 to 16. */
export function isSpecialPeriod(period: string): boolean {
  return (readPeriodName(period, '')?.number ?? 0) > NORMAL_PERIODS;
}
