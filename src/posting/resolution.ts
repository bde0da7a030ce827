// A person's word on a posting that the machine cannot settle, as the evidence says it: it is posted as a document, it is
// not in the ERP, or the journal is given up. Which of them a state takes, and where it leads.
import type { PostingState } from './states.ts';

/** `posted`: it is there under that number. `absent`: it is not there, send it again. `void`: give it up. */
export type ResolutionOutcome = 'posted' | 'absent' | 'void';

export interface Resolution {
  outcome: ResolutionOutcome;
  /** '' but for `posted`. */
  documentId: string;
}

/** What the evidence has to begin with, for messages. */
export const EVIDENCE_FORMS = '"document NUMBER ...", "absent ..." or "void ..."';

/** Reads `document 4900001 seen in FB03`, `absent: searched by reference`, `void: reversed by hand as 4900002`. */
export function readEvidence(evidence: string): Resolution | undefined {
  const posted = /^\s*(?:document|posted(?:\s+as)?)\s*:?\s+(\S+)/i.exec(evidence);
  // A document's number has a digit: `posted by hand as 49` names no document `by`.
  if (posted?.[1] !== undefined && /\d/.test(posted[1]))
    return { outcome: 'posted', documentId: posted[1].replace(/[,;.]+$/, '') };
  const word = /^\s*(absent|void)\b/i.exec(evidence)?.[1]?.toLowerCase();
  return word === 'absent' || word === 'void' ? { outcome: word, documentId: '' } : undefined;
}

const LEADS: Readonly<Partial<Record<PostingState, Partial<Record<ResolutionOutcome, PostingState>>>>> = {
  // No answer came; a person knows before the looks do. `absent` still looks once more before it sends.
  UNKNOWN: { posted: 'POSTED', absent: 'RETRY_WAIT', void: 'CANCELLED' },
  // What was there once is never sent again under its key: it is given up, and a run proposes the entry anew.
  POSTED_NOT_SEEN: { posted: 'POSTED', absent: 'CANCELLED', void: 'CANCELLED' },
  CONFLICT: { posted: 'CONFIRMED', absent: 'CANCELLED', void: 'CANCELLED' },
  DUPLICATE_FOUND: { posted: 'POSTED', void: 'CANCELLED' },
  NEEDS_HUMAN: { posted: 'POSTED', absent: 'RETRY_WAIT', void: 'CANCELLED' },
};

/** The state that an outcome leads to; undefined where that state does not take it. */
export function resolvedState(state: PostingState, outcome: ResolutionOutcome): PostingState | undefined {
  return LEADS[state]?.[outcome];
}

/** The outcomes that a state takes; empty where a person has nothing to settle. */
export function possibleOutcomes(state: PostingState): ResolutionOutcome[] {
  return Object.keys(LEADS[state] ?? {}) as ResolutionOutcome[];
}

const INSTEAD: Readonly<Partial<Record<PostingState, string>>> = {
  READY: 'it is only observed, nothing of it has left',
  AWAITING_APPROVAL: 'nothing of it has left: tieout approve or tieout reject',
  APPROVED: 'nothing of it has left: tieout post sends it, tieout reject takes it back',
  CLAIMED: 'it is being sent: ask again when tieout post is through',
  SENDING: 'it is being sent: ask again when tieout post is through',
  SENT: 'the ERP has taken it for later: tieout post asks what became of it',
  RETRY_WAIT: 'it has surely not left: tieout post sends it again',
  POSTED: 'the ERP says that it has it: the next complete extract confirms it or not',
  CONFIRMED: 'the ledger shows it: tieout reverse takes it back',
  REJECTED: 'the ERP refused it and nothing was booked: the next run proposes the entry anew',
  REVERSED_IN_ERP:
    'what it booked is open again: approve or reject the journal that the next run proposes, or tieout accept the difference',
};

/** What to do in a state that asks nobody anything. */
export function insteadOfSettling(state: PostingState): string {
  return INSTEAD[state] ?? 'it was given up: what is missing in the ledger the next run proposes anew';
}
