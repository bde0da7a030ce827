// What a schedule has behind it: its last slot, and the one that is running, if any.
import type pg from 'pg';

export interface SlotRow {
  job: string;
  /** Instant, ISO. */
  slot: string;
  state: 'running' | 'done' | 'failed';
  worker: string;
  startedAt: string;
  endedAt: string | null;
  leaseOver: boolean;
  outcome: Record<string, unknown>;
}

/** The last slots of a schedule, newest first. */
export async function readSlots(
  client: pg.ClientBase | pg.Pool,
  job: string,
  limit: number,
): Promise<SlotRow[]> {
  const found = await client.query<SlotRow>(
    `select job, slot, state, worker, started_at as "startedAt", ended_at as "endedAt", lease_until < clock_timestamp() as "leaseOver",
            coalesce(outcome, '{}') as outcome
     from tieout.job_slot where job = $1 order by slot desc limit $2`,
    [job, limit],
  );
  return found.rows;
}

/** Slots in work, oldest first. */
export async function readRunningSlots(client: pg.ClientBase | pg.Pool): Promise<SlotRow[]> {
  const found = await client.query<SlotRow>(
    `select job, slot, state, worker, started_at as "startedAt", ended_at as "endedAt", lease_until < clock_timestamp() as "leaseOver",
            coalesce(outcome, '{}') as outcome
     from tieout.job_slot where state = 'running' order by slot, job`,
  );
  return found.rows;
}
