// Events that look like another one: under a key that differs by case, leading zeros or separators only, or a refund or shipment
// that repeats another. Settled when the ledger holds both, or a person has said that the later one is a fact of its own.
import type pg from 'pg';
import type { ControlItem } from '../../../exceptions/control.ts';
import { twinSecondsSql } from '../../eventTypes.ts';
import { type ControlScope, type Row, toItem } from './scope.ts';

/** An event still has a line that the ledger does not show. */
const LACKS = (e: string): string => `exists (select from tieout.line l
  where l.event_source = ${e}.source and l.event_id = ${e}.id and l.side = 'E' and l.scope = 'in'
    and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id)
    and not exists (select from tieout.match_member m where m.unit = l.unit and m.line_id = l.line_id and m.released_run is null))`;
const SHOWN = (e: string): string => `replace(${e}.business_key, E'\\x1f', ' ')`;

/**
 * Pairs that are not settled, the later by (time, source, id) first. Each candidate by the two indexes, on either side of it.
 * @param candidates a select of source and id
 */
const PAIRS = (candidates: string): string => `
  with candidate as materialized (${candidates}),
  near as (
    select c.source, c.id, o.source as other_source, o.id as other_id, 'key' as how
      from candidate c join tieout.event e on e.source = c.source and e.id = c.id
      cross join lateral (select * from tieout.event o where o.key_runs = e.key_runs and o.key_runs <> '' and o.type = e.type
        and o.company = e.company and o.business_key <> e.business_key offset 0) o
    union all
    select c.source, c.id, o.source, o.id, 'twin'
      from candidate c join tieout.event e on e.source = c.source and e.id = c.id
      cross join lateral (select * from tieout.event o where o.twin = e.twin and o.twin <> '' offset 0) o
     where o.type = e.type and o.company = e.company and o.business_key <> e.business_key
       and abs(extract(epoch from o.time - e.time)) <= ${twinSecondsSql('e.type')}),
  pair as (
    select distinct on (b.source, b.id) b.source, b.id, a.source as other_source, a.id as other_id, n.how
      from near n join tieout.event x on x.source = n.source and x.id = n.id
      join tieout.event y on y.source = n.other_source and y.id = n.other_id
      cross join lateral (select source, id, time from (values (x.source, x.id, x.time), (y.source, y.id, y.time)) v (source, id, time) order by time, source, id limit 1) a
      cross join lateral (select source, id, time from (values (x.source, x.id, x.time), (y.source, y.id, y.time)) v (source, id, time) order by time desc, source desc, id desc limit 1) b
     order by b.source, b.id, a.time, a.source, a.id)
  select p.source, p.id, p.how, b.company, b.type, ${SHOWN('b')} as key, ${SHOWN('a')} as other, b.business_date, a.source as other_source, a.id as other_id,
         case when b.payload->'data'->>'total' ~ '^-?[0-9]+([.][0-9]+)?$' then abs((b.payload->'data'->>'total')::numeric)::text end as exposure,
         coalesce(b.payload->'data'->>'currency', '') as currency
    from pair p join tieout.event b on b.source = p.source and b.id = p.id join tieout.event a on a.source = p.other_source and a.id = p.other_id
   where (${LACKS('a')} or ${LACKS('b')})
     and not exists (select from tieout.explained_override v where v.event_source = b.source and v.event_id = b.id and ${SHOWN('a')} = any(v.documents))
   order by p.source, p.id`;

export interface Lookalike {
  source: string;
  id: string;
  how: 'key' | 'twin';
  /** Key of the earlier event. */
  other: string;
}

/** Of these events the later ones of unsettled pairs, by `source U+001F id`. */
export async function lookalikesOf(
  client: pg.ClientBase | pg.Pool,
  events: readonly { eventSource: string; eventId: string }[],
): Promise<ReadonlyMap<string, Lookalike>> {
  const found = await client.query<Lookalike>(
    PAIRS('select source, id from unnest($1::text[], $2::text[]) as e (source, id)'),
    [events.map(({ eventSource }) => eventSource), events.map(({ eventId }) => eventId)],
  );
  return new Map(found.rows.map((row) => [`${row.source}\u001f${row.id}`, row]));
}

/** In the run's last transaction, when its matches are stored: whether the ledger holds both is asked of them. */
export async function lookalikeControls(
  client: pg.ClientBase,
  { from, to }: Pick<ControlScope, 'from' | 'to'>,
): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    PAIRS(`select source, id from tieout.event where batch_id > $1 and batch_id <= $2
      union select s.detail->>'source', s.detail->>'id' from tieout.open_exception o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
      where o.class = 'control' and s.reason = 'LOOKALIKE_FACT'`),
    [from, to],
  );
  return found.rows.map((row) => {
    const { source, id, key, other } = row;
    const events = [
      { source, id },
      { source: row.other_source, id: row.other_id },
    ];
    const detail = { source, id, type: row.type, events, references: [key, other] };
    return toItem({
      ...row,
      reason: 'LOOKALIKE_FACT',
      subject: `${source}\u001f${id}`,
      why: `${key} ${howText(row.how, other)}; most likely one fact, and it is not proposed before a person has decided`,
      detail: JSON.stringify(detail),
    });
  });
}

/** How a sentence says what is alike. */
export function howText(how: string | null | undefined, other: string | null | undefined): string {
  return how === 'twin'
    ? `repeats order, lines and amounts of ${other}, shortly after it`
    : `differs from ${other} only by case, leading zeros or separators`;
}
