// What a run found newly missing, by company and ledger, one store-day counted once; a brake where that is unusually much.
import type pg from 'pg';

import type { BrakeSettings } from '../../posting/brakes.ts';
import { muchMissing } from '../../posting/brakes.ts';
import { insertBrakes, type NewBrake } from './brakes.ts';

interface NewlyMissing {
  company: string;
  ledger: string;
  entries: number;
  first: string;
  last: string;
}

const RUNS = 30;

/** In the run's last transaction, when its exceptions are stored and before anything is proposed. */
export async function setRunBrakes(
  client: pg.ClientBase,
  runId: string,
  settings: (company: string) => BrakeSettings,
): Promise<void> {
  const found = await client.query<NewlyMissing>(
    `select l.company, l.ledger, count(distinct (l.location, l.business_date))::int as entries,
            min(l.business_date) as first, max(l.business_date) as last
       from tieout.open_exception o
       join tieout.exception_state s on s.exception_id = o.exception_id and s.run_id = $1 and s.reason = 'MISSING_IN_LEDGER'
       join tieout.exception_leg g on g.exception_id = o.exception_id and g.ended_run is null
       join tieout.line l on l.unit = g.unit and l.line_id = g.line_id and l.side = 'E'
      where o.class = 'difference' and not exists (
        select from (select p.reason from tieout.exception_state p where p.exception_id = o.exception_id and p.run_id < $1
                      order by p.run_id desc limit 1) p where p.reason = 'MISSING_IN_LEDGER')
      group by 1, 2 order by 1, 2`,
    [runId],
  );
  const brakes: NewBrake[] = [];
  for (const row of found.rows) {
    const { company, ledger, entries } = row;
    const of = settings(company);
    if (entries < of.least) continue;
    const before = await lastRuns(client, runId, row);
    const why = muchMissing(of, { entries, due: await becameDue(client, row), before });
    if (why !== undefined) brakes.push({ company, ledger, kind: 'missing', why });
  }
  await client.query(
    `insert into tieout.run_missing (run_id, company, ledger, entries)
     select $1, r.company, r.ledger, r.entries from jsonb_to_recordset($2::jsonb) as r (company text, ledger text, entries bigint)`,
    [runId, JSON.stringify(found.rows)],
  );
  await insertBrakes(client, brakes, { runId });
}

/** Store-days with anything expected, over the days of what is newly missing. */
async function becameDue(
  client: pg.ClientBase,
  { company, ledger, first, last }: NewlyMissing,
): Promise<number> {
  const found = await client.query<{ n: number }>(
    `select count(distinct (b.location, b.accounting_date))::int as n from tieout.balance b
      where b.company = $1 and b.ledger = $2 and b.side = 'E' and b.origin = 'event' and b.accounting_date between $3 and $4`,
    [company, ledger, first, last],
  );
  return found.rows[0]?.n ?? 0;
}

/** Newly missing entries of the company and ledger in the runs before, a run without any counted as none. */
async function lastRuns(
  client: pg.ClientBase,
  runId: string,
  { company, ledger }: NewlyMissing,
): Promise<number[]> {
  const found = await client.query<{ entries: number }>(
    `select coalesce(m.entries, 0)::int as entries from (
       select run_id from tieout.run where kind = 'reconcile' and state = 'completed' and undone_by is null and run_id < $1
        order by run_id desc limit ${RUNS}) r
       left join tieout.run_missing m on m.run_id = r.run_id and m.company = $2 and m.ledger = $3`,
    [runId, company, ledger],
  );
  return found.rows.map(({ entries }) => entries);
}
