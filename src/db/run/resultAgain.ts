// The result hash of a run that was completed, made again from what is stored of it: matches with their members, releases,
// legs, control items and running totals, each as the run left them. `verify` holds it against the one on record.
import type pg from 'pg';

import { POSTING_REASONS } from '../../rulebook/reasons.ts';
import { externalKeySql } from '../../matching/workTable.ts';
import { hashedRow, RELEASED, sumOf } from './resultHash.ts';

/** So many of the last runs: each reads all that was open then. */
const RUNS = 3;

// Every pass hashes its name, what it leaves in ten-thousandths, and its members in order: E before L.
const MADE = hashedRow(
  ["'match'", 'pass', 'ticks', 'members'],
  `(select x.pass, (x.variance * 10000)::bigint::text as ticks, string_agg(${externalKeySql('l')}, E'\\x1e' order by ${externalKeySql('l')}) as members
      from tieout.match x join tieout.match_member m on m.unit = x.unit and m.match_id = x.match_id
      join tieout.line l on l.unit = m.unit and l.line_id = m.line_id where x.run_id = $1 group by x.unit, x.match_id) r`,
);
const LEGS = hashedRow(
  ["'leg'", 'anchor', 'reason', 'status', 'line', 'amount'],
  `(select i.anchor, s.reason, s.status, ${externalKeySql('l')} as line, l.amount::text as amount
      from tieout.exception_leg g join tieout.unit u on u.unit = g.unit and u.reconciliation = any($2)
      join tieout.line l on l.unit = g.unit and l.line_id = g.line_id join tieout.exception_item i on i.exception_id = g.exception_id
      join lateral (select s.reason, s.status from tieout.exception_state s where s.exception_id = g.exception_id and s.run_id <= $1 order by s.run_id desc limit 1) s on true
     where g.run_id <= $1 and (g.ended_run is null or g.ended_run > $1)) r`,
);
const CONTROLS = hashedRow(
  ["'control'", 'anchor', 'reason', 'status', 'exposure'],
  `(select i.anchor, s.reason, s.status, coalesce(s.exposure, 0)::text as exposure from tieout.exception_item i
      join lateral (select * from tieout.exception_state s where s.exception_id = i.exception_id and s.run_id <= $1 order by s.run_id desc limit 1) s on true
     where i.class = 'control' and s.status <> 'closed' and s.reason <> all ($2)) r`,
);
const CELLS = hashedRow(
  ["'cell'", 'text', 'account', 'currency', 'side', 'scope', 'lines', 'amount'],
  `(select u.text, b.account, b.currency, b.side::text as side, b.scope, sum(b.lines)::text as lines, trim_scale(sum(b.amount))::text as amount
      from tieout.balance b join tieout.unit u on u.unit = b.unit and u.reconciliation = any($2)
     where b.run_id <= $1 and b.accounting_date <= $3 group by u.text, b.account, b.currency, b.side, b.scope having sum(b.lines) <> 0) r`,
);

interface Run {
  run_id: string;
  as_of: string;
  result_hash: string;
  reconciliations: string[];
}

/** Of the last runs that stand, those whose result is not that of their hash, in words. */
export async function runsOfOtherResult(client: pg.ClientBase): Promise<string[]> {
  const found = await client.query<Run>(
    `select r.run_id, r.as_of::text as as_of, r.result_hash, array(select rr.reconciliation from tieout.run_reconciliation rr where rr.run_id = r.run_id) as reconciliations
       from tieout.run r where r.kind = 'reconcile' and r.state = 'completed' and r.undone_by is null
        -- An undo gives homes back that later runs had taken.
        and not exists (select from tieout.run u where u.kind = 'undo' and u.state = 'completed' and u.run_id > r.run_id)
      order by r.run_id desc limit ${RUNS}`,
  );
  const different: string[] = [];
  for (const run of found.rows) {
    const again = await resultAgain(client, run);
    if (again !== run.result_hash)
      different.push(
        `run ${run.run_id}: its result makes ${again.slice(0, 12)}, on record is ${run.result_hash.slice(0, 12)}`,
      );
  }
  return different;
}

async function resultAgain(
  client: pg.ClientBase,
  { run_id: runId, as_of: asOf, reconciliations }: Run,
): Promise<string> {
  let sum = 0n;
  for (const [select, values] of [
    [MADE, [runId]],
    [RELEASED, [runId, reconciliations]],
    [LEGS, [runId, reconciliations]],
    [CONTROLS, [runId, POSTING_REASONS]],
    [CELLS, [runId, reconciliations, asOf]],
  ] as const)
    sum = (sum + (await sumOf(client, select, [...values]))) % 2n ** 128n;
  return sum.toString(16).padStart(32, '0');
}
