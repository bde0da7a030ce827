// Fiscal periods as ERPs write them: 10, 010, 2026-10 and 2026010 are one period of fiscal year 2026. Other names are kept as
// they are: only the ERP's own list of periods can tell what they mean.

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
  const number = Number(digits);
  if (digits === undefined || year === '' || number < 1 || number > MOST_PERIODS) return undefined;
  return { fiscalYear: year, period: `${year}-${String(number).padStart(2, '0')}`, number };
}

/** The period's one name; a name of another form as it is. */
export function periodName(text: string, fiscalYear = ''): string {
  return readPeriodName(text, fiscalYear)?.period ?? text;
}

/** True for what stands beside the normal periods at the year's end: 13 to 16. */
export function isSpecialPeriod(period: string): boolean {
  return (readPeriodName(period, '')?.number ?? 0) > NORMAL_PERIODS;
}
