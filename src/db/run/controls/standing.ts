// Which stored events count, as SQL conditions: standings change after intake, corrections take facts back, and a run must
// see both as they were at its horizon and its day. Inner aliases are long, so that no caller's alias is shadowed.

/** Latest standing of event `e` known at batch `to`. */
export function standingSql(e: string, to: string): string {
  return `coalesce((select changed.standing from tieout.event_standing changed where changed.source = ${e}.source and changed.id = ${e}.id
    and changed.batch_id <= ${to} order by changed.episode desc limit 1), ${e}.standing)`;
}

const counts = (e: string, to: string): string =>
  `${standingSql(e, to)} in ('derived', 'zero', 'none', 'no_rule')`;

/** Event `e` states a fact on day `asOf`: it counts, takes nothing back, and no correction took it back by then. */
export function standsSql(e: string, to: string, asOf: string): string {
  return `${e}.batch_id <= ${to} and ${e}.accounting_date <= ${asOf} and ${e}.correction is distinct from 'void' and ${counts(e, to)}
    and not exists (select from tieout.event taker where taker.corrects_source = ${e}.source and taker.corrects_id = ${e}.id
      and taker.batch_id <= ${to} and taker.accounting_date <= ${asOf} and ${counts('taker', to)})`;
}

/** Events as JSON in one fixed order, for a `group by`. */
export function eventsJsonSql(e: string): string {
  return `json_agg(json_build_object('source', ${e}.source, 'id', ${e}.id) order by ${e}.source, ${e}.id)`;
}
