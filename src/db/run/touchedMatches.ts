// Matches of earlier runs that a later line touches are tried again as a whole: a summary whose key gets another line, a
// summary or a netted correction whose fact a ledger line names. What comes out the same releases nothing.
import type pg from 'pg';
import { summaryKeySql } from '../../matching/compile.ts';
import type { Pass } from '../../rulebook/model.ts';
import { addReleasedToRest, type WorkingSet } from './fillWork.ts';

/** Open, and in no item of an earlier run: what was in one has been looked at together with the match that stands. */
const UNSEEN = `not exists (select from tieout.exception_leg g where g.unit = w.unit and g.line_id = w.line_id and g.ended_run is null)`;

/** Summaries of pass number `p` whose key has an open line that no run has seen; returns how many lines are open again. */
export async function releaseSummaries(
  client: pg.ClientBase,
  set: WorkingSet,
  pass: Pass,
  p: number,
): Promise<number> {
  const { work, release } = set.names;
  const days = pass.perDay
    ? `cross join lateral generate_series(case w.side when 'L' then w.d${p} - (${pass.window?.to ?? 0}) else w.d${p} end,
         case w.side when 'L' then w.d${p} - (${pass.window?.from ?? 0}) else w.d${p} end) as day`
    : '';
  const released = await client.query(
    `insert into ${release} (unit, match_id)
     select distinct x.unit, x.match_id from (
       select distinct w.unit, ${summaryKeySql(pass, p, 'w', 'day')} as key from ${work} w ${days} where w.k${p} is not null and ${UNSEEN}) t
     join tieout.match x on x.summary_key = t.key and x.unit = t.unit and x.pass = $1
     where exists (select from tieout.match_member m where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null)
     on conflict do nothing`,
    [pass.name],
  );
  return released.rowCount === 0 ? 0 : addReleasedToRest(client, set);
}

/**
 * Summaries and netted corrections that hold an expected line which an open ledger line names: in its place, or with its
 * amount in another. Returns the sets that got lines back.
 */
export async function releaseNamed<S extends WorkingSet>(
  client: pg.ClientBase,
  sets: readonly S[],
): Promise<S[]> {
  const naming = sets.map(
    ({ names }) =>
      `select w.unit, w.account, w.ticks, w.reference_hash, w.reference from ${names.work} w where w.side = 'L' and w.reference_hash <> 0 and ${UNSEEN}`,
  );
  if (naming.length === 0) return [];
  const changed: S[] = [];
  for (const set of sets) {
    const released = await client.query(
      `insert into ${set.names.release} (unit, match_id)
       select distinct m.unit, m.match_id from (${naming.join(' union all ')}) w
       cross join lateral (select e.* from tieout.line e where e.reference_hash = w.reference_hash and e.reference_hash <> 0 offset 0) e
       join tieout.unit u on u.unit = e.unit and u.reconciliation = $1
       join tieout.match_member m on m.unit = e.unit and m.line_id = e.line_id and m.released_run is null
       join tieout.match x on x.unit = m.unit and x.match_id = m.match_id and (x.summary_key is not null or x.pass = 'reversal' or x.pass = any($2))
       where e.side = 'E' and e.reference = w.reference
         and ((e.unit = w.unit and e.account = w.account) or abs((e.amount * 10000)::bigint) = abs(w.ticks))
       on conflict do nothing`,
      [set.reconciliation.name, set.reconciliation.passes.filter(isNet).map(({ name }) => name)],
    );
    if (released.rowCount === 0) continue;
    if ((await addReleasedToRest(client, set)) > 0) changed.push(set);
  }
  return changed;
}

/** Matches that were tried again and came out as they stood: both the release and the new one are forgotten. */
export async function keepUnchanged(client: pg.ClientBase, set: WorkingSet): Promise<void> {
  const { release, found, member } = set.names;
  const any = await client.query(`select from ${release} limit 1`);
  if (any.rowCount === 0) return;
  const same = `${set.names.work}_same`;
  await client.query(`drop table if exists ${same}`);
  await client.query(
    `create unlogged table ${same} as
     with old as (
       select r.unit, r.match_id, x.pass, string_agg(m.line_id::text, ',' order by m.line_id) as lines
       from ${release} r join tieout.match x on x.unit = r.unit and x.match_id = r.match_id
       join tieout.match_member m on m.unit = r.unit and m.match_id = r.match_id and m.released_run is null
       where x.summary_key is not null or x.pass = 'reversal' or x.pass in (${netNames(set)}) group by r.unit, r.match_id, x.pass),
     new as (
       select f.unit, f.match_id, f.pass_no, string_agg(m.line_id::text, ',' order by m.line_id) as lines
       from ${found} f join ${member} m on m.match_id = f.match_id where not f.suggested group by f.unit, f.match_id, f.pass_no)
     select o.unit, o.match_id as old_match, n.match_id as new_match from old o
     join new n on n.unit = o.unit and n.lines = o.lines
     join jsonb_to_recordset($1::jsonb) as p("passNo" int, name text) on p."passNo" = n.pass_no and p.name = o.pass`.replace(
      '$1',
      `'${JSON.stringify(passNames(set))}'`,
    ),
  );
  await client.query(
    `delete from ${release} r using ${same} s where r.unit = s.unit and r.match_id = s.old_match;
     delete from ${found} f using ${same} s where f.match_id = s.new_match;
     delete from ${member} m using ${same} s where m.match_id = s.new_match;
     drop table ${same}`,
  );
}

const isNet = ({ type }: Pass): boolean => type === 'net';

function netNames({ reconciliation }: WorkingSet): string {
  return ["''", ...reconciliation.passes.filter(isNet).map(({ name }) => `'${name}'`)].join(', ');
}

/** Names of passes are letters, digits and dashes (rulebook/passes.ts). */
function passNames({ reconciliation }: WorkingSet): { passNo: number; name: string }[] {
  return [
    { passNo: -1, name: 'reversal' },
    ...reconciliation.passes.map(({ name }, passNo) => ({ passNo, name })),
  ];
}
