// One step of a claimed posting, with everything that touches the world as a port: look, check that nothing explains it
// already, commit the attempt, call, settle. The order is the whole safety: the attempt is on disk before the call, and
// the lease is checked right before the bytes leave.
import { type AfterRestore, whatWasLost } from './afterRestore.ts';
import type { CrashPoint } from './crashPoints.ts';
import type { Hold } from './holds.ts';
import { afterLook, beforeSend } from './look.ts';
import type { Capabilities, LookOutcome, OutgoingJournal, PostOutcome } from './outgoing.ts';
import type { Move, Posting, PostingSettings } from './posting.ts';
import { afterPoll, afterPost } from './send.ts';
import type { PostingState } from './states.ts';

export type AttemptKind = 'post' | 'look' | 'poll';

/** What one step needs; the job passes the database and an ERP, the tests a model of both. */
export interface Ports {
  capabilities: Capabilities;
  settings: PostingSettings;
  crashPoint: CrashPoint;
  /** In [0, 1). */
  random(): number;
  journal(posting: Posting): Promise<OutgoingJournal>;
  /** Enters us in the ERP's marker; what stands in the way of sending to it at all, '' for nothing. */
  enter(): Promise<string>;
  /** What stands in the way of sending it now, apart from what the ledger holds. */
  holdBack(posting: Posting, journal: OutgoingJournal): Promise<Hold | undefined>;
  /** What is to be asked because the database was restored; undefined: it was not, or the journal is younger than that. */
  afterRestore(posting: Posting): Promise<AfterRestore | undefined>;
  /** Documents in the ledger that seem to explain what the journal books, without those a second person has overridden. */
  explainedBy(posting: Posting): Promise<readonly string[]>;
  /**
   * Commits the attempt row (kind `post`: and the state SENDING with it), and with it how the attempt `before` it ended.
   * @returns its number; undefined where the claim is no longer ours
   */
  begin(posting: Posting, kind: AttemptKind, before?: EndedAttempt): Promise<number | undefined>;
  /** Commits an attempt's outcome and the move; false where the claim is no longer ours, and then nothing changed. */
  settle(posting: Posting, settlement: Settlement): Promise<boolean>;
  post(journal: OutgoingJournal, attempt: number): Promise<PostOutcome>;
  look(journal: OutgoingJournal, attempt: number): Promise<LookOutcome>;
  poll?(jobId: string, journal: OutgoingJournal, attempt: number): Promise<PostOutcome>;
  /** True while the lease lasts by our own clock. */
  holdsLease(): boolean;
}

/** An attempt that ended, and how. */
export interface EndedAttempt {
  number: number;
  outcome: PostOutcome | LookOutcome;
}

/** An attempt's end and the move that follows from it. */
export interface Settlement {
  from: PostingState;
  move: Move;
  /** Absent where nothing was called. */
  attempt?: EndedAttempt;
}

/** What a step came to. `stale`: another worker has it. `answered`: the ERP was reached (undefined: not called). */
export interface Step {
  move?: Move;
  stale: boolean;
  answered?: boolean;
  retryAfterMs?: number;
}

const STALE: Step = { stale: true };
/** What holds a journal back is put right by people and extracts: asked more often, its story would fill with nothing. */
const ASK_AGAIN_MS = 15 * 60_000;
/** A share comes back without anybody's word. */
const ENTER_AGAIN_MS = 60_000;

/** Takes a claimed posting one step on. Throws only for faults of the database; the row is then taken up again later. */
export async function advance(posting: Posting, ports: Ports): Promise<Step> {
  const journal = await ports.journal(posting);
  if (posting.state === 'SENT' && ports.poll !== undefined) return pollStep(posting, journal, ports);
  if (posting.state !== 'CLAIMED') return lookStep(posting, journal, ports);
  return sendStep(posting, journal, ports);
}

async function sendStep(posting: Posting, journal: OutgoingJournal, ports: Ports): Promise<Step> {
  const { settings, capabilities, crashPoint } = ports;
  if (posting.tries > settings.maxTries || posting.sends >= settings.maxSends) {
    const why = `sent ${posting.sends} times, waited ${posting.tries} times in a row`;
    return settled(posting, ports, { move: { to: 'NEEDS_HUMAN', why, code: 'tooMany' } });
  }
  const canLook = capabilities.look !== 'none';
  // Where it cannot be searched, two persons' word that it is not there is the look.
  const again = (posting.sends > 0 || posting.tries > 0) && (canLook || !posting.saidAbsent);
  if (again && capabilities.look === 'none') {
    const why = 'it would have to be sent again, and this ERP cannot be searched for it';
    return settled(posting, ports, { move: { to: 'NEEDS_HUMAN', why, code: 'cannotLook' } });
  }
  // Before any attempt: whoever looks for one later may then rely on it that the marker named us.
  const closed = await ports.enter();
  if (closed !== '')
    return settled(posting, ports, {
      move: { to: 'APPROVED', why: `held: ${closed}`, code: 'held', dueInMs: ENTER_AGAIN_MS },
    });
  const restored = await ports.afterRestore(posting);
  let looked: EndedAttempt | undefined;
  // A database that was restored from a backup proposes again, under the same key, what it had sent after that backup.
  const mayBeThere = capabilities.idempotency === 'none' && capabilities.look === 'byReference';
  const old = canLook && (posting.sinceStateMs > settings.lookFirstAfterMs || restored !== undefined);
  if (again || mayBeThere || old) {
    crashPoint('post.before-first-look');
    const number = await ports.begin(posting, 'look');
    if (number === undefined || !ports.holdsLease()) return STALE;
    const outcome = await ports.look(journal, number);
    crashPoint('post.after-first-look');
    const move = beforeSend(outcome, { posting, journal, capabilities, settings, random: ports.random() });
    looked = { number, outcome };
    if (move !== undefined) return settled(posting, ports, { move, attempt: looked });
  }
  const hold = await ports.holdBack(posting, journal);
  if (hold !== undefined) return heldBack(posting, ports, hold, looked);
  const documents = await ports.explainedBy(posting);
  crashPoint('post.after-explained-check');
  if (documents.length > 0) {
    const why = `not sent: already explained by ${documents.join(', ')}`;
    const move = { to: 'CANCELLED', why, code: 'explained', evidence: { documents } } as const;
    return settled(posting, ports, { move, ...(looked === undefined ? {} : { attempt: looked }) });
  }
  const lost = await lostSend(posting, journal, ports, restored, looked);
  return lost ?? callStep(posting, journal, ports, looked);
}

/** Not sent: it stays approved and is asked again later, or it is given up. */
function heldBack(
  posting: Posting,
  ports: Ports,
  { kind, why }: Hold,
  looked: EndedAttempt | undefined,
): Promise<Step> {
  const attempt = looked === undefined ? {} : { attempt: looked };
  const move: Move =
    kind === 'withdraw'
      ? { to: 'CANCELLED', why: `not sent: ${why}`, code: 'withdrawn' }
      : { to: 'APPROVED', why: `held: ${why}`, code: 'held', dueInMs: ASK_AGAIN_MS };
  return settled(posting, ports, { move, ...attempt });
}

/** The step where a database that was restored may have sent it before; undefined: nothing says so. */
async function lostSend(
  posting: Posting,
  journal: OutgoingJournal,
  ports: Ports,
  restored: AfterRestore | undefined,
  looked: EndedAttempt | undefined,
): Promise<Step | undefined> {
  if (restored === undefined) return undefined;
  const { capabilities } = ports;
  const look = (other: OutgoingJournal): Promise<LookOutcome> => ports.look(other, looked?.number ?? 0);
  const random = ports.random();
  const move = await whatWasLost(restored, { posting, journal, capabilities, look, random });
  if (move === undefined) return undefined;
  return settled(posting, ports, { move, ...(looked === undefined ? {} : { attempt: looked }) });
}

async function callStep(
  posting: Posting,
  journal: OutgoingJournal,
  ports: Ports,
  looked: EndedAttempt | undefined,
): Promise<Step> {
  const { crashPoint } = ports;
  if (!ports.holdsLease()) return STALE;
  crashPoint('post.before-attempt');
  const number = await ports.begin(posting, 'post', looked);
  if (number === undefined) return STALE;
  crashPoint('post.after-attempt');
  // Nothing stands between this check and the write: a worker that was stopped past its lease must not send.
  if (!ports.holdsLease()) return STALE;
  crashPoint('post.before-call');
  const outcome = await ports.post(journal, number);
  crashPoint('post.after-call');
  const move = afterPost(outcome, journal, posting, ports.random());
  return settled(posting, ports, { from: 'SENDING', move, attempt: { number, outcome } });
}

async function lookStep(posting: Posting, journal: OutgoingJournal, ports: Ports): Promise<Step> {
  const { capabilities, settings, crashPoint } = ports;
  if (capabilities.look === 'none') {
    const why = 'nobody knows what became of it, and this ERP cannot be searched for it';
    const to = posting.state === 'SENT' ? 'UNKNOWN' : 'NEEDS_HUMAN';
    return settled(posting, ports, { move: { to, why, code: 'cannotLook', dueInMs: 0 } });
  }
  crashPoint('post.before-look');
  const number = await ports.begin(posting, 'look');
  if (number === undefined || !ports.holdsLease()) return STALE;
  const outcome = await ports.look(journal, number);
  crashPoint('post.after-look');
  const move = afterLook(outcome, { posting, journal, capabilities, settings, random: ports.random() });
  crashPoint('post.before-look-settle');
  const step = await settled(posting, ports, { move, attempt: { number, outcome } });
  crashPoint('post.after-look-settle');
  return step;
}

async function pollStep(posting: Posting, journal: OutgoingJournal, ports: Ports): Promise<Step> {
  ports.crashPoint('post.before-poll');
  const number = await ports.begin(posting, 'poll');
  if (number === undefined || !ports.holdsLease()) return STALE;
  const outcome = await ports.poll!(posting.jobId, journal, number);
  ports.crashPoint('post.after-poll');
  const tooOld = posting.sinceStateMs > ports.settings.maxUnknownMs;
  const move = afterPoll(outcome, journal, posting, tooOld);
  return settled(posting, ports, { move, attempt: { number, outcome } });
}

async function settled(
  posting: Posting,
  ports: Ports,
  settlement: Omit<Settlement, 'from'> & { from?: PostingState },
): Promise<Step> {
  ports.crashPoint('post.before-settle');
  const ours = await ports.settle(posting, { from: posting.state, ...settlement });
  ports.crashPoint('post.after-settle');
  if (!ours) return STALE;
  const { move, attempt } = settlement;
  if (attempt === undefined) return { move, stale: false };
  const { outcome } = attempt;
  const silent =
    outcome.kind === 'notExecuted' || outcome.kind === 'unknown' || outcome.kind === 'unreachable';
  const retryAfterMs = silent ? outcome.retryAfterMs : undefined;
  return { move, stale: false, answered: !silent, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
