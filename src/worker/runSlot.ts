// One slot, its jobs in order, under a lease that is renewed while it works. A job that is done is noted and not done again
// by a later owner; a fault is tried again, a mistake of configuration or input ends the slot as failed.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IsoDate } from '../accounting/dates.ts';
import type { Schedule, ScheduledJob } from '../config/model.ts';
import type { TakenSlot } from '../db/slots/claimSlot.ts';
import { endSlot, noteProgress, releaseSlot, renewSlot } from '../db/slots/moveSlot.ts';
import { UserError } from '../errors.ts';
import type { WorkContext } from './context.ts';
import { JOBS } from './jobs.ts';

/** A slot that took this many workers with it is not tried again: it would take the next one too. */
const MAX_LOSSES = 5;
/** What these have done when they are told to stop is a part; the next worker goes on with it. */
const ENDS_EARLY: ReadonlySet<ScheduledJob> = new Set(['ingest', 'post']);
const RETRY_MS = [1_000, 5_000, 30_000];

/** True when the slot has ended, whichever way; false where it was given back or lost. */
export async function runSlot(
  context: WorkContext,
  schedule: Schedule,
  taken: TakenSlot,
  day: IsoDate,
): Promise<boolean> {
  const { db, log, worker, leaseMs, stop } = context;
  const fields = { worker, schedule: schedule.name, slot: taken.slot, day, losses: taken.losses };
  if (taken.losses > MAX_LOSSES) {
    log.run('slot failed', { ...fields, why: `${taken.losses} workers were lost in it` }, 'error');
    return endSlot(db.pool, taken, 'failed', { error: `${taken.losses} workers were lost in it` });
  }
  log.run('slot started', fields);
  let ours = true;
  const renewal = setInterval(() => {
    renewSlot(db.pool, taken, leaseMs).then(
      (renewed) => void (ours = renewed),
      () => undefined, // the database is away: the lease runs out unless a later renewal gets through
    );
  }, leaseMs / 4);
  try {
    for (const job of schedule.jobs) {
      if (taken.outcome[job] !== undefined) continue;
      if (stop.aborted) break;
      const outcome = await runJob(context, schedule.name, day, job, taken.slot);
      if (!ours || (stop.aborted && ENDS_EARLY.has(job))) break;
      if (!(await noteProgress(db.pool, taken, { [job]: outcome }))) ours = false;
      else taken.outcome[job] = outcome;
    }
    if (!ours) {
      log.warn('slot lost to another worker', fields);
      return false;
    }
    if (schedule.jobs.some((job) => taken.outcome[job] === undefined)) {
      await releaseSlot(db.pool, taken);
      log.run('slot given back', fields);
      return false;
    }
    await endSlot(db.pool, taken, 'done', {});
    log.run('slot done', { ...fields, state: 'done' });
    return true;
  } catch (error) {
    if (stop.aborted) {
      await releaseSlot(db.pool, taken).catch(() => undefined);
      log.run('slot given back', fields);
      return false;
    }
    const message = log.clean(error instanceof Error ? error.message : String(error));
    await endSlot(db.pool, taken, 'failed', { error: message });
    log.run('slot failed', { ...fields, state: 'failed', error }, 'error');
    return true;
  } finally {
    clearInterval(renewal);
  }
}

async function runJob(
  context: WorkContext,
  schedule: string,
  day: IsoDate,
  name: Schedule['jobs'][number],
  slot: string,
): Promise<Record<string, string | number>> {
  const { log, worker, stop } = context;
  const job = JOBS[name];
  const fields = { worker, schedule, slot, day, job: name };
  for (let attempt = 0; ; attempt += 1) {
    const started = Date.now();
    try {
      const outcome = await job({ ...context, schedule, day });
      log.run('job done', { ...fields, ...outcome, ms: Date.now() - started });
      return outcome;
    } catch (error) {
      const wait = RETRY_MS[attempt];
      if (error instanceof UserError || stop.aborted || wait === undefined) throw error;
      log.warn('job failed, will be tried again', { ...fields, attempt: attempt + 1, error });
      await sleep(wait, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
