// What the derivation of lines and the reading of extracts ask about companies: currency, method, tax engine, fiscal periods.
import { companyPeriods } from '../accounting/companyPeriods.ts';
import type { ErpPeriod } from '../accounting/erpPeriods.ts';
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
  return {
    currency,
    inventoryMethod,
    ...(taxAssessed === undefined ? {} : { taxAssessedSince: taxAssessed.since }),
    ...companyPeriods(
      fiscalCalendar,
      told.filter(({ company }) => company === code),
    ),
  };
}
