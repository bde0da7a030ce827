// The last part of every intake: under the shared intake lock, and again from a savepoint when a parallel intake stored
// the same keys first. What was staged stays staged, so nothing is read twice.
import type pg from 'pg';

import { drawBatchId } from '../db/intake/insertBatch.ts';
import { lock, lockShared } from '../db/locks.ts';

/** An intake of records that were in quarantine. */
export interface Replay {
  /** Their ids, which are their positions. */
  ids: readonly string[];
  /** Notes what became of them; called when all that is refused again is staged. */
  stored(client: pg.ClientBase, batchId: string): Promise<void>;
}

const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
const ATTEMPTS = 5;

/**
 * Runs `store` under the intake lock.
 * @param subjects companies that it writes for; deliveries of one company and kind store one after the other, because a
 *   version or a business identity is decided by what is stored, which no unique key can tell
 */
export async function storing<T>(
  client: pg.ClientBase,
  subjects: readonly string[],
  store: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await client.query('savepoint storing');
    try {
      await lockShared(client, 'INTAKE');
      for (const subject of [...new Set(subjects)].sort()) await lock(client, 'INTAKE', subject);
      const result = await store();
      await client.query('release savepoint storing');
      return result;
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error;
      await client.query('rollback to savepoint storing');
    }
  }
}

/** Thrown where something speaks against records that went directly into their tables. */
export class NotDirect extends Error {}

/**
 * Takes a delivery directly; where a unique key or something that is found later speaks against a record of it, takes it
 * from its start again, by way of the stage, where everything is compared before it is stored. Under the shared intake lock
 * from the start: what goes directly carries its batch.
 */
export async function directOrStaged<T>(
  client: pg.ClientBase,
  take: (batchId: string | undefined) => Promise<T>,
): Promise<T> {
  await client.query('savepoint reading');
  try {
    await lockShared(client, 'INTAKE');
    return await take(await drawBatchId(client));
  } catch (error) {
    if (!(error instanceof NotDirect) && !isConflict(error)) throw error;
    await client.query('rollback to savepoint reading');
    return take(undefined);
  }
}

/** True for what another intake's commit caused: the work is to be begun anew. */
export function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === UNIQUE_VIOLATION || code === DEADLOCK;
}
