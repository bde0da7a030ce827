// The frame of a person's decision about lines and differences: each is a run of its own in one transaction, with the decision,
// its effect, the proof of the tie-out and the audit row, or nothing.
import type pg from 'pg';
import { appendAudit } from '../../src/db/audit.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { type DecisionMaker, recordDecision } from '../../src/db/decision.ts';
import {
  type DecisionRun,
  knownReconciliations,
  startDecisionRun,
} from '../../src/db/decisions/decisionRun.ts';
import { closeEmptyExceptions } from '../../src/db/decisions/manualMatch.ts';
import { carryTotals } from '../../src/db/run/cellTotals.ts';
import { completeRun } from '../../src/db/run/completeRun.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { proveTieOut } from '../../src/db/run/tieOut.ts';
import type { Actor } from '../administration/userKeys.ts';

/** What every decision needs. */
export interface Decide {
  db: Database;
  by: Actor;
  why: string;
  clock: () => number;
}

/**
 * The frame of a decision: lock, decision row, its run, the proof, completion and audit, all in one transaction.
 * @param locks what else it locks, before the audit of decisions: in the order of `lockPostings`, or two would wait in a circle
 */
export function decisionRun<T>(
  job: Decide,
  kind: string,
  subject: string,
  content: Readonly<Record<string, unknown>>,
  work: (client: pg.ClientBase, run: DecisionRun, decisionId: string) => Promise<T>,
  locks: (client: pg.ClientBase) => Promise<void> = async () => {},
): Promise<T> {
  return transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await locks(client);
    const decisionId = await recordDecision(client, { kind, by: job.by, subject, why: job.why, content });
    return inDecisionRun(client, job, decisionId, (run) => work(client, run, decisionId));
  });
}

/** The same for a decision that is stored already, in the caller's transaction, which holds the locks. */
export async function inDecisionRun<T>(
  client: pg.ClientBase,
  { by, clock }: { by: DecisionMaker; clock: () => number },
  decisionId: string,
  work: (run: DecisionRun) => Promise<T>,
): Promise<T> {
  const now = new Date(clock()).toISOString();
  const run = await startDecisionRun(client, 'decision', by.name, decisionId, now);
  const result = await work(run);
  await closeEmptyExceptions(client, run.runId);
  await finish(client, 'decision', run, now);
  return result;
}

export async function finish(
  client: pg.ClientBase,
  kind: 'decision' | 'undo',
  run: DecisionRun,
  now: string,
): Promise<void> {
  await carryTotals(client, run.runId);
  await proveTieOut(client, {
    asOf: run.asOf,
    runId: run.runId,
    reconciliations: await knownReconciliations(client),
    own: true,
  });
  await completeRun(client, run.runId, '', null, now);
  const { runId, asOf, horizon } = run;
  await appendAudit(client, 'runs', { run: runId, kind, asOf, horizon }, { run: [runId] });
}
