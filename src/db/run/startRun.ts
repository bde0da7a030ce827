// Pins what a run sees before it reads anything: as-of, rulebook, and the horizon (last batch), taken under the lock that
// intake commits share, so that every batch up to it is settled. A run that was killed is resumed with its own pins.
import type pg from 'pg';
import { UserError } from '../../errors.ts';
import { transactionOn } from '../connection.ts';
import { LOCKS } from '../locks.ts';

export interface RunPins {
  runId: string;
  asOf: string;
  horizon: string;
  rulebookHash: string;
  onlyName: string;
  maker: string;
  /** True where a killed run is taken up again. */
  resumed: boolean;
  /** Instant at which it started, ISO. */
  startedAt: string;
}

export interface StartRun {
  asOf: string;
  rulebookHash: string;
  onlyName: string;
  maker: string;
  now: string;
}

/**
 * Takes the lock of runs for the session: one run at a time, decisions and undo included. It is held by the connection
 * and ends with it, also when the process is killed.
 */
export async function lockRuns(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_lock($1, 0)', [LOCKS.RUN]);
}

/** The same for the length of a transaction: decisions and undo. */
export async function lockRunsInTransaction(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, 0)', [LOCKS.RUN]);
}

export async function unlockRuns(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_unlock($1, 0)', [LOCKS.RUN]);
}

/** The run to do: an unfinished one with the same pins, or a new one. Caller holds the lock of runs, in no transaction. */
export async function startRun(client: pg.ClientBase, wanted: StartRun): Promise<RunPins> {
  // The last one has the latest day: each was held to that.
  const last = await client.query<{ as_of: string; run_id: string }>(
    `select r.as_of, r.run_id from tieout.run r where r.state = 'completed' and r.kind = 'reconcile' and r.undone_by is null
     order by r.run_id desc limit 1`,
  );
  const before = last.rows[0];
  if (before !== undefined && wanted.asOf < before.as_of) {
    throw new UserError({
      where: '--as-of',
      what: 'a run cannot go back before an earlier run',
      expected: `${before.as_of} or later (run ${before.run_id})`,
      found: wanted.asOf,
      todo: `tieout statement --as-of ${wanted.asOf} prints the tie-out of an earlier day; tieout undo run ${before.run_id} takes the later run back`,
    });
  }
  return transactionOn(
    client,
    async () => (await resumable(client, wanted)) ?? (await newRun(client, wanted)),
  );
}

/**
 * Takes up an unfinished run with the same pins; others are abandoned: nothing of theirs was ever visible. So is one that a
 * decision has overtaken: runs are numbered in the order in which they complete, and the last one's cut is the one that stands.
 */
async function resumable(client: pg.ClientBase, wanted: StartRun): Promise<RunPins | undefined> {
  const found = await client.query<
    Record<
      'run_id' | 'as_of' | 'horizon' | 'rulebook_hash' | 'only_name' | 'maker' | 'started_at',
      string
    > & {
      overtaken: boolean;
    }
  >(
    `select run_id, as_of, horizon, rulebook_hash, only_name, maker, started_at,
            exists (select from tieout.run o where o.run_id > r.run_id and o.state = 'completed') as overtaken
     from tieout.run r where state = 'running' and kind = 'reconcile' order by run_id`,
  );
  let pins: RunPins | undefined;
  for (const row of found.rows) {
    const same =
      !row.overtaken &&
      row.as_of === wanted.asOf &&
      row.rulebook_hash === wanted.rulebookHash &&
      row.only_name === wanted.onlyName;
    if (same && pins === undefined) {
      pins = {
        runId: row.run_id,
        asOf: row.as_of,
        horizon: row.horizon,
        rulebookHash: row.rulebook_hash,
        onlyName: row.only_name,
        maker: row.maker,
        resumed: true,
        startedAt: row.started_at,
      };
      continue;
    }
    await client.query(`update tieout.run set state = 'abandoned' where run_id = $1`, [row.run_id]);
  }
  return pins;
}

async function newRun(client: pg.ClientBase, wanted: StartRun): Promise<RunPins> {
  await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCKS.INTAKE, '']);
  const made = await client.query<{ run_id: string; horizon: string }>(
    `insert into tieout.run (run_id, kind, state, as_of, horizon, only_name, rulebook_hash, maker, started_at)
     values (nextval('tieout.run_id'), 'reconcile', 'running', $1, (select coalesce(max(batch_id), 0) from tieout.batch), $2, $3, $4, $5)
     returning run_id, horizon`,
    [wanted.asOf, wanted.onlyName, wanted.rulebookHash, wanted.maker, wanted.now],
  );
  const row = made.rows[0] as { run_id: string; horizon: string };
  return {
    runId: row.run_id,
    asOf: wanted.asOf,
    horizon: row.horizon,
    rulebookHash: wanted.rulebookHash,
    onlyName: wanted.onlyName,
    maker: wanted.maker,
    resumed: false,
    startedAt: wanted.now,
  };
}

/** Last batch that the last effective run of a reconciliation saw; '0' before the first. */
export async function horizonBefore(client: pg.ClientBase, reconciliation: string): Promise<string> {
  const found = await client.query<{ horizon_to: string }>(
    `select rr.horizon_to from tieout.run_reconciliation rr join tieout.run r using (run_id)
     where rr.reconciliation = $1 and r.state = 'completed' and r.undone_by is null order by r.run_id desc limit 1`,
    [reconciliation],
  );
  return found.rows[0]?.horizon_to ?? '0';
}
