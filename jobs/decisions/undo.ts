// Takes a run back: what it matched is open again, journals that it proposed are cancelled, or reversed where they are posted.
// With the runs that came after it, a second person has to agree, to exactly those runs.
import type pg from 'pg';
import { transaction } from '../../src/db/connection.ts';
import { certifiedOn } from '../../src/db/decisions/certification.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { startDecisionRun } from '../../src/db/decisions/decisionRun.ts';
import { askSecondPerson } from '../../src/db/decisions/secondWord.ts';
import {
  closedPeriodsOf,
  cutBefore,
  reverseRun,
  runsDownTo,
  setCut,
} from '../../src/db/decisions/undoRun.ts';
import { lockPostings } from '../../src/db/posting/lockPostings.ts';
import { giveCasesAfterDecision } from '../../src/db/run/cases.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { DecisionRefused, UserError } from '../../src/errors.ts';
import { type Decide, finish } from './decisionRun.ts';
import { permit } from './permissions.ts';
import { requireOpen, requireUncertified } from './requireOpen.ts';
import type { Effect } from './agreeing.ts';
import { undoJournals, type UndoneJournals } from '../posting/undoJournals.ts';

/** What was undone; or, where a second person has to agree first, the name of the decision that waits and its runs. */
export type Undone =
  ({ waits: undefined; undone: string[] } & UndoneJournals) | { waits: string; runs: string[] };

/** Takes a run back. Later runs must go first; they are named, or taken along with `withLater`. */
export async function undoRun(job: Decide, runId: string, withLater: boolean): Promise<Undone> {
  permit(job.by, 'undo run', job.why);
  return transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await lockPostings(client);
    const runs = await runsFrom(client, runId);
    const ids = runs.map((run) => run.runId);
    if (runs.length === 1) return { waits: undefined, ...(await undoAll(client, job, ids)) };
    if (withLater) {
      const { by, why } = job;
      const content = { runs: ids };
      const waits = await askSecondPerson(client, {
        kind: 'undo',
        by,
        subject: `run ${runId}`,
        why,
        content,
      });
      return { waits, runs: ids };
    }
    const later = runs.filter((run) => run.runId !== runId);
    throw new DecisionRefused({
      where: `run ${runId}`,
      what: 'later runs stand on it',
      expected: 'the newest run',
      found: later.map((run) => `run ${run.runId} (${run.kind} by ${run.maker})`).join(', '),
      todo: `tieout undo run ${runId} --with-later asks a second person to take them back too, newest first`,
    });
  });
}

/** Once a second person agreed: exactly the runs that were named, or none. */
export const undoAgreed: Effect = async (client, { subject, content, by, why }, { clock }) => {
  const asked = content['runs'] as string[];
  const runId = subject.replace('run ', '');
  const now = (await runsFrom(client, runId)).map((run) => run.runId);
  if (now.join(' ') !== asked.join(' ')) {
    throw new DecisionRefused({
      where: subject,
      what: 'other runs stand on it now than when this was asked for',
      expected: `run ${asked.join(', run ')}`,
      found: `run ${now.join(', run ')}`,
      todo: `ask again: tieout undo run ${runId} --with-later`,
    });
  }
  const { undone, cancelled, reversals } = await undoAll(client, { by, why, clock }, now);
  return [
    `undone: run ${undone.join(', run ')}`,
    ...(cancelled.length === 0 ? [] : [`journals cancelled: ${cancelled.join(', ')}`]),
    ...reversals.map(
      ({ reversal, reverses }) => `the reversal ${reversal} of ${reverses} waits for approval`,
    ),
  ].join('; ');
};

async function runsFrom(client: pg.ClientBase, runId: string): ReturnType<typeof runsDownTo> {
  const runs = /^\d{1,18}$/.test(runId) ? await runsDownTo(client, runId) : [];
  if (runs.length > 0) return runs;
  throw new UserError({
    where: runId,
    what: 'no run that could be undone has this id',
    todo: 'tieout list runs',
  });
}

type Undo = Pick<Decide, 'why' | 'clock'> & { by: Parameters<typeof undoJournals>[1]['by'] };

async function undoAll(
  client: pg.ClientBase,
  job: Undo,
  runs: readonly string[],
): Promise<{ undone: string[] } & UndoneJournals> {
  const journals = await undoJournals(client, job, runs);
  for (const id of runs) await undoOne(client, job, id);
  return { undone: [...runs], ...journals };
}

async function undoOne(client: pg.ClientBase, job: Undo, runId: string): Promise<void> {
  requireUncertified(`run ${runId}`, await certifiedOn(client, runId));
  requireOpen(`run ${runId}`, await closedPeriodsOf(client, runId));
  const { by, why } = job;
  const decisionId = await recordDecision(client, { kind: 'undo', by, subject: `run ${runId}`, why });
  const now = new Date(job.clock()).toISOString();
  const run = await startDecisionRun(client, 'undo', by.name, decisionId, now);
  await reverseRun(client, runId, run.runId);
  const { asOf, rulebookHash } = run;
  const cut = (await cutBefore(client, runId)) ?? { asOf, horizon: '0', rulebookHash };
  await setCut(client, run.runId, runId, cut);
  await giveCasesAfterDecision(client, { runId: run.runId, asOf: cut.asOf });
  await finish(client, 'undo', { ...run, ...cut }, now);
}
