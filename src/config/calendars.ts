// Business calendars: which days count for windows and grace days that name one. The weekend is Saturday and Sunday; the
// file lists the other days on which nothing is booked.
import type { BusinessCalendar } from '../accounting/businessDays.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { DAY_FORM, parseIsoDate } from '../accounting/dates.ts';
import type { Problems } from '../rulebook/yaml.ts';
import { readTable } from './table.ts';

const WEEKEND: ReadonlySet<number> = new Set([0, 6]);

/** Reads a CSV file with a column `date`; further columns (the holiday's name) are for people. */
export function readCalendar(path: string, shown: string, problems: Problems): BusinessCalendar {
  const holidays = new Set<IsoDate>();
  for (const row of readTable(path, shown, ['date'], problems)) {
    const date = parseIsoDate(row.cell('date'));
    if (date !== undefined) holidays.add(date);
    else {
      const found = JSON.stringify(row.cell('date'));
      problems.push({ where: row.where, what: 'date cannot be read', expected: DAY_FORM, found });
    }
  }
  return { holidays, weekend: WEEKEND };
}
