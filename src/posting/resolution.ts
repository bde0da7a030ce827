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
  POSTED_NOT_SEEN: { posted: 'POSTED', void: 'CANCELLED' },
  CONFLICT: { posted: 'CONFIRMED', void: 'CANCELLED' },
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
