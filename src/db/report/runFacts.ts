// What identifies a run, the batches that were new to it, and until when its knowledge lasted: what happened to journals
// and refused records between this run and the next belongs to its report, what came later does not.
import type pg from 'pg';

/** A completed run, of any kind. */
export interface RunRow {
  run: string;
  kind: string;
  state: string;
  startedBy: string;
  startedAt: string;
  completedAt: string;
  asOf: string;
  horizon: string;
  rulebookHash: string;
  rulebookApprovedBy: string;
  resultHash: string;
  /** The last batch that the reconciliation before this run had seen; '0' for the first. */
  earlierHorizon: string;
  /** Database time at which the next reconciliation was recorded; null while this is the last one. */
  until: string | null;
}

/** Undefined where no completed run has this number. */
export async function readRun(client: pg.ClientBase, runId: string): Promise<RunRow | undefined> {
  const found = await client.query<RunRow>(
    `select r.run_id as run, r.kind, r.state, r.maker as "startedBy", r.started_at as "startedAt", r.completed_at as "completedAt",
            r.as_of as "asOf", r.horizon, r.rulebook_hash as "rulebookHash", coalesce(r.result_hash, '') as "resultHash",
            coalesce((select string_agg(approver, ', ' order by approver) from tieout.rule_approval where hash = r.rulebook_hash), '') as "rulebookApprovedBy",
            coalesce((select max(e.horizon) from tieout.run e where e.kind = 'reconcile' and e.state = 'completed' and e.undone_by is null
                       and e.run_id < (select max(c.run_id) from tieout.run c where c.kind = 'reconcile' and c.state = 'completed' and c.run_id <= r.run_id)), 0) as "earlierHorizon",
            (select min(a.at) from tieout.audit a where a.stream = 'runs' and (a.payload::jsonb->>'run')::bigint =
               (select min(n.run_id) from tieout.run n where n.kind = 'reconcile' and n.state = 'completed' and n.run_id > r.run_id)) as until
     from tieout.run r where r.run_id = $1 and r.state = 'completed'`,
    [runId],
  );
  return found.rows[0];
}

/** A batch as the report shows it. */
export interface RunBatch {
  batch: string;
  kind: string;
  feed: string;
  path: string;
  receivedAt: string;
  received: number;
  accepted: number;
  duplicates: number;
  skipped: number;
  quarantined: number;
  complete: boolean;
  sha256: string;
}

/** Batches after `earlier`, up to the run's horizon, and how many there were before them. */
export async function readRunBatches(
  client: pg.ClientBase,
  { earlierHorizon, horizon }: { earlierHorizon: string; horizon: string },
): Promise<{ batches: RunBatch[]; earlier: number }> {
  const before = await client.query<{ n: number }>(
    'select count(*)::int as n from tieout.batch where batch_id <= $1',
    [earlierHorizon],
  );
  const found = await client.query<RunBatch>(
    `select batch_id as batch, kind, feed, path, received_at as "receivedAt", received::float8 as received, accepted::float8 as accepted,
            duplicates::float8 as duplicates, skipped::float8 as skipped, quarantined::float8 as quarantined, complete, sha256
     from tieout.batch where batch_id > $1 and batch_id <= $2 order by batch_id`,
    [earlierHorizon, horizon],
  );
  return { batches: found.rows, earlier: before.rows[0]?.n ?? 0 };
}
