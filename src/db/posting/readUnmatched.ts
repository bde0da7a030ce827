// Ledger lines without a match that could explain what a journal is about to book: open lines of the same units, lines of
// batches that no run has seen yet, and lines anywhere that carry the reference. Our own postings' lines are left out.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import type { UnmatchedLine } from '../../posting/alreadyExplained.ts';
import { DEAD } from './stateLists.ts';

export interface UnmatchedScope {
  /** Units of the lines to be explained. */
  units: readonly string[];
  companies: readonly string[];
  references: readonly string[];
  /** The run that asks from within its own transaction: what it saw and left open are open items already. */
  runId?: string;
}

interface Row {
  unit: string;
  company: string;
  ledger: string;
  document: string;
  fiscal_year: string;
  account: string;
  currency: string;
  amount: string;
  reference: string;
  business_date: string;
}

/** All of them; one read for any number of entries. */
export async function readUnmatched(
  client: pg.ClientBase | pg.Pool,
  scope: UnmatchedScope,
): Promise<UnmatchedLine[]> {
  const seen = await client.query<{ unit: string; horizon: string }>(
    `select u.unit, coalesce((select rr.horizon_to from tieout.run_reconciliation rr join tieout.run r on r.run_id = rr.run_id
                               where rr.reconciliation = u.reconciliation and (r.state = 'completed' and r.undone_by is null or r.run_id = $2)
                               order by rr.run_id desc limit 1), 0) as horizon
       from tieout.unit u where u.unit = any($1)`,
    [scope.units, scope.runId ?? null],
  );
  const horizons = seen.rows.map(({ horizon }) => BigInt(horizon));
  // As a value, so that the server sees how little is beyond it; joined unit by unit, it read every line of each unit.
  const unseen = horizons.reduce((least, each) => (each < least ? each : least), horizons[0] ?? 0n);
  const found = await client.query<Row>(
    `with seen as materialized (select * from unnest($4::bigint[], $5::bigint[]) as s (unit, horizon)),
     candidate as (
       select o.unit, o.line_id from tieout.open_item o where o.unit = any($1) and o.side = 'L'
       union
       select l.unit, l.line_id from (select * from tieout.line l where l.batch_id > $6 offset 0) l
         join seen s on s.unit = l.unit and l.batch_id > s.horizon where l.side = 'L'
       union
       -- Each reference by its index (law 7); joined freely, the server compared every line with each of them.
       select l.unit, l.line_id from unnest($3::text[]) as r(reference)
        cross join lateral (select * from tieout.line l where l.reference_hash = hashtextextended(r.reference, 0) and l.reference_hash <> 0 offset 0) l
        where l.reference = r.reference and l.side = 'L' and l.company = any($2))
     select l.unit, l.company, l.ledger, l.fiscal_year, l.document, l.account, l.currency, l.amount, l.reference, l.business_date
       -- Line by line, by key: where the planner expected one line to pass the conditions, it read all candidates for each.
       from candidate c cross join lateral (select * from tieout.line l where l.unit = c.unit and l.line_id = c.line_id offset 0) l
      where l.side = 'L' and l.scope <> 'void' and l.company = any($2)
        -- A limit in each: as plain \`not exists\` all memberships that there are were hashed.
        and (select true from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id limit 1) is null
        and (select true from tieout.match_member m where m.unit = l.unit and m.line_id = l.line_id and m.released_run is null limit 1) is null
        and not exists (select from tieout.posting p where p.posting_reference = l.posting_reference and p.state not in ${DEAD})
      order by l.company, l.ledger, l.fiscal_year, l.document, l.line`,
    [
      scope.units,
      scope.companies,
      scope.references,
      seen.rows.map(({ unit }) => unit),
      horizons.map(String),
      unseen.toString(),
    ],
  );
  return found.rows.map((row) => ({
    unit: row.unit,
    company: row.company,
    ledger: row.ledger,
    fiscalYear: row.fiscal_year,
    document: row.document,
    account: row.account,
    currency: row.currency,
    amount: row.amount,
    reference: row.reference,
    businessDate: isoDate(row.business_date),
  }));
}
