// Which period a person means, of the company whose ERP listed it.
import type pg from 'pg';

import { companyPeriods } from '../../src/accounting/companyPeriods.ts';
import { type IsoDate, localDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { readFiscalPeriods } from '../../src/db/intake/fiscalPeriods.ts';
import { UserError } from '../../src/errors.ts';

/** A period of a company as its ERP listed it. */
export interface ClosingPeriod {
  company: string;
  fiscalYear: string;
  /** `2026-10` */
  period: string;
  from: IsoDate;
  to: IsoDate;
}

/** The period that a person's text names, as the company's ERP listed it. */
export async function periodOf(
  client: pg.ClientBase,
  { config, clock }: { config: Pick<Config, 'companies'>; clock: () => number },
  company: string,
  text: string,
): Promise<ClosingPeriod> {
  const known = config.companies.get(company);
  if (known === undefined) throw noCompany(config, company);
  const told = (await readFiscalPeriods(client)).filter((one) => one.company === company);
  const today = localDate(clock(), known.timeZone);
  const named = companyPeriods(known.fiscalCalendar, told).readPeriod(text, '', today);
  const found = told.find((one) => one.fiscalYear === named?.fiscalYear && one.period === named.period);
  if (found === undefined)
    throw new UserError({
      where: `${company} ${text}`,
      what: told.length === 0 ? 'the ERP has told no periods of this company' : 'no such period',
      ...(told.length === 0
        ? {}
        : { expected: `one of ${[...new Set(told.map((one) => one.period))].join(', ')}` }),
      todo: 'tieout ingest periods',
    });
  return {
    company,
    fiscalYear: found.fiscalYear,
    period: found.period,
    from: found.from as IsoDate,
    to: found.to as IsoDate,
  };
}

/** The refusal of a company that the configuration does not have. */
export function noCompany({ companies }: Pick<Config, 'companies'>, company: string): UserError {
  return new UserError({
    where: '--company',
    what: 'tieout.yaml has no such company',
    expected: [...companies.keys()].join(', '),
    found: company,
  });
}
