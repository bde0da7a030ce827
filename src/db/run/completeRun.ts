// The last statements of a run: its totals and result hash are stored with it and it becomes visible, all or nothing.
import type pg from 'pg';
import { Fault } from '../../errors.ts';

export async function completeRun(
  client: pg.ClientBase,
  runId: string,
  resultHash: string,
  totals: unknown,
  now: string,
): Promise<void> {
  const done = await client.query(
    `update tieout.run set state = 'completed', result_hash = $2, totals = $3, completed_at = $4 where run_id = $1 and state = 'running'`,
    [runId, resultHash, JSON.stringify(totals), now],
  );
  if (done.rowCount !== 1) throw new Fault(`run ${runId} is no longer running; nothing was committed`);
}

/** What a completed run is known by. */
export interface CompletedRun {
  runId: string;
  asOf: string;
  horizon: string;
  rulebookHash: string;
  resultHash: string;
  completedAt: string;
}

const COLUMNS = `run_id as "runId", as_of as "asOf", horizon, rulebook_hash as "rulebookHash", coalesce(result_hash, '') as "resultHash",
  completed_at as "completedAt"`;

/** The last completed run, of any kind; undefined before the first. */
export async function lastRun(client: pg.ClientBase, knownAt?: string): Promise<CompletedRun | undefined> {
  const found = await client.query<CompletedRun>(
    `select ${COLUMNS} from tieout.run
      where state = 'completed' and ($1::timestamptz is null or completed_at <= $1) order by run_id desc limit 1`,
    [knownAt ?? null],
  );
  return found.rows[0];
}

/** A completed run by its number. */
export async function runNumbered(client: pg.ClientBase, runId: string): Promise<CompletedRun | undefined> {
  const found = await client.query<CompletedRun>(
    `select ${COLUMNS} from tieout.run where run_id = $1 and state = 'completed'`,
    [runId],
  );
  return found.rows[0];
}
