// Reads a company's `fiscalCalendar`: months, whole weeks, or only what the ERP itself told.
import type { FiscalCalendar, MonthCalendar, WeekCalendar } from '../accounting/fiscalPeriod.ts';
import { periodTemplate, TEMPLATE_FORM } from '../accounting/periodTemplate.ts';
import type { YamlMap, YamlValue } from '../rulebook/yaml.ts';

const WEEKS = ['4-4-5', '4-5-4', '5-4-4'] as const;
const FORMS = '{ monthly: { yearStarts: MM-DD } } or { pattern: 4-4-5, yearStarts: YYYY-MM-DD }';
const YEAR_START = 'first day of the fiscal year, MM-DD, the day at most 28';
const WEEK_53 = 'last, or the number of the period that has it, 01 to 12';

/** Calendar months where nothing is said; what is wrong is noted. */
export function readFiscalCalendar(value: YamlValue | undefined): FiscalCalendar {
  if (value === undefined) return 'monthly';
  if (!value.isMap) return value.oneOf(['monthly', 'erp'] as const) ?? 'monthly';
  const map = value.map(FORMS);
  const calendar = map?.get('monthly') === undefined ? readWeeks(map) : readMonths(map.get('monthly'));
  map?.end();
  return calendar ?? 'monthly';
}

function readMonths(value: YamlValue | undefined): MonthCalendar | undefined {
  const map = value?.map('{ yearStarts: MM-DD, names: FY{endYear}/{nn} }');
  const starts = map?.need('yearStarts', YEAR_START);
  const names = map?.get('names');
  map?.end();
  const yearStarts = starts?.text(YEAR_START);
  if (yearStarts === undefined) return undefined;
  if (!/^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(yearStarts)) {
    const what = 'yearStarts is no first day of a year of months';
    return starts?.refuse({ what, expected: YEAR_START, found: yearStarts });
  }
  const text = names?.text(TEMPLATE_FORM);
  if (text === undefined) return { monthly: { yearStarts } };
  const template = periodTemplate(text);
  if (template === undefined) {
    return names?.refuse({ what: 'names is no form of a period', expected: TEMPLATE_FORM, found: text });
  }
  return { monthly: { yearStarts, names: template } };
}

function readWeeks(map: YamlMap | undefined): WeekCalendar | undefined {
  const pattern = map?.need('pattern', WEEKS.join(', '))?.oneOf(WEEKS);
  const yearStarts = map?.need('yearStarts', 'first day of a fiscal year, YYYY-MM-DD')?.date();
  const week53 = readWeek53(map?.get('week53'));
  if (pattern === undefined || yearStarts === undefined) return undefined;
  return { pattern, yearStarts, ...(week53 === undefined ? {} : { week53 }) };
}

/** undefined: the last period. */
function readWeek53(value: YamlValue | undefined): number | undefined {
  const text = value?.text(WEEK_53);
  if (text === undefined || text === 'last') return undefined;
  if (/^(0?[1-9]|1[0-2])$/.test(text)) return Number(text);
  return value?.refuse({ what: 'week53 is no period', expected: WEEK_53, found: text });
}
