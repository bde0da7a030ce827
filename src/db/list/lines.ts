// Lines of both sides with the home of each: the match that holds it, the exception that owns it, or why it has none.
import type pg from 'pg';
import { labelSql } from '../run/openLines.ts';
import { type Listed, linesReferenced, listed, type Listing } from './listing.ts';

export interface ListedLine extends pg.QueryResultRow {
  line: string;
  side: 'E' | 'L';
  label: string;
  reconciliation: string;
  company: string;
  ledger: string;
  location: string;
  dimension: string;
  account: string;
  currency: string;
  amount: string;
  businessDate: string;
  accountingDate: string;
  reference: string;
  unit: string;
  /** `match`, `exception`, `ended`, `out of scope`, `not due or not run yet`. */
  home: string;
  match: string | null;
  exception: string | null;
  reason: string | null;
}

/** By reconciliation, unit, account, business date, side, and then as the outside world numbers them. */
export function listLines(
  client: pg.ClientBase,
  { units, reference, limit }: Listing & { units: readonly string[] | null },
): Promise<Listed<ListedLine>> {
  const from =
    reference === undefined
      ? 'tieout.line l'
      : `(${linesReferenced(2)}) r join tieout.line l on l.unit = r.unit and l.line_id = r.line_id`;
  return listed(
    client,
    `select l.line_id as line, l.side, ${labelSql('l')} as label, coalesce(u.reconciliation, '') as reconciliation, l.company, l.ledger, l.location, l.dimension,
            l.account, l.currency, l.amount, l.business_date as "businessDate", l.accounting_date as "accountingDate", l.reference, l.unit, ${HOME} as home,
            m.match_id as match, g.exception_id as exception, g.reason
     from ${from} left join tieout.unit u on u.unit = l.unit ${HOMES}
     where ($1::bigint[] is null or l.unit = any($1)) ${reference === undefined ? '' : 'and $2::text is not null'}
     order by u.reconciliation collate "C", l.company, l.ledger, l.location, l.dimension, l.account, l.currency, l.business_date, l.side, l.document, l.line,
              l.event_source, l.event_id, l.ordinal, l.line_id`,
    reference === undefined ? [units] : [units, reference],
    limit,
  );
}

/** Where line `l` lives now; used with `HOMES`. */
export const HOME = `case when e.kind is not null then e.kind when m.match_id is not null then 'match' when g.exception_id is not null then 'exception'
  when l.unit = 0 then 'in no reconciliation' when l.scope <> 'in' then 'out of scope' else 'not due or not run yet' end`;

/** Joins that find it: e (its end), m (its match), g (its exception with reason and status). */
export const HOMES = `left join tieout.line_end e on e.unit = l.unit and e.line_id = l.line_id
  left join tieout.match_member m on m.unit = l.unit and m.line_id = l.line_id and m.released_run is null
  left join lateral (select x.exception_id, s.reason, s.status, s.why from tieout.exception_leg x
    join lateral (select s.reason, s.status, s.why from tieout.exception_state s where s.exception_id = x.exception_id order by s.run_id desc limit 1) s on true
    where x.unit = l.unit and x.line_id = l.line_id and x.ended_run is null) g on true`;
