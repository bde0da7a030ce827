// What follows from a look. One document with our amounts settles it; absence only counts when two looks agree over a
// time in which nothing could still come to light; where an ERP cannot be searched by our reference, a person decides.
import { backoffMs } from './backoff.ts';
import { compareDocument } from './document.ts';
import type { Capabilities, ErpDocument, LookOutcome, OutgoingJournal } from './outgoing.ts';
import type { Move, Posting, PostingSettings } from './posting.ts';
import { probeGraceMs } from './posting.ts';

/** Between two looks while absence is not proved: early enough to find a late document before the grace is over. */
const NEXT_LOOK_MS = 15_000;

export interface LookContext {
  posting: Posting;
  journal: OutgoingJournal;
  capabilities: Capabilities;
  settings: PostingSettings;
  /** In [0, 1). */
  random: number;
}

/** The move after a look for a posting in UNKNOWN, or in SENT where there is no way to poll. */
export function afterLook(outcome: LookOutcome, context: LookContext): Move {
  const { posting, capabilities, settings, random } = context;
  const tooOld = posting.sinceStateMs > settings.maxUnknownMs;
  if (outcome.kind === 'found') return foundMove(outcome.documents, context);
  if (posting.state === 'SENT') return stillSent(posting, tooOld);
  if (outcome.kind === 'unreachable') {
    if (outcome.noWay === true)
      return { to: 'NEEDS_HUMAN', why: `no way to look: ${outcome.message}`, code: 'cannotLook' };
    if (tooOld)
      return {
        to: 'NEEDS_HUMAN',
        why: `no answer about it for too long: ${outcome.message}`,
        code: 'tooOld',
      };
    return {
      why: `could not look: ${outcome.message}`,
      dueInMs: backoffMs(posting.tries, random, outcome.retryAfterMs),
      tries: posting.tries + 1,
    };
  }
  const graceMs = probeGraceMs(settings, capabilities);
  const sinceMs = posting.sinceNegativeMs ?? 0;
  if (posting.sinceNegativeMs !== null && sinceMs >= graceMs) {
    // What an ERP has taken for later may wait there for days (a stopped queue, a message that a person restarts): absence
    // proves nothing, unless the ERP itself answers a repeated key with the first job.
    if (posting.jobId !== '' && capabilities.idempotency === 'none') {
      return {
        to: 'NEEDS_HUMAN',
        why: `accepted under job ${posting.jobId} and not to be seen: it may still be booked`,
        code: 'accepted',
        negativeLook: true,
      };
    }
    return {
      to: 'RETRY_WAIT',
      why: `not in the ERP, seen twice ${Math.round(sinceMs / 1000)} s apart`,
      code: 'absent',
      dueInMs: 0,
      tries: posting.tries + 1,
      negativeLook: true,
    };
  }
  return {
    why: 'not in the ERP at this look',
    dueInMs: Math.max(1, Math.min(NEXT_LOOK_MS, graceMs - sinceMs)),
    tries: posting.tries,
    negativeLook: true,
  };
}

/** The move after the look that precedes a send, for a posting in CLAIMED; undefined: nothing there, send. */
export function beforeSend(outcome: LookOutcome, context: LookContext): Move | undefined {
  const { posting, random } = context;
  if (outcome.kind === 'absent') return undefined;
  if (outcome.kind === 'found') return foundMove(outcome.documents, context);
  return {
    to: 'RETRY_WAIT',
    why: `could not look before sending: ${outcome.message}`,
    code: 'unreachable',
    dueInMs: backoffMs(posting.tries, random, outcome.retryAfterMs),
    tries: posting.tries + 1,
  };
}

function foundMove(documents: readonly ErpDocument[], { posting, journal, capabilities }: LookContext): Move {
  const names = documents.map((document) => document.documentId).join(', ');
  const first = documents[0];
  const proves = capabilities.look === 'byReference';
  if (first === undefined || !proves) {
    const why = `document ${names} agrees in amounts and date, but the ERP cannot be searched by our reference`;
    return {
      to: posting.state === 'SENT' ? 'UNKNOWN' : 'NEEDS_HUMAN',
      why,
      code: 'weakEvidence',
      evidence: documents,
    };
  }
  if (documents.length > 1) {
    const why = `${documents.length} documents carry our reference: ${names}`;
    // SENT has no way of its own to DUPLICATE_FOUND; UNKNOWN looks again at once and gets there.
    if (posting.state === 'SENT')
      return { to: 'UNKNOWN', why, code: 'duplicate', dueInMs: 0, tries: 0, evidence: documents };
    return {
      to: 'DUPLICATE_FOUND',
      why,
      code: 'duplicate',
      documentId: first.documentId,
      evidence: documents,
    };
  }
  switch (compareDocument(first, journal)) {
    case 'same':
      return {
        to: 'POSTED',
        why: `found as ${names}`,
        documentId: first.documentId,
        evidence: first,
        tries: 0,
      };
    case 'other':
      return {
        to: 'CONFLICT',
        why: `${names} has other amounts`,
        code: 'amounts',
        documentId: first.documentId,
        evidence: first,
      };
    case 'unseen':
      if (posting.state === 'SENT')
        return { to: 'UNKNOWN', why: `${names} shows no amounts`, code: 'unseen', dueInMs: 0 };
      return {
        to: 'NEEDS_HUMAN',
        why: `${names} carries our reference, but shows no amounts`,
        code: 'unseen',
        evidence: first,
      };
  }
}

function stillSent(posting: Posting, tooOld: boolean): Move {
  if (tooOld)
    return {
      to: 'UNKNOWN',
      why: 'accepted long ago and not to be seen',
      code: 'unknown',
      dueInMs: 0,
      tries: 0,
    };
  return {
    why: 'accepted, not yet to be seen',
    dueInMs: Math.min(60_000, 2_000 * 2 ** Math.min(posting.tries, 5)),
    tries: posting.tries + 1,
  };
}
