// A demonstration, top to bottom: a month of files is taken in and reconciled, what was reported is held against the truth,
// what the ledger lacks is approved and posted, the ERP's next extract confirms it, and what stays open is told.
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { decimal, fixed, sum } from '../../src/money/decimal.ts';
import { SELF_CLEARING } from '../../src/rulebook/reasons.ts';
import type { Score } from '../../simulate/score.ts';
import { score } from '../../simulate/score.ts';
import type { Simulation } from '../../simulate/simulate.ts';
import type { DemoJob, DemoStep } from './month.ts';
import { liveStep, scoreMonth } from './month.ts';
import type { DemoPosting, TakenJournals } from './posting.ts';
import { approveAndPost, demoPeople, releaseBrakes, confirmedJournals, erpTakesJournals } from './posting.ts';
import { report } from '../reports/report.ts';

export interface DemoOutcome {
  simulation: Simulation;
  /** Mid-month, close, and the day on which the ERP shows our journals. */
  steps: DemoStep[];
  score: Score;
  posting: DemoPosting;
  journals: TakenJournals;
  confirmed: number;
  /** Path of the last run's workbook. */
  workbook: string;
  /** Sum of what no run could explain; a run with another figure than zero is not committed. */
  unexplained: string;
  /** Of the last run. */
  resultHash: string;
}

/** Lives the simulated month and closes the loop. The folder is one that `makeDemo` has filled. */
export async function demo(job: DemoJob, simulation: Simulation): Promise<DemoOutcome> {
  const steps: DemoStep[] = [];
  const people = await demoPeople(job);
  for (const step of simulation.steps) {
    const lived = await liveStep(job, step);
    // With the brakes off, a second run of the day proposes what the first one held back.
    const again = await releaseBrakes(job, people);
    steps.push(
      again
        ? {
            ...(await liveStep(job, { ...step, ingest: [] })),
            taken: lived.taken,
            duplicatesByFile: lived.duplicatesByFile,
          }
        : lived,
    );
  }
  const scored = await scoreMonth(job, simulation.truth, steps);
  const posting = await approveAndPost(job, people);
  const journals = erpTakesJournals(job, simulation);
  const after = await liveStep(job, journals.step);
  steps.push(after);
  job.progress?.('writing the workbook');
  const { path } = await report({
    db: job.db,
    config: job.config,
    rulebook: job.rulebook,
    folder: job.config.reports,
  });
  return {
    simulation,
    steps,
    score: { ...scored, wrong: [...scored.wrong, ...wrongAfter(simulation, after, scored)] },
    posting,
    journals,
    confirmed: await confirmedJournals(job),
    workbook: path,
    unexplained: unexplainedOf(steps),
    resultHash: after.statement.resultHash,
  };
}

/** What the last run reports for the first time, though nobody made such a mistake. */
function wrongAfter(simulation: Simulation, after: DemoStep, before: Score): Score['wrong'] {
  const known = new Set(before.wrong.map((each) => each.id));
  return score(simulation.truth, after.exceptions, 'close').wrong.filter((each) => !known.has(each.id));
}

function unexplainedOf(steps: readonly DemoStep[]): string {
  const rows = steps.flatMap((step) => step.statement.reconciliations);
  return fixed(sum(rows.map((row) => decimal(row.unexplained))), 2);
}

/** Open exceptions that need a person, by reason, the most frequent first. */
export function openByReason(exceptions: readonly ExceptionRow[]): [reason: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { status, reason } of exceptions) {
    if (status === 'open' && !SELF_CLEARING.has(reason)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}
