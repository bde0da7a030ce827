// Readings of fiscal periods.
import type pg from 'pg';

export interface PeriodRow {
  company: string;
  ledger: string;
  fiscalYear: string;
  period: string;
  from: string;
  to: string;
  status: string;
  readAt: string;
}

const SHAPE = `(position bigint, company text, ledger text, "fiscalYear" text, period text, "from" date, "to" date, status text,
  "readAt" timestamptz)`;
const INSERT = `insert into tieout.fiscal_period (company, ledger, fiscal_year, period, date_from, date_to, status, read_at, batch_id)
  select distinct on (company, ledger, "fiscalYear", period, "readAt")
         company, ledger, "fiscalYear", period, "from", "to", status, "readAt", $2
    from jsonb_to_recordset($1::jsonb) as d ${SHAPE}
   order by company, ledger, "fiscalYear", period, "readAt", position
  on conflict do nothing`;
const CONFLICTS = `select d.position from jsonb_to_recordset($1::jsonb) as d ${SHAPE}
  join tieout.fiscal_period p on p.company = d.company and p.ledger = d.ledger and p.fiscal_year = d."fiscalYear"
   and p.period = d.period and p.read_at = d."readAt"
 where (p.date_from, p.date_to, p.status) is distinct from (d."from", d."to", d.status)`;

/** Inserts what is new; names the rows whose reading says something else already. */
export async function insertPeriods(
  client: pg.ClientBase,
  batchId: string,
  rows: readonly (PeriodRow & { position: number })[],
): Promise<{ inserted: number; conflicts: number[] }> {
  const given = JSON.stringify(rows);
  const inserted = await client.query(INSERT, [given, batchId]);
  const conflicts = await client.query<{ position: string }>(CONFLICTS, [given]);
  return {
    inserted: inserted.rowCount ?? 0,
    conflicts: conflicts.rows.map(({ position }) => Number(position)),
  };
}
