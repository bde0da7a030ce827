// The ERP's balances, one row for account, place, currency, period and moment of extraction.
import type pg from 'pg';

export interface BalanceRow {
  company: string;
  ledger: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  period: string;
  opening: string;
  debit: string;
  credit: string;
  closing: string;
  companyCurrency: string;
  companyClosing: string | null;
  extractedAt: string;
}

const SHAPE = `(position bigint, company text, ledger text, account text, location text, dimension text, currency text, period text,
  opening numeric, debit numeric, credit numeric, closing numeric, "companyCurrency" text, "companyClosing" numeric, "extractedAt" timestamptz)`;

const INSERT = `insert into tieout.erp_balance (company, ledger, account, location, dimension, currency, period, opening, debit,
    credit, closing, company_currency, company_closing, extracted_at, batch_id)
  select distinct on (company, ledger, account, location, dimension, currency, period, "extractedAt")
         company, ledger, account, location, dimension, currency, period, opening, debit, credit, closing, "companyCurrency",
         "companyClosing", "extractedAt", $2
    from jsonb_to_recordset($1::jsonb) as d ${SHAPE}
   order by company, ledger, account, location, dimension, currency, period, "extractedAt", position
  on conflict do nothing`;
const CONFLICTS = `select d.position from jsonb_to_recordset($1::jsonb) as d ${SHAPE}
  join tieout.erp_balance b using (company, ledger, account, location, dimension, currency, period)
 where b.extracted_at = d."extractedAt"
   and (b.opening, b.debit, b.credit, b.closing, b.company_currency, b.company_closing)
       is distinct from (d.opening, d.debit, d.credit, d.closing, d."companyCurrency", d."companyClosing")`;

/** Inserts what is new; names the rows whose key holds other figures. */
export async function insertBalances(
  client: pg.ClientBase,
  batchId: string,
  rows: readonly (BalanceRow & { position: number })[],
): Promise<{ inserted: number; conflicts: number[] }> {
  const given = JSON.stringify(rows);
  const inserted = await client.query(INSERT, [given, batchId]);
  const conflicts = await client.query<{ position: string }>(CONFLICTS, [given]);
  return {
    inserted: inserted.rowCount ?? 0,
    conflicts: conflicts.rows.map(({ position }) => Number(position)),
  };
}
