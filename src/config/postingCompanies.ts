// What the derivation of lines asks about companies: currency, method, tax engine, fiscal period of a day. The period is
// remembered per day, because it is asked for every event.
import type { IsoDate } from '../accounting/dates.ts';
import type { FiscalPeriod } from '../accounting/fiscalPeriod.ts';
import { fiscalPeriod } from '../accounting/fiscalPeriod.ts';
import type { PostingCompany } from '../rulebook/fit.ts';
import type { Company, Config } from './model.ts';

/** A lookup by company code; undefined for a company that is not configured. */
export function postingCompanies(config: Config): (code: string) => PostingCompany | undefined {
  const companies = new Map([...config.companies].map(([code, company]) => [code, postingCompany(company)]));
  return (code) => companies.get(code);
}

function postingCompany({ currency, inventoryMethod, taxAssessed, fiscalCalendar }: Company): PostingCompany {
  const periods = new Map<IsoDate, FiscalPeriod>();
  return {
    currency,
    inventoryMethod,
    ...(taxAssessed === undefined ? {} : { taxAssessedSince: taxAssessed.since }),
    period(day) {
      let period = periods.get(day);
      if (period === undefined) {
        period = fiscalPeriod(day, fiscalCalendar);
        periods.set(day, period);
      }
      return period;
    },
  };
}
