// How one ERP writes its periods, as the configuration says it: `FY{endYear}/{nn}` is FY2027/07.

/** A year and the number of a period in it. */
export interface YearAndNumber {
  fiscalYear: string;
  /** 1 to 16. */
  number: number;
}

export interface PeriodTemplate {
  /** As it was configured. */
  readonly text: string;
  /** By which calendar year a fiscal year is called: that of its first or of its last day. */
  readonly year: 'startYear' | 'endYear';
  /** undefined where the text has another form */
  read(text: string): YearAndNumber | undefined;
  write(named: YearAndNumber): string;
}

/** What a template may hold, for messages. */
export const TEMPLATE_FORM =
  'one of {startYear} and {endYear}, and one of {n} and {nn}, such as FY{endYear}/{nn}';

const PLACES: Readonly<Record<string, string>> = {
  startYear: '(?<year>\\d{4})',
  endYear: '(?<year>\\d{4})',
  n: '(?<number>\\d{1,2})',
  nn: '(?<number>\\d{2})',
};

/** Reads a template; undefined where it is none (see `TEMPLATE_FORM`). */
export function periodTemplate(text: string): PeriodTemplate | undefined {
  const places = [...text.matchAll(/\{(\w*)\}/g)].map(([, name]) => name as string);
  const years = places.filter((name) => name === 'startYear' || name === 'endYear');
  const numbers = places.filter((name) => name === 'n' || name === 'nn');
  if (years.length !== 1 || numbers.length !== 1 || places.length !== 2) return undefined;
  const form = text
    .split(/(\{\w+\})/)
    .map((part) => PLACES[part.slice(1, -1)] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('');
  const pattern = new RegExp(`^${form}$`);
  return {
    text,
    year: years[0] as 'startYear' | 'endYear',
    read(found) {
      const parts = pattern.exec(found)?.groups;
      return parts && { fiscalYear: parts.year as string, number: Number(parts.number) };
    },
    write({ fiscalYear, number }) {
      return text
        .replace(/\{(startYear|endYear)\}/, fiscalYear)
        .replace('{nn}', String(number).padStart(2, '0'))
        .replace('{n}', String(number));
    },
  };
}
