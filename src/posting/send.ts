// What follows from the answer to a call: the one table that decides whether a journal is posted, refused, surely not
// executed, or unknown. When in doubt it is UNKNOWN, because a wrong UNKNOWN costs a look and anything else a document.
import { backoffMs } from './backoff.ts';
import { compareDocument } from './document.ts';
import type { ErpDocument, OutgoingJournal, PostOutcome } from './outgoing.ts';
import type { Move, Posting } from './posting.ts';

const FIRST_POLL_MS = 2_000;
/** After a lost answer the document is usually there already; a first look soon settles most cases. */
const FIRST_LOOK_MS = 500;

/** The move after `post` answered for a posting in SENDING. */
export function afterPost(
  outcome: PostOutcome,
  journal: OutgoingJournal,
  posting: Posting,
  random: number,
): Move {
  switch (outcome.kind) {
    case 'posted':
      return believed(outcome.document, journal);
    case 'accepted':
      return {
        to: 'SENT',
        why: `accepted under job ${outcome.jobId}`,
        jobId: outcome.jobId,
        dueInMs: outcome.pollAfterMs ?? FIRST_POLL_MS,
        tries: 0,
      };
    case 'refused':
      return { to: 'REJECTED', why: outcome.message, code: outcome.code };
    case 'notExecuted':
      return {
        to: 'RETRY_WAIT',
        why: outcome.message,
        code: 'notExecuted',
        notSent: true,
        dueInMs: backoffMs(posting.tries, random, outcome.retryAfterMs),
        tries: posting.tries + 1,
      };
    case 'duplicateKey':
      return { to: 'UNKNOWN', why: outcome.message, code: 'duplicateKey', dueInMs: 0, tries: 0 };
    case 'unknown':
      return {
        to: 'UNKNOWN',
        why: outcome.message,
        code: 'unknown',
        dueInMs: Math.max(FIRST_LOOK_MS, outcome.retryAfterMs ?? 0),
        tries: 0,
      };
  }
}

/** The move after `poll` answered for a posting in SENT. A job that is not found proves nothing: UNKNOWN. */
export function afterPoll(
  outcome: PostOutcome,
  journal: OutgoingJournal,
  posting: Posting,
  tooOld: boolean,
): Move {
  switch (outcome.kind) {
    case 'posted':
      return believed(outcome.document, journal);
    case 'refused':
      return { to: 'REJECTED', why: outcome.message, code: outcome.code };
    case 'accepted':
      if (tooOld)
        return {
          to: 'UNKNOWN',
          why: `job ${outcome.jobId} never ended`,
          code: 'unknown',
          dueInMs: 0,
          tries: 0,
        };
      return {
        why: `job ${outcome.jobId} still waits`,
        dueInMs: outcome.pollAfterMs ?? Math.min(60_000, FIRST_POLL_MS * 2 ** Math.min(posting.tries, 5)),
        tries: posting.tries + 1,
      };
    case 'notExecuted':
    case 'duplicateKey':
    case 'unknown':
      return { to: 'UNKNOWN', why: outcome.message, code: outcome.kind, dueInMs: 0, tries: 0 };
  }
}

function believed(document: ErpDocument, journal: OutgoingJournal): Move {
  const named = { documentId: document.documentId, evidence: document };
  if (document.reference !== '' && document.reference !== journal.postingReference) {
    return {
      to: 'UNKNOWN',
      why: `the answer is about ${document.reference}, not about ours`,
      code: 'contradiction',
      dueInMs: 0,
      tries: 0,
      evidence: document,
    };
  }
  switch (compareDocument(document, journal)) {
    case 'same':
      return { to: 'POSTED', why: `posted as ${document.documentId}`, tries: 0, ...named };
    case 'other':
      return {
        to: 'CONFLICT',
        why: `document ${document.documentId} has other amounts`,
        code: 'amounts',
        ...named,
      };
    case 'unseen':
      return {
        to: 'UNKNOWN',
        why: 'the answer shows no amounts: looking',
        code: 'unseen',
        dueInMs: 0,
        tries: 0,
        ...named,
      };
  }
}
