// Live matches, those of the newest runs first, with the lines in them.
import type pg from 'pg';
import { type Listed, linesReferenced, listed, type Listing } from './listing.ts';

export interface ListedMatch extends pg.QueryResultRow {
  match: string;
  pass: string;
  version: string;
  run: string;
  reconciliation: string;
  company: string;
  ledger: string;
  location: string;
  dimension: string;
  account: string;
  currency: string;
  expected: string;
  ledgerAmount: string;
  variance: string;
  varianceAccount: string;
  /** Up to five of each side, `document/line` or reference; then how many more. */
  lines: string;
  unit: string;
}

export function listMatches(
  client: pg.ClientBase,
  { units, reference, limit }: Listing & { units: readonly string[] | null },
): Promise<Listed<ListedMatch>> {
  const chosen =
    reference === undefined
      ? ''
      : `and (x.unit, x.match_id) in (select m.unit, m.match_id from (${linesReferenced(2)}) r
           join tieout.match_member m on m.unit = r.unit and m.line_id = r.line_id and m.released_run is null)`;
  return listed(
    client,
    `select x.match_id as match, x.pass, x.version, x.run_id as run, u.reconciliation, u.company, u.ledger, u.location, u.dimension, x.account, x.currency,
            x.expected, x.ledger as "ledgerAmount", x.variance, x.variance_account as "varianceAccount", n.lines, x.unit
     from tieout.match x join tieout.unit u on u.unit = x.unit
     join lateral (select string_agg(label, ', ' order by place) filter (where place <= 5) || case when count(*) > 5 then format(' and %s more', count(*) - 5) else '' end as lines
       from (select row_number() over (order by l.side desc, l.document, l.line, l.reference, l.event_id, l.ordinal) as place,
                    case l.side when 'L' then l.document || '/' || l.line else coalesce(nullif(l.reference, ''), l.event_id, '') end as label
             from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
             where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null) t) n on n.lines is not null
     where ($1::bigint[] is null or x.unit = any($1)) ${chosen}
     order by x.run_id desc, u.reconciliation collate "C", x.unit, x.match_id`,
    reference === undefined ? [units] : [units, reference],
    limit,
  );
}
