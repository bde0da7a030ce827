// Ledger lines without a match that could explain what a journal is about to book: open lines of the same units, lines of
// batches that no run has seen yet, and lines anywhere (outside the rulebook and out of scope too) that bear one of its names.
// Our own postings' lines, and lines that an item has by name already, are left out.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import type { UnmatchedLine } from '../../posting/toExplain.ts';
import { DEAD } from './stateLists.ts';
import { type Horizons, readHorizons } from './readHorizons.ts';

export interface UnmatchedScope {
  /** Units of the lines to be explained. */
  units: readonly string[];
  /** Own and shared ids of the entries. */
  references: readonly string[];
  /** The run that asks from within its own transaction: what it saw and left open are open items already. */
  runId?: string;
}

interface Row {
  company: string;
  ledger: string;
  document: string;
  fiscal_year: string;
  account: string;
  location: string;
  currency: string;
  amount: string;
  scope: string;
  reference: string;
  assignment: string;
  business_date: string;
  is_near: boolean;
  names: string[];
}

/** Reasons by which an item has a ledger line by its name: it is about something else than a missing entry. */
export const BY_NAME = `('CURRENCY_MISMATCH', 'SIGN_REVERSED', 'WRONG_COMPANY', 'WRONG_ACCOUNT', 'WRONG_LOCATION', 'DATE_OUT_OF_WINDOW',
  'TAX_VARIANCE', 'ROUNDING', 'AMOUNT_VARIANCE', 'DUPLICATE_POSTING')`;

/** All of them; one read for any number of entries. */
export async function readUnmatched(
  client: pg.ClientBase | pg.Pool,
  scope: UnmatchedScope,
): Promise<UnmatchedLine[]> {
  const seen: Horizons = await readHorizons(client, scope.units, scope.runId);
  const found = await client.query<Row>(
    `with seen as materialized (select * from unnest($3::bigint[], $4::bigint[]) as s (unit, horizon)),
     candidate as (
       select o.unit, o.line_id, true as is_near from tieout.open_item o where o.unit = any($1) and o.side = 'L'
       union
       select l.unit, l.line_id, true from (select * from tieout.line l where l.batch_id > $5 offset 0) l
         join seen s on s.unit = l.unit and l.batch_id > s.horizon where l.side = 'L'
       union
       -- Each reference by its index (law 7); joined freely, the server compared every line with each of them.
       select l.unit, l.line_id, l.unit = any($1) from unnest($2::text[]) as r(reference)
        cross join lateral (select * from tieout.line l where l.reference_hash = hashtextextended(r.reference, 0) and l.reference_hash <> 0 offset 0) l
        where l.reference = r.reference and l.side = 'L')
     select l.company, l.ledger, l.fiscal_year, l.document, l.account, l.location, l.currency, l.amount, l.scope, l.reference,
            coalesce(l.assignment, '') as assignment, l.business_date, c.is_near,
            array(select e.source || E'\\x1f' || e.id || E'\\x1f' || l.company || E'\\x1f' || l.ledger from tieout.event e
                   where l.reference <> '' and e.business_key = l.reference and e.company = l.company) as names
       -- Line by line, by key: where the planner expected one line to pass the conditions, it read all candidates for each.
       from (select unit, line_id, bool_or(is_near) as is_near from candidate group by 1, 2) c
       cross join lateral (select * from tieout.line l where l.unit = c.unit and l.line_id = c.line_id offset 0) l
      where l.side = 'L' and l.scope <> 'void' and l.amount <> 0
        -- A limit in each: as plain \`not exists\` all memberships that there are were hashed.
        and (select true from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id limit 1) is null
        and (select true from tieout.match_member m where m.unit = l.unit and m.line_id = l.line_id and m.released_run is null limit 1) is null
        and not exists (select from tieout.posting p where p.posting_reference = l.posting_reference and p.state not in ${DEAD})
        and not exists (select from tieout.exception_leg g
              cross join lateral (select s.reason from tieout.exception_state s where s.exception_id = g.exception_id order by s.run_id desc limit 1) s
             where g.unit = l.unit and g.line_id = l.line_id and g.ended_run is null and s.reason in ${BY_NAME})
      order by l.company, l.ledger, l.fiscal_year, l.document, l.line`,
    [scope.units, scope.references, seen.units, seen.horizons, seen.unseen],
  );
  return found.rows.map((row) => ({
    company: row.company,
    ledger: row.ledger,
    fiscalYear: row.fiscal_year,
    document: row.document,
    account: row.account,
    location: row.location,
    currency: row.currency,
    amount: row.amount,
    scope: row.scope,
    reference: row.reference,
    assignment: row.assignment,
    businessDate: isoDate(row.business_date),
    names: row.names,
    isNear: row.is_near,
  }));
}
