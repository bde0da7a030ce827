// Sends what is approved and settles what is not known, until nothing is due: claim, one step of the machine, settle.
// Every fact of it is in the database before and after each call, so any number of workers may run and die at any time.
import { setTimeout as sleep } from 'node:timers/promises';

import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { beginAttempt } from '../../src/db/posting/beginAttempt.ts';
import { claimPosting } from '../../src/db/posting/claimPosting.ts';
import type { CompanyDays } from '../../src/db/posting/companyDay.ts';
import { countPostings, nextDueMs } from '../../src/db/posting/dueState.ts';
import { endAttempt } from '../../src/db/posting/endAttempt.ts';
import { explainPosting } from '../../src/db/posting/explainPosting.ts';
import { movePostings } from '../../src/db/posting/movePostings.ts';
import { isStill, readProject } from '../../src/db/project.ts';
import { readAfterRestore } from '../../src/db/posting/readAfterRestore.ts';
import { readStanding } from '../../src/db/posting/readStanding.ts';
import { readOutgoing } from '../../src/db/posting/readOutgoing.ts';
import type { ErpPoster, Project } from '../../src/erp/contract.ts';
import { UserError } from '../../src/errors.ts';
import { enterErp } from './enterErp.ts';
import { advance } from '../../src/posting/advance.ts';
import type { Ports, Step } from '../../src/posting/advance.ts';
import type { Breaker } from '../../src/posting/breaker.ts';
import { afterAnswer, afterClaim, afterFailure, CLOSED, mayCall } from '../../src/posting/breaker.ts';
import type { CrashPoint } from '../../src/posting/crashPoints.ts';
import { holdBack } from '../../src/posting/holds.ts';
import { noCrash } from '../../src/posting/crashPoints.ts';
import type { Posting, PostingSettings } from '../../src/posting/posting.ts';
import { POSTING_SETTINGS } from '../../src/posting/posting.ts';
import type { Lease } from './lease.ts';
import { Sightings } from './sightings.ts';
import { holdLease } from './lease.ts';

export interface PostRequest {
  db: Database;
  /** By their name in tieout.yaml. */
  erps: ReadonlyMap<string, ErpPoster>;
  /** Who we were when the worker started; default: who we are now. */
  project?: Project;
  /** Unique among running workers: host, process id and something random. */
  worker: string;
  settings?: PostingSettings;
  /** Monotonic milliseconds. */
  clock: () => number;
  /** In [0, 1). */
  random: () => number;
  /** The day it is now in each company: a dated reversal waits for its own. Default: the database's UTC day. */
  days?: () => CompanyDays;
  crashPoint?: CrashPoint;
  /** Ends the loop between two postings. */
  stop?: AbortSignal;
  /** `idle` (default): ends when nothing is due now. `settled`: waits for what is due later. `never`: a service. */
  until?: 'idle' | 'settled' | 'never';
  /** Journals in work at once; 2 hide our own disk behind the ERP's time. */
  lanes?: number;
  /** Takes secrets out of what an ERP said, before it is stored; default: as it is. */
  clean?: (text: string) => string;
  /** Told after each step, for progress and logs. */
  onStep?: (posting: Posting, step: Step) => void;
}

export interface PostSummary {
  steps: number;
  /** Postings by state at the end, all of them. */
  states: Record<string, number>;
  /** Milliseconds until the machine has work again; null: none. */
  nextDueMs: number | null;
}

interface Work extends Omit<PostRequest, 'settings' | 'crashPoint' | 'days' | 'project'> {
  project: Project;
  settings: PostingSettings;
  days: () => CompanyDays;
  crashPoint: CrashPoint;
  breakers: Map<string, Breaker>;
  sightings: Sightings;
}

// A service asks again at least this often, since journals are approved by other processes.
const LONGEST_SLEEP_MS = 2_000;

/**
 * Runs the sending machine.
 * @throws UserError where the database was restored, or became another project's, since the worker started
 */
export async function post(request: PostRequest): Promise<PostSummary> {
  const work: Work = {
    ...request,
    project: request.project ?? (await readProject(request.db.pool)),
    settings: request.settings ?? POSTING_SETTINGS,
    crashPoint: request.crashPoint ?? noCrash,
    days: request.days ?? (() => new Map()),
    breakers: new Map(),
    sightings: new Sightings(request.clock, (request.until ?? 'idle') === 'idle'),
  };
  const names = [...request.erps.keys()];
  const steps = await together(work, names, request.lanes ?? 2);
  const due = await nextDueMs(request.db.pool, names, work.days());
  return { steps, states: await countPostings(request.db.pool), nextDueMs: due ?? null };
}

/** All lanes to their end: when one fails the others finish their step, so that nothing works on after the fault is told. */
async function together(work: Work, names: readonly string[], count: number): Promise<number> {
  const failed = new AbortController();
  const stop = AbortSignal.any([failed.signal, ...(work.stop === undefined ? [] : [work.stop])]);
  const lanes = Array.from({ length: count }, () =>
    lane({ ...work, stop }, names).catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  let steps = 0;
  for (const ended of await Promise.allSettled(lanes)) {
    if (ended.status === 'rejected') throw ended.reason;
    steps += ended.value;
  }
  return steps;
}

async function lane(work: Work, names: readonly string[]): Promise<number> {
  const { until = 'idle', stop } = work;
  for (let steps = 0; ;) {
    if (stop?.aborted === true) return steps;
    const worked = await claimAndStep(work, names);
    work.crashPoint('post.between-postings');
    if (worked) {
      steps += 1;
      continue;
    }
    await requireStill(work);
    if (until === 'idle') return steps;
    const due = await nextClaimMs(work, names);
    if (due === undefined && until === 'settled') return steps;
    const waitMs = Math.max(20, Math.min(due ?? LONGEST_SLEEP_MS, LONGEST_SLEEP_MS));
    await sleep(waitMs, undefined, stop === undefined ? {} : { signal: stop }).catch(() => {});
  }
}

/** A worker from before a restore does not go on: what it knows is of another database. */
async function requireStill({ db, project }: Work): Promise<void> {
  const now = await readProject(db.pool);
  if (now.id === project.id && now.epoch === project.epoch) return;
  throw new UserError({
    where: 'post',
    what: 'the database was restored since this worker started, and is out of its hands',
    expected: `epoch ${project.epoch} of project ${project.id}`,
    found: `epoch ${now.epoch} of project ${now.id}`,
    todo: 'start the worker anew',
  });
}

/** Milliseconds until something may be claimed; what is due for an ERP whose breaker is open waits for its pause to end. */
async function nextClaimMs(
  { db, breakers, clock, days }: Work,
  names: readonly string[],
): Promise<number | undefined> {
  let next: number | undefined;
  for (const name of names) {
    const due = await nextDueMs(db.pool, [name], days());
    if (due === undefined) continue;
    const claimable = Math.max(due, (breakers.get(name) ?? CLOSED).openUntilMs - clock());
    next = Math.min(next ?? claimable, claimable);
  }
  return next;
}

/** One posting, one step; false where nothing was due. */
async function claimAndStep(work: Work, names: readonly string[]): Promise<boolean> {
  const { db, worker, settings, clock, crashPoint, breakers } = work;
  const erps = names.filter((name) => mayCall(breakers.get(name) ?? CLOSED, clock()));
  if (erps.length === 0) return false;
  crashPoint('post.before-claim');
  // The lease counts from before the claim: our clock may only be the more careful one.
  const claimedAt = clock();
  const claimed = await transaction(db, (client) =>
    claimPosting(client, {
      erps,
      worker,
      leaseMs: settings.leaseMs,
      days: work.days(),
      project: work.project,
    }),
  );
  if (claimed === undefined) return false;
  const posting = work.sightings.checked(claimed);
  crashPoint('post.after-claim');
  breakers.set(posting.erp, afterClaim(breakers.get(posting.erp) ?? CLOSED, clock()));
  const lease = holdLease({ pool: db.pool, posting, settings, clock, claimedAt });
  try {
    const step = await advance(posting, portsOf(work, posting, lease));
    noteBreaker(work, posting.erp, step);
    work.onStep?.(posting, step);
  } finally {
    crashPoint('post.before-release');
    await lease.end();
  }
  return true;
}

function noteBreaker({ breakers, clock }: Work, erp: string, step: Step): void {
  if (step.answered === undefined) return;
  const before = breakers.get(erp) ?? CLOSED;
  breakers.set(erp, step.answered ? afterAnswer() : afterFailure(before, clock(), step.retryAfterMs));
}

function portsOf(work: Work, posting: Posting, lease: Lease): Ports {
  const { db, worker, project, settings, crashPoint, clean = (text: string) => text } = work;
  const erp = work.erps.get(posting.erp)!;
  const by = { mover: 'machine', actor: worker } as const;
  const { poll } = erp;
  // An ERP may repeat what we sent to it, and its words are kept for good.
  const cleaned = async <T extends object>(call: Promise<T>): Promise<T> => {
    const outcome = await call;
    if (!('message' in outcome) || typeof outcome.message !== 'string') return outcome;
    return { ...outcome, message: clean(outcome.message) };
  };
  return {
    capabilities: erp.capabilities,
    settings,
    crashPoint,
    random: work.random,
    journal: ({ journalId }) => readOutgoing(db.pool, journalId),
    enter: () => enterErp(db, posting.erp, erp, project),
    afterRestore: ({ journalId }) => readAfterRestore(db.pool, journalId),
    holdBack: async ({ journalId }, journal) => holdBack(journal, await readStanding(db.pool, journalId)),
    explainedBy: ({ journalId }) => explainPosting(db.pool, journalId),
    holdsLease: () => lease.holds(),
    begin: async (held, kind, before) =>
      lease.renewing(() =>
        transaction(db, async (client) => {
          if (!(await isStill(client, project))) return undefined;
          const number = await beginAttempt(client, held, kind, worker, settings.leaseMs);
          if (number !== undefined && before !== undefined)
            await endAttempt(client, held.postingKey, before.number, before.outcome);
          crashPoint(kind === 'post' ? 'post.inside-attempt' : 'post.inside-look-attempt');
          return number;
        }),
      ),
    settle: async (held, { from, move, attempt }) =>
      transaction(db, async (client) => {
        if (!(await isStill(client, project))) return false;
        const moved = await movePostings(
          client,
          [{ ...move, postingKey: held.postingKey, from, fence: held.fence }],
          by,
        );
        crashPoint('post.inside-settle');
        if (attempt !== undefined) await endAttempt(client, held.postingKey, attempt.number, attempt.outcome);
        return moved.size === 1;
      }),
    post: (journal, attempt) =>
      cleaned(lease.call((signal) => erp.post(journal, { attempt, signal, project }), 'unknown')),
    look: async (journal, attempt) => {
      const outcome = await cleaned(
        lease.call((signal) => erp.look(journal, { attempt, signal, project }), 'unreachable'),
      );
      if (outcome.kind === 'absent' && posting.state === 'UNKNOWN') work.sightings.absent(posting);
      return outcome;
    },
    ...(poll === undefined
      ? {}
      : {
          poll: (jobId, journal, attempt) =>
            cleaned(lease.call((signal) => poll.call(erp, jobId, journal, { attempt, signal }), 'unknown')),
        }),
  };
}
