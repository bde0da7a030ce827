// The fiscal periods as the ERP last told them.
import type pg from 'pg';

export interface StoredPeriod {
  company: string;
  ledger: string;
  fiscalYear: string;
  period: string;
  from: string;
  to: string;
  status: 'open' | 'closed' | 'locked';
}

/** The latest reading of each period, in order of date. */
export async function readFiscalPeriods(client: pg.ClientBase | pg.Pool): Promise<StoredPeriod[]> {
  const answer = await client.query<StoredPeriod>(
    `select company, ledger, fiscal_year as "fiscalYear", period, date_from as "from", date_to as "to", status
       from tieout.period_now order by company, ledger, date_from, fiscal_year, period`,
  );
  return answer.rows;
}
