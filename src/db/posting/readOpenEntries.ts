// What else is open on the expected side of some units: a document may hold a missing entry together with these.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import type { OpenEntry } from '../../matching/cover.ts';
import { readHorizons } from './readHorizons.ts';

/** With the units of its open lines. */
export interface EntryInUnits extends OpenEntry {
  units: string[];
}

interface Row {
  units: string[];
  id: string;
  name: string;
  business_date: string;
  groups: string[];
  lines: {
    company: string;
    ledger: string;
    account: string;
    currency: string;
    location: string;
    amount: string;
  }[];
}

/** Values by which a source or an ERP sums entries up: the day, ids of the event, its tenders. Of lines `l` of event `e`. */
export const ENTRY_GROUPS = `array['day ' || min(l.business_date)]
  || coalesce((select array_agg(f.key || ' ' || f.value) from jsonb_each_text((array_agg(l.further))[1]) f), '{}')
  || array(select distinct 'tender ' || (t ->> 'type') from json_array_elements(
       case when json_typeof(e.payload #> '{data,tenders}') = 'array' then e.payload #> '{data,tenders}' else '[]' end) t)`;

/**
 * Events with an open line in the units, or one that no run has seen, each with all its open lines.
 * @param runId the run that asks from within its own transaction
 */
export async function readOpenEntries(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  runId?: string,
): Promise<EntryInUnits[]> {
  const seen = await readHorizons(client, units, runId);
  const found = await client.query<Row>(
    `with seen as materialized (select * from unnest($2::bigint[], $3::bigint[]) as s (unit, horizon)),
     touched as materialized (
       select distinct l.event_source, l.event_id from tieout.open_item o
        cross join lateral (select * from tieout.line l where l.unit = o.unit and l.line_id = o.line_id offset 0) l
        where o.unit = any($1) and o.side = 'E' and l.origin = 'event'
       union
       select l.event_source, l.event_id from (select * from tieout.line l where l.batch_id > $4 offset 0) l
         join seen s on s.unit = l.unit and l.batch_id > s.horizon where l.side = 'E' and l.origin = 'event')
     select e.source || E'\\x1f' || e.id || E'\\x1f' || l.company || E'\\x1f' || l.ledger as id,
            replace(e.business_key, E'\\x1f', ' ') as name, min(l.business_date) as business_date, ${ENTRY_GROUPS} as groups,
            array_agg(distinct l.unit)::text[] as units,
            json_agg(json_build_object('company', l.company, 'ledger', l.ledger, 'account', l.account, 'currency', l.currency,
              'location', l.location, 'amount', l.amount::text)) as lines
       from touched t join tieout.event e on e.source = t.event_source and e.id = t.event_id
       cross join lateral (select * from tieout.line l where l.event_source = t.event_source and l.event_id = t.event_id offset 0) l
      where l.side = 'E' and l.origin = 'event' and l.scope = 'in'
        and (select true from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id limit 1) is null
        and (select true from tieout.match_member m where m.unit = l.unit and m.line_id = l.line_id and m.released_run is null limit 1) is null
      group by e.source, e.id, l.company, l.ledger order by 1`,
    [units, seen.units, seen.horizons, seen.unseen],
  );
  return found.rows.map(({ id, name, business_date, groups, lines, units }) => ({
    id,
    name,
    businessDate: isoDate(business_date),
    groups,
    lines,
    units,
  }));
}
