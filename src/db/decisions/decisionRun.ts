// A person's decision moves lines between homes, so it is a run of its own, at the cut of the last one: the tie-out is
// proved in its transaction too, and "known at" can tell before from after.
import type pg from 'pg';
import { UserError } from '../../errors.ts';
import { lastRun } from '../run/completeRun.ts';

export interface DecisionRun {
  runId: string;
  asOf: string;
  horizon: string;
  rulebookHash: string;
}

/** Opens it inside the caller's transaction; the caller holds the lock of runs. */
export async function startDecisionRun(
  client: pg.ClientBase,
  kind: 'decision' | 'undo',
  actor: string,
  decisionId: string,
  now: string,
): Promise<DecisionRun> {
  const last = await lastRun(client);
  if (last === undefined)
    throw new UserError({ what: 'there is no completed run yet', todo: 'tieout reconcile' });
  const made = await client.query<{ run_id: string }>(
    `insert into tieout.run (run_id, kind, state, as_of, horizon, rulebook_hash, maker, decision_id, started_at)
     values (nextval('tieout.run_id'), $1, 'running', $2, $3, $4, $5, $6, $7) returning run_id`,
    [kind, last.asOf, last.horizon, last.rulebookHash, actor, decisionId, now],
  );
  return {
    runId: made.rows[0]?.run_id ?? '',
    asOf: last.asOf,
    horizon: last.horizon,
    rulebookHash: last.rulebookHash,
  };
}

/** All reconciliations that have lines. */
export async function knownReconciliations(client: pg.ClientBase): Promise<string[]> {
  const found = await client.query<{ reconciliation: string }>(
    'select distinct reconciliation from tieout.unit order by 1',
  );
  return found.rows.map((row) => row.reconciliation);
}
