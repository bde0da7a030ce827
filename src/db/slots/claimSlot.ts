// Takes a slot. The row's key makes one owner; an owner whose lease is over by the database's clock loses it to whoever
// asks next, under a higher fence, so that what the old one still writes about it is refused.
import type pg from 'pg';

export interface TakenSlot {
  job: string;
  /** Instant, ISO. */
  slot: string;
  fence: string;
  /** Workers that were lost while they had it. */
  losses: number;
  /** What earlier owners got done. */
  outcome: Record<string, unknown>;
}

/** A new slot; undefined where it is taken already or an earlier one of the schedule still runs. */
export async function claimNewSlot(
  client: pg.ClientBase | pg.Pool,
  job: string,
  slot: string,
  worker: string,
  leaseMs: number,
): Promise<TakenSlot | undefined> {
  const taken = await client.query<{ slot: string; fence: string }>(
    `insert into tieout.job_slot (job, slot, state, worker, lease_until, started_at, outcome)
     select $1, $2::timestamptz, 'running', $3, clock_timestamp() + $4 * interval '1 millisecond', clock_timestamp(), '{}'::jsonb
     where not exists (select from tieout.job_slot r where r.job = $1 and r.slot < $2::timestamptz and r.state = 'running')
     on conflict do nothing returning slot, fence`,
    [job, slot, worker, leaseMs],
  );
  const row = taken.rows[0];
  return row === undefined ? undefined : { job, slot: row.slot, fence: row.fence, losses: 0, outcome: {} };
}

/** The oldest running slot of the schedule whose lease is over; undefined where there is none. */
export async function claimLostSlot(
  client: pg.ClientBase | pg.Pool,
  job: string,
  worker: string,
  leaseMs: number,
): Promise<TakenSlot | undefined> {
  // A released slot (lease '-infinity') was given back by a worker that stopped in good order: no loss.
  const taken = await client.query<{ slot: string; fence: string; outcome: Record<string, unknown> }>(
    `with lost as (
       select job, slot from tieout.job_slot where job = $1 and state = 'running' and lease_until < clock_timestamp()
       order by slot limit 1 for update skip locked)
     update tieout.job_slot s set worker = $2, fence = s.fence + 1, lease_until = clock_timestamp() + $3 * interval '1 millisecond',
            outcome = coalesce(s.outcome, '{}') || jsonb_build_object('losses',
              coalesce((s.outcome->>'losses')::int, 0) + case when s.lease_until = '-infinity' then 0 else 1 end)
     from lost where s.job = lost.job and s.slot = lost.slot
     returning s.slot, s.fence, s.outcome`,
    [job, worker, leaseMs],
  );
  const row = taken.rows[0];
  return row === undefined
    ? undefined
    : {
        job,
        slot: row.slot,
        fence: row.fence,
        losses: Number(row.outcome['losses'] ?? 0),
        outcome: row.outcome,
      };
}
