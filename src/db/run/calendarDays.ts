// Business calendars as numbers: each business day counts one up, other days bear the number of the business day before, so
// that a window in business days is a difference of two numbers, in SQL as in the process.
import type pg from 'pg';
import { type BusinessCalendar, isBusinessDay } from '../../accounting/businessDays.ts';
import { addDays, type IsoDate } from '../../accounting/dates.ts';
import { copyIn, copyLine } from '../copy.ts';

/** Writes the days from `from` to `to` of each calendar, replacing what was there. */
export async function writeCalendars(
  client: pg.ClientBase,
  calendars: ReadonlyMap<string, BusinessCalendar>,
  from: IsoDate,
  to: IsoDate,
): Promise<void> {
  for (const [name, calendar] of calendars) {
    await client.query('delete from tieout.calendar_day where calendar = $1', [name]);
    const rows: string[] = [];
    let ordinal = 0;
    for (let day = from; day <= to; day = addDays(day, 1)) {
      if (isBusinessDay(day, calendar)) ordinal += 1;
      rows.push(copyLine([name, day, String(ordinal)]));
    }
    await copyIn(client, 'tieout.calendar_day(calendar, day, ordinal)', rows);
  }
}
