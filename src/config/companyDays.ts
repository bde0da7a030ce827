// The day it is in each company, by its time zone.
import type { IsoDate } from '../accounting/dates.ts';
import { localDate } from '../accounting/dates.ts';
import type { Config } from './model.ts';

/** By company code. @param nowMs milliseconds since 1970 */
export function companyDays({ companies }: Pick<Config, 'companies'>, nowMs: number): Map<string, IsoDate> {
  return new Map([...companies.values()].map(({ code, timeZone }) => [code, localDate(nowMs, timeZone)]));
}
