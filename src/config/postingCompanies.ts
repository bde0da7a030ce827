// What the derivation of lines asks about companies: currency, method, tax engine, fiscal period of a day. The period is
// remembered per day, because it is asked for every event.
import type { IsoDate } from '../accounting/dates.ts';
import type { FiscalPeriod } from '../accounting/fiscalPeriod.ts';
import { fiscalPeriod } from '../accounting/fiscalPeriod.ts';
import { erpPeriodOf, type ErpPeriod } from '../accounting/erpPeriods.ts';
import type { PostingCompany } from '../rulebook/fit.ts';
import type { Company, Config } from './model.ts';

/**
 * A lookup by company code; undefined for a company that is not configured.
 * @param told the ERP's own periods, which win over the configured calendar
 */
export function postingCompanies(
  config: Config,
  told: readonly ErpPeriod[],
): (code: string) => PostingCompany | undefined {
  const companies = new Map(
    [...config.companies].map(([code, company]) => [code, postingCompany(company, told)]),
  );
  return (code) => companies.get(code);
}

function postingCompany(
  { code, currency, inventoryMethod, taxAssessed, fiscalCalendar }: Company,
  told: readonly ErpPeriod[],
): PostingCompany {
  const periods = new Map<IsoDate, Pick<FiscalPeriod, 'fiscalYear' | 'period'>>();
  return {
    currency,
    inventoryMethod,
    ...(taxAssessed === undefined ? {} : { taxAssessedSince: taxAssessed.since }),
    period(day) {
      let period = periods.get(day);
      if (period === undefined) {
        period = erpPeriodOf(told, code, day) ?? fiscalPeriod(day, fiscalCalendar);
        periods.set(day, period);
      }
      return period;
    },
  };
}
