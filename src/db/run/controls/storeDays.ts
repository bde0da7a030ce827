// What has come of each store-day: receipts by till and number, and the day close that says which there must be.
import type pg from 'pg';
import type { StoreDayFacts } from '../../../exceptions/storeDays.ts';

export interface StoreDaysAsked {
  sources: readonly string[];
  /** Business days, both inside. */
  from: string;
  to: string;
  /** The last batch that counts. */
  horizon: string;
  types: { sale: string; refund: string; dayClosed: string };
}

const MOST_GAPS = 200;

/**
 * Every store-day of which a receipt or a close is here. A receipt that two events name (an exchange) is one; a refund is
 * printed where it is paid, not where the sale was. A till may close after the cut-off of the business day, so a receipt of
 * the day before or after counts, unless its number belongs to that day's own close.
 */
export async function storeDayFacts(
  client: pg.ClientBase | pg.Pool,
  { sources, from, to, horizon, types }: StoreDaysAsked,
): Promise<StoreDayFacts[]> {
  const found = await client.query<StoreDayFacts>(
    `with event as materialized (
       select source, id, type, time, company, business_date as day, correction, payload->'data' as data
       from tieout.event
       where source = any($1) and business_date between $2::date - 1 and $3::date + 1 and batch_id <= $4 and type in ($5, $6, $7)),
     receipt as materialized (
       select source, location, day, coalesce(till, '') as till, number, max(company) as company
       from (select source, day, company, data->>'till' as till, substring(data->>'receiptNo' from '([0-9]{1,15})$')::bigint as number,
                    case when type = $6 then data->>'location' else coalesce(data->>'sellingLocation', data->>'location') end as location
             from event where type in ($5, $6)) e
       where number is not null group by 1, 2, 3, 4, 5),
     close as materialized (
       select distinct on (source, data->>'location', day) source, data->>'location' as location, day, company, data->'receipts' as tills
       from event e
       where type = $7 and correction is distinct from 'void'
         and not exists (select from tieout.event c where c.corrects_source = e.source and c.corrects_id = e.id and c.batch_id <= $4)
       order by source, data->>'location', day, time desc, id desc),
     till as materialized (
       select c.source, c.location, c.day, t->>'till' as till, (t->>'first')::bigint as first, (t->>'last')::bigint as last, t->'gaps' as gaps
       from close c cross join lateral json_array_elements(c.tills) t),
     gap as (
       select t.source, t.location, t.day, t.till, n as number
       from till t cross join lateral generate_series(t.first, t.last) n
       where not exists (select from json_array_elements_text(coalesce(t.gaps, '[]'::json)) g where g::bigint = n)
         and not exists (
           select from receipt r where r.source = t.source and r.location = t.location and r.number = n and r.till in (t.till, '')
             and r.day between t.day - 1 and t.day + 1
             and (r.day = t.day or not exists (
               select from till o where o.source = r.source and o.location = r.location and o.day = r.day and o.till = t.till and n between o.first and o.last)))),
     counted as (select source, location, day, count(*) as receipts, max(company) as company from receipt group by 1, 2, 3),
     lacking as (
       select source, location, day, count(*) as missing,
              coalesce(json_agg(json_build_object('till', till, 'number', number) order by till, number) filter (where place <= ${MOST_GAPS}), '[]'::json) as gaps
       from (select *, row_number() over (partition by source, location, day order by till, number) as place from gap) g group by 1, 2, 3)
     select source, location, day::text, coalesce(c.company, r.company) as company, coalesce(r.receipts, 0)::int as receipts,
            c.tills is not null as closed, coalesce(l.missing, 0)::int as missing, coalesce(l.gaps, '[]'::json) as gaps
     from counted r full join close c using (source, location, day) left join lacking l using (source, location, day)
     where day between $2 and $3 and location is not null
     order by source, location, day`,
    [sources, from, to, horizon, types.sale, types.refund, types.dayClosed],
  );
  return found.rows;
}

/**
 * The first business day that may have changed since a run: that run's own last days, the days of what came since, and those
 * that are open items.
 * @param settled the run before; everything where its id is '0'
 */
export async function storeDaysSince(
  client: pg.ClientBase,
  sources: readonly string[],
  settled: { runId: string; horizon: string },
  horizon: string,
): Promise<string | null> {
  if (settled.runId === '0') return null;
  const found = await client.query<{ day: string | null }>(
    `select least(
       (select as_of - 2 from tieout.run where run_id = $1),
       (select min(business_date) - 1 from tieout.event where batch_id > $2 and batch_id <= $3 and source = any($4)),
       (select min(s.business_date) from tieout.open_exception o
        join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
        where o.class = 'control' and s.reason = 'BATCH_INCOMPLETE' and s.detail->>'businessDate' is not null))::text as day`,
    [settled.runId, settled.horizon, horizon, sources],
  );
  return found.rows[0]?.day ?? null;
}

/** Lines of store-days that wait, which are in no item yet: not missing, though their grace days are over. */
export async function holdStoreDays(
  client: pg.ClientBase,
  unclassified: string,
  held: readonly { source: string; location: string; day: string; why: string }[],
): Promise<void> {
  if (held.length === 0) return;
  await client.query(
    `update ${unclassified} a set reason = 'TIMING', waits = h.why
     from jsonb_to_recordset($1::jsonb) as h(source text, location text, day date, why text), tieout.line l
     where a.reason <> 'TIMING' and l.unit = a.unit and l.line_id = a.line_id and l.location = h.location and l.business_date = h.day
       and (l.side = 'L' or l.event_source = h.source)`,
    [JSON.stringify(held)],
  );
}
