// The day it is where a company keeps its books: the ERP opens and closes periods by it, not by the server's UTC.
import type { IsoDate } from '../../accounting/dates.ts';

/** By company code; for one that is not named the database's UTC day counts. */
export type CompanyDays = ReadonlyMap<string, IsoDate>;

/** The day of a company as SQL; parameter `$n` holds the codes, the next one their days. */
export function dayIn(company: string, n: number): string {
  return `coalesce((select d.day from unnest($${n}::text[], $${n + 1}::date[]) as d (company, day) where d.company = ${company}), current_date)`;
}
