// Everything an owner writes about its slot: one statement under the owner's fence, so a worker that lost the slot in its
// sleep changes nothing.
import type pg from 'pg';
import type { TakenSlot } from './claimSlot.ts';

type OwnedSlot = Pick<TakenSlot, 'job' | 'slot' | 'fence'>;

/** Renews the lease; false where the slot is no longer ours. */
export async function renewSlot(
  client: pg.ClientBase | pg.Pool,
  slot: OwnedSlot,
  leaseMs: number,
): Promise<boolean> {
  const renewed = await client.query(
    `update tieout.job_slot set lease_until = clock_timestamp() + $4 * interval '1 millisecond'
     where job = $1 and slot = $2 and fence = $3 and state = 'running'`,
    [slot.job, slot.slot, slot.fence, leaseMs],
  );
  return renewed.rowCount === 1;
}

/** Adds to what is recorded of it; false where it is no longer ours. */
export async function noteProgress(
  client: pg.ClientBase | pg.Pool,
  slot: OwnedSlot,
  outcome: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const noted = await client.query(
    `update tieout.job_slot set outcome = coalesce(outcome, '{}') || $4::jsonb
     where job = $1 and slot = $2 and fence = $3 and state = 'running'`,
    [slot.job, slot.slot, slot.fence, JSON.stringify(outcome)],
  );
  return noted.rowCount === 1;
}

/** Ends it; false where it is no longer ours. */
export async function endSlot(
  client: pg.ClientBase | pg.Pool,
  slot: OwnedSlot,
  state: 'done' | 'failed',
  outcome: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const ended = await client.query(
    `update tieout.job_slot set state = $4::text, ended_at = clock_timestamp(), outcome = coalesce(outcome, '{}') || $5::jsonb
     where job = $1 and slot = $2 and fence = $3 and state = 'running'`,
    [slot.job, slot.slot, slot.fence, state, JSON.stringify(outcome)],
  );
  return ended.rowCount === 1;
}

/** Gives it back for the next worker to take at once. */
export async function releaseSlot(client: pg.ClientBase | pg.Pool, slot: OwnedSlot): Promise<void> {
  await client.query(
    `update tieout.job_slot set lease_until = '-infinity' where job = $1 and slot = $2 and fence = $3 and state = 'running'`,
    [slot.job, slot.slot, slot.fence],
  );
}

/**
 * Gives back whatever a worker that stops still has, once its connections are ended. The fence moves on, so that a renewal
 * which was on its way cannot take it again.
 */
export async function releaseSlotsOf(client: pg.ClientBase | pg.Pool, worker: string): Promise<void> {
  await client.query(
    `update tieout.job_slot set lease_until = '-infinity', fence = fence + 1 where worker = $1 and state = 'running'`,
    [worker],
  );
}
