// A store's day on an account where it comes to nothing: a sale and its refund at the till. Its summary has no line there (or one
// of 0.00), so no sum speaks; that the summary ties on the other accounts does.
import type pg from 'pg';
import { chosenStatement } from '../../matching/compile.ts';
import type { Pass, Reconciliation } from '../../rulebook/model.ts';
import type { RunNames } from './names.ts';
import { isSummary } from './summaryGroups.ts';

/**
 * Open expected lines of one group that come to zero, where each of their facts lies in a summary of the same business day that
 * ties, and no ledger line of the group is open: they match each other under the summary's pass.
 */
export async function tieZeroGroups(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  for (const [part, { passes }] of parts.entries())
    for (const [p, pass] of passes.entries())
      if (isSummary(pass)) await tieOne(client, names, part, p, pass, parts.length);
}

async function tieOne(
  client: pg.ClientBase,
  names: RunNames,
  part: number,
  p: number,
  pass: Pass,
  parts: number,
): Promise<void> {
  const own = names.part(part);
  const chosen = `${own.work}_zero`;
  const day = pass.perDay ? `w.d${p}` : '0';
  const { from, to } = pass.window ?? { from: 0, to: 0 };
  const near = pass.perDay ? `and l.d${p} - g.day between ${from} and ${to}` : '';
  // Two lines that cancel out to begin with: most days have none, and nothing more is asked.
  const groups = `select w.unit, w.k${p} as k, w.t${p} as t, ${day} as day from ${own.work} w
    where w.side = 'E' and w.k${p} is not null group by 1, 2, 3, 4 having bool_or(w.ticks > 0) and bool_or(w.ticks < 0)`;
  const now = Array.from(
    { length: parts },
    (_, other) =>
      `select m.unit, m.line_id from ${names.part(other).member} m join ${names.part(other).found} f on f.match_id = m.match_id and f.summary_key is not null`,
  );
  // In steps with counted rows: in one statement PostgreSQL took the facts for a single row and read all members for each of them
  // (over 5 minutes for a month of 50,000 orders).
  await client.query(`drop table if exists ${chosen}, pg_temp.zero_line, pg_temp.zero_fact`);
  const lines = await client.query(
    `create temporary table zero_line as
     with groups as materialized (
       select g.* from (${groups}) g
       where not exists (select from ${own.work} l where l.side = 'L' and l.unit = g.unit and l.k${p} = g.k and l.t${p} = g.t ${near}))
     select g.unit, g.k, g.t, g.day, w.line_id, w.ticks, w.event_source, w.event_id from groups g
     join ${own.work} w on w.side = 'E' and w.unit = g.unit and w.k${p} = g.k and w.t${p} = g.t and ${day} = g.day
     where not exists (select from ${names.leg} x where x.unit = w.unit and x.line_id = w.line_id)`,
  );
  if (lines.rowCount === 0) return;
  await client.query('analyze zero_line');
  await client.query(
    `create temporary table zero_fact as
     select l.event_source, l.event_id, e.unit, e.line_id from (select distinct event_source, event_id from zero_line) l
     join tieout.line e on e.event_source = l.event_source and e.event_id = l.event_id`,
  );
  await client.query('analyze zero_fact');
  await client.query(
    `create unlogged table ${chosen} as
     with left_out as (select f.event_source, f.event_id from zero_fact f join ${names.leftOut} o on o.unit = f.unit and o.line_id = f.line_id),
     tied as (
       select f.event_source, f.event_id from zero_fact f join (${now.join(' union all ')}) t on t.unit = f.unit and t.line_id = f.line_id
       union
       select f.event_source, f.event_id from zero_fact f
       join tieout.match_member m on m.unit = f.unit and m.line_id = f.line_id and m.released_run is null
       join tieout.match x on x.unit = m.unit and x.match_id = m.match_id and x.summary_key is not null),
     held as materialized (
       select * from zero_line where (event_source, event_id) in (select * from tied) and (event_source, event_id) not in (select * from left_out))
     select dense_rank() over (order by unit, k, t, day) as group_no, unit, line_id from held
     where (unit, k, t, day) in (select unit, k, t, day from held group by 1, 2, 3, 4 having sum(ticks) = 0)`,
  );
  await client.query(chosenStatement(pass, p, own, chosen));
  await client.query(
    `delete from ${own.work} w using ${chosen} c where w.unit = c.unit and w.line_id = c.line_id;
     delete from ${names.open} o using ${chosen} c where o.unit = c.unit and o.line_id = c.line_id;
     drop table ${chosen}, zero_line, zero_fact`,
  );
}
