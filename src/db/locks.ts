// The advisory locks of the whole program in one place, so that no two meanings ever share a number.
// Locks are held per transaction: they end with it, also when the process is killed.
import type pg from 'pg';

/** First key of `pg_advisory_xact_lock(int, int)`; the second one tells rows of one kind apart (0 where there is one). */
export const LOCKS = Object.freeze({
  /** Intake commits under it shared; a run takes it exclusively to fix its horizon. */
  INTAKE: 7_310_001,
  /** One run per reconciliation at a time; second key: hash of its name. */
  RUN: 7_310_002,
  /** One migration at a time. */
  MIGRATE: 7_310_003,
  /** One appender per audit stream; second key: hash of the stream. */
  AUDIT: 7_310_004,
  /** The first user of an empty database. */
  USERS: 7_310_005,
  /** One proposer of journals at a time: limits are counted over all that is approved. */
  PROPOSE: 7_310_006,
  /** One worker at a time empties the inbox folders. */
  INBOX: 7_310_007,
  /** One backtest at a time clears away what a killed one left, and makes its own. */
  BACKTEST: 7_310_008,
  /** One word at a time on what waits for a second person; second key: hash of its name. */
  DECISION: 7_310_009,
});

export type LockName = keyof typeof LOCKS;

/** Waits for the lock; held to the end of the transaction. `about` is hashed into the second key. */
export async function lock(client: pg.ClientBase, name: LockName, about = ''): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCKS[name], about]);
}

/** The same, together with other holders of the shared lock. */
export async function lockShared(client: pg.ClientBase, name: LockName, about = ''): Promise<void> {
  await client.query('select pg_advisory_xact_lock_shared($1, hashtext($2))', [LOCKS[name], about]);
}

/** Does not wait; false when someone else holds it. */
export async function tryLock(client: pg.ClientBase, name: LockName, about = ''): Promise<boolean> {
  const answer = await client.query<{ taken: boolean }>(
    'select pg_try_advisory_xact_lock($1, hashtext($2)) as taken',
    [LOCKS[name], about],
  );
  return answer.rows[0]?.taken === true;
}
