// What a schedule can run, by name. Each job may run again after a kill: intake knows content, a run is resumed with its
// own pins, a posting looks before it sends.
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../../jobs/posting/post.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { report } from '../../jobs/reports/report.ts';
import { addDays, type IsoDate } from '../accounting/dates.ts';
import { companyDays } from '../config/companyDays.ts';
import type { ScheduledJob } from '../config/model.ts';
import { loadRulebook } from '../config/rulebookFiles.ts';
import { lastAsOf } from '../db/slots/readAsOf.ts';
import type { WorkContext } from './context.ts';
import { emptyInboxes, newWatch } from './inbox.ts';

/** What a job is told about its slot. */
export interface SlotWork extends WorkContext {
  schedule: string;
  /** The slot's local day; the books are compared up to the day before it. */
  day: IsoDate;
}

/** Runs a job; what it returns is recorded with the slot and in the run log. */
export type Job = (work: SlotWork) => Promise<Record<string, string | number>>;

/** Files that come in without end must not keep a night's run from starting. */
const LONGEST_WAIT_MS = 5 * 60_000;

const ingest: Job = async (work) => {
  const watched = newWatch();
  const until = Date.now() + LONGEST_WAIT_MS;
  while (await emptyInboxes(work, watched)) {
    if (work.stop.aborted || Date.now() > until) break;
    await sleep(work.settleMs + 50, undefined, { signal: work.stop }).catch(() => undefined);
  }
  return {};
};

const runReconcile: Job = async ({ db, config, schedule, clock, day }) => {
  const asOf = addDays(day, -1);
  const last = await lastAsOf(db.pool);
  if (last !== undefined && last > asOf)
    return { why: `a run as of ${last} is there already; ${asOf} is not run after it` };
  if (asOf < config.startDate) return { why: `${asOf} is before the start date ${config.startDate}` };
  const rulebook = loadRulebook(config);
  const statement = await reconcile({ db, config, rulebook, maker: `schedule:${schedule}`, clock, asOf });
  return { run: statement.run, asOf, resultHash: statement.resultHash };
};

const runPost: Job = async ({ db, config, project, clock, erps, worker, log, stop }) => {
  const { steps, states } = await post({
    db,
    erps,
    worker,
    project,
    clock: () => performance.now(),
    random: Math.random,
    days: () => companyDays(config, clock()),
    clean: log.clean,
    stop,
  });
  return { steps, state: JSON.stringify(states) };
};

/** The last run's workbook; its file is replaced where this slot or another has written it before. */
const runReport: Job = async ({ db, config }) => {
  if ((await lastAsOf(db.pool)) === undefined) return { why: 'no run has completed yet' };
  const { path, run, asOf } = await report({
    db,
    config,
    rulebook: loadRulebook(config),
    folder: config.reports,
  });
  return { path, run, asOf };
};

export const JOBS: Record<ScheduledJob, Job> = {
  ingest,
  reconcile: runReconcile,
  post: runPost,
  report: runReport,
};
