// Records slots that are not run: those passed over by `catchUp`, and the point from which a new schedule counts.
import type pg from 'pg';

/** Writes them as done with `outcome`; a slot that another worker has noted or taken stays as it is. */
export async function noteSlots(
  client: pg.ClientBase | pg.Pool,
  job: string,
  slots: readonly string[],
  worker: string,
  outcome: Readonly<Record<string, unknown>>,
): Promise<void> {
  await client.query(
    `insert into tieout.job_slot (job, slot, state, worker, lease_until, ended_at, outcome)
     select $1, slot, 'done', $3, clock_timestamp(), clock_timestamp(), $4::jsonb from unnest($2::timestamptz[]) slot
     on conflict do nothing`,
    [job, slots, worker, JSON.stringify(outcome)],
  );
}
