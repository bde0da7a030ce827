// The last transaction of a run, part two: the run's items against the stored ones. An item that is the same again writes
// nothing; a new reason is a new dated state of the same item; an item whose lines all found a match is closed.
import type pg from 'pg';
import { DIFFERENCE_REASONS, POSTING_REASONS } from '../../rulebook/reasons.ts';
import type { RunNames } from './names.ts';

/** @param controls false in a run over one reconciliation: control items are then left as they are */
export async function mergeExceptions(
  client: pg.ClientBase,
  names: RunNames,
  runId: string,
  asOf: string,
  reconciliations: readonly string[],
  controls: boolean,
): Promise<void> {
  await client.query(`create index on ${names.item} (exception_id)`);
  await client.query(
    `insert into tieout.exception_item (exception_id, class, anchor, unit, company, opened_run, opened_on)
     select i.exception_id, i.class, i.anchor, i.unit, i.company, $1, $2 from ${names.item} i
     where not exists (select from tieout.exception_item x where x.exception_id = i.exception_id)`,
    [runId, asOf],
  );
  // Items whose legs change stay in the database: of a month without its events they were a million ids.
  await client.query('create temporary table run_moved (exception_id text not null) on commit drop');
  // Legs that are no longer: their line went to a match, to another item, or ended.
  await client.query(
    `with ended as (
       update tieout.exception_leg g set ended_run = $1 from tieout.unit u
       where g.ended_run is null and u.unit = g.unit and u.reconciliation = any($2)
         and not exists (select from ${names.leg} n where n.exception_id = g.exception_id and n.unit = g.unit and n.line_id = g.line_id)
       returning g.exception_id)
     insert into run_moved select distinct exception_id from ended`,
    [runId, reconciliations],
  );
  await client.query(
    `with begun as (
       insert into tieout.exception_leg (exception_id, unit, line_id, run_id)
       select n.exception_id, n.unit, n.line_id, $1 from ${names.leg} n
       where not exists (select from tieout.exception_leg g where g.unit = n.unit and g.line_id = n.line_id and g.ended_run is null)
       order by n.unit, n.line_id returning exception_id)
     insert into run_moved select distinct exception_id from begun`,
    [runId],
  );
  await client.query('analyze run_moved');
  const moved = 'exists (select from run_moved m where m.exception_id = i.exception_id)';
  // An accepted item stays accepted while it owns the same lines, its amount is the same, and its reason is no surer one (one
  // tried earlier); else a person looks again.
  await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, also, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause, decision_id)
     select i.exception_id, $1, i.reason, i.also, case when k.stays then 'accepted' else 'open' end,
            i.why, i.detail, i.exposure, i.currency, i.business_date, coalesce(s.owner, ''), s.due_date, i.root_cause,
            case when k.stays then s.decision_id end
     from ${names.item} i
     left join lateral (select * from tieout.exception_state s where s.exception_id = i.exception_id order by s.run_id desc limit 1) s on true
     cross join lateral (select coalesce(s.status = 'accepted' and not ${moved} and s.exposure is not distinct from i.exposure
         and coalesce(array_position($2::text[], i.reason) >= array_position($2::text[], s.reason), true), false) as stays) k
     where s.exception_id is null or s.status = 'closed'
        or (s.reason, s.also, s.why, s.detail, s.exposure, s.currency, s.root_cause) is distinct from (i.reason, i.also, i.why, i.detail, i.exposure, i.currency, i.root_cause)
        or (s.status = 'accepted' and ${moved})`,
    [runId, DIFFERENCE_REASONS],
  );
  await closeGone(client, names, runId, controls);
  await client.query(
    `insert into tieout.open_exception (exception_id, class)
     select i.exception_id, i.class from ${names.item} i on conflict do nothing`,
  );
}

/**
 * Closes what is no item any more. Of differences only those whose legs moved are asked, by joins: asked one by one of all
 * that were open, the 40,000 that a late extract cleared took two minutes.
 */
async function closeGone(
  client: pg.ClientBase,
  names: RunNames,
  runId: string,
  controls: boolean,
): Promise<void> {
  await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, also, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause)
     select s.exception_id, $1, s.reason, s.also, 'closed', s.why, s.detail, s.exposure, s.currency, s.business_date, s.owner, s.due_date, s.root_cause
     from (select o.exception_id, true as control from tieout.open_exception o
            where o.class = 'control' and $2 and not exists (select from ${names.item} i where i.exception_id = o.exception_id)
           union all
           select m.exception_id, false from (select distinct exception_id from run_moved) m
             join tieout.open_exception o on o.exception_id = m.exception_id and o.class <> 'control'
            where not exists (select from ${names.item} i where i.exception_id = o.exception_id)
              and not exists (select from tieout.exception_leg g where g.exception_id = o.exception_id and g.ended_run is null)) o
     join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
     where not o.control or s.reason <> all ($3)`,
    [runId, controls, POSTING_REASONS],
  );
  await client.query(
    `delete from tieout.open_exception o where exists (select from tieout.exception_state s where s.exception_id = o.exception_id and s.run_id = $1 and s.status = 'closed')`,
    [runId],
  );
}
