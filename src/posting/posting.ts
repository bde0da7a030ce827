// A posting as a worker holds it, and the settings that time it. Ages, not moments: the database computes them by its own
// clock when it hands the row out, so that no two clocks are ever compared.
import type { Capabilities } from './outgoing.ts';
import type { PostingState } from './states.ts';

/** One claimed posting. The claim is good while `fence` is the row's and the lease lasts. */
export interface Posting {
  postingKey: string;
  postingReference: string;
  journalId: string;
  erp: string;
  company: string;
  /** CLAIMED, UNKNOWN or SENT: what a claim hands out. */
  state: PostingState;
  fence: string;
  /** How many times it was sent, those left out that were surely not executed. */
  sends: number;
  /** Waits in a row since the last progress; what the backoff counts. */
  tries: number;
  /** Milliseconds since the first negative look after the last send; null for none. */
  sinceNegativeMs: number | null;
  /** Milliseconds in the state before the claim. */
  sinceStateMs: number;
  /** The ERP's job number after `accepted`; '' else. */
  jobId: string;
  /** Two persons have said since the last send that it is not in the ERP. */
  saidAbsent: boolean;
  /** Document named by an answer that could not be believed yet; '' else. */
  documentId: string;
}

/** Times in milliseconds. */
export interface PostingSettings {
  /** A dead worker's posting is taken over after this; renewed every quarter of it while a call runs. */
  leaseMs: number;
  /** Longest call to an ERP. */
  callTimeoutMs: number;
  /** How long an ERP may keep a request queued after the caller went away. */
  queueMs: number;
  /** Waits in a row before a person is asked. */
  maxTries: number;
  /** Sends that may have been executed before a person is asked. */
  maxSends: number;
  /** UNKNOWN or SENT for longer than this: a person is asked. */
  maxUnknownMs: number;
  /** Approved longer ago than this: it looks before its first send too, since the database may be a restored copy. */
  lookFirstAfterMs: number;
}

// A lease of 8 s: a killed worker's journals go on within 10 s. Shorter would lose leases to a busy disk.
export const POSTING_SETTINGS: PostingSettings = {
  leaseMs: 8_000,
  callTimeoutMs: 90_000,
  queueMs: 30_000,
  // Waits are cheap and an ERP may be away overnight; sends of which nobody knows what became are not cheap.
  maxTries: 60,
  maxSends: 10,
  maxUnknownMs: 24 * 3_600_000,
  lookFirstAfterMs: 10 * 60_000,
};

/**
 * Time between two negative looks that prove absence: longer than anything that could still bring the document to light
 * (the call itself, a lease that a stopped worker believed in, the ERP's queue, and the lag of its search).
 */
export function probeGraceMs(settings: PostingSettings, capabilities: Capabilities): number {
  return settings.callTimeoutMs + settings.leaseMs + settings.queueMs + capabilities.lookLagSeconds * 1_000;
}

/** What is to be done with a posting after a step: the next state, or none (it keeps its own), and when to come back. */
export interface Move {
  /** Absent: the state stays. */
  to?: PostingState;
  /** In words, for `explain`. */
  why: string;
  code?: string;
  documentId?: string;
  jobId?: string;
  /** Not before this many milliseconds from now. */
  dueInMs?: number;
  /** New value of `tries`. */
  tries?: number;
  /** The call was surely not executed: it is no send. */
  notSent?: boolean;
  /** The count of sends starts anew: two persons said that it is not there. */
  freshSends?: boolean;
  /** A look found nothing: counts towards absence. */
  negativeLook?: boolean;
  evidence?: unknown;
}
