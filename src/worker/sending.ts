// The worker's sending machine: runs beside the ticks as long as the worker does, since an approved journal should not wait
// for the night and one in UNKNOWN must not. It has connections of its own with a time limit on every statement: a network
// that swallows answers may hold up a night's run, but not the renewal of a lease.
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../../jobs/posting/post.ts';
import type { PostRequest } from '../../jobs/posting/post.ts';
import { sweepDrafts } from '../../jobs/posting/sweepDrafts.ts';
import type { Database } from '../db/connection.ts';
import type { CompanyDays } from '../db/posting/companyDay.ts';
import type { ErpPoster, Project } from '../erp/contract.ts';
import { UserError } from '../errors.ts';
import type { Log } from '../log/logger.ts';
import type { Step } from '../posting/advance.ts';
import type { Posting } from '../posting/posting.ts';
import { PERSON_STATES } from '../posting/states.ts';
import type { Failing } from './parts.ts';

/** Only the crash laboratory sets any of these. */
export interface SendingOptions extends Pick<PostRequest, 'settings' | 'crashPoint' | 'onStep' | 'lanes'> {
  statementTimeoutMs?: number;
}

export interface Sending extends SendingOptions {
  /** Who the worker is since it started; a database that was restored since is not sent from. */
  project: Project;
  failing: Failing;
  open: (applicationName: string, statementTimeoutMs?: number) => Promise<Database>;
  erps: ReadonlyMap<string, ErpPoster>;
  days: () => CompanyDays;
  worker: string;
  log: Log;
  stop: AbortSignal;
}

// Every statement of the machine takes milliseconds; one of ten seconds waits for a lock that will not be given.
const STATEMENT_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 250;
/** Short enough that work goes on within ten seconds after the database is back. */
const LONGEST_PAUSE_MS = 2_000;
const SWEEP_EVERY_MS = 3_600_000;
const CLOSE_MS = 500;

/**
 * Sends until `stop`; a lost database is opened again. One that was restored since the worker started is left alone: sending
 * ends, and the worker is not ready any more. Never throws.
 */
export async function keepSending(sending: Sending): Promise<void> {
  const { stop, log, worker } = sending;
  if (sending.erps.size === 0) return;
  const sweeping = setInterval(() => void sweep(sending), SWEEP_EVERY_MS);
  sweeping.unref();
  for (let pauseMs = FIRST_PAUSE_MS; !stop.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const startedAt = performance.now();
    try {
      await sendWhileItLasts(sending);
    } catch (error) {
      if (stop.aborted) break;
      if (error instanceof UserError) {
        sending.failing.note(log, worker, 'sending', error);
        break;
      }
      if (performance.now() - startedAt > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
      log.error('sending was interrupted; will go on', { worker, ms: pauseMs, error });
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  clearInterval(sweeping);
}

async function sendWhileItLasts(sending: Sending): Promise<void> {
  const { open, erps, days, worker, project, stop, log } = sending;
  const db = await open(`${worker} sending`, sending.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS);
  try {
    await post({
      db,
      erps,
      days,
      worker,
      project,
      clock: () => performance.now(),
      random: Math.random,
      clean: log.clean,
      stop,
      until: 'never',
      ...(sending.settings === undefined ? {} : { settings: sending.settings }),
      ...(sending.crashPoint === undefined ? {} : { crashPoint: sending.crashPoint }),
      onStep: (posting, step) => {
        tell(log, worker, posting, step);
        sending.onStep?.(posting, step);
      },
      ...(sending.lanes === undefined ? {} : { lanes: sending.lanes }),
    });
  } finally {
    // A connection that nobody answers any more is not waited for.
    await Promise.race([db.close().catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })]);
  }
}

/** What became of a journal. Waits may repeat for as long as an ERP is away, so they are not part of the run log. */
function tell(log: Log, worker: string, posting: Posting, { move }: Step): void {
  if (move?.to === undefined) return;
  const { to: state, why } = move;
  const fields = { worker, journal: posting.postingReference, erp: posting.erp, state, why };
  if (state === 'RETRY_WAIT' || state === 'UNKNOWN' || state === 'APPROVED')
    log.warn('journal waits', fields);
  else if (PERSON_STATES.has(state) || state === 'REJECTED')
    log.run('journal needs a person', fields, 'error');
  else log.run('journal moved', fields);
}

async function sweep({ open, erps, worker, log }: Sending): Promise<void> {
  try {
    const db = await open(`${worker} sweep`, STATEMENT_TIMEOUT_MS);
    try {
      for (const swept of await sweepDrafts({ db, erps }))
        log.run(
          'drafts swept',
          { worker, kind: swept.erp, accepted: swept.deleted, why: swept.why },
          swept.why === undefined ? 'info' : 'warn',
        );
    } finally {
      await db.close();
    }
  } catch (error) {
    log.warn('drafts could not be swept; the next hour will', { worker, error });
  }
}
