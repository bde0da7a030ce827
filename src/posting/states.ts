// The states of a posting and the only ways between them, as data. The database holds the same rows and refuses every
// other move; a test compares the two. UNKNOWN is a state of its own: only evidence or a person may leave it.

export const POSTING_STATES = [
  'DRAFT',
  'READY',
  'INVALID',
  'AWAITING_APPROVAL',
  'APPROVED',
  'CANCELLED',
  'CLAIMED',
  'SENDING',
  'SENT',
  'POSTED',
  'REJECTED',
  'RETRY_WAIT',
  'UNKNOWN',
  'CONFLICT',
  'DUPLICATE_FOUND',
  'NEEDS_HUMAN',
  'CONFIRMED',
  'POSTED_NOT_SEEN',
  'REVERSED_IN_ERP',
] as const;
export type PostingState = (typeof POSTING_STATES)[number];

/** Who moves a posting: the sending machine, a reconciliation run, or a person. */
export type Mover = 'machine' | 'run' | 'person';

type Moves = Readonly<Partial<Record<PostingState, readonly Mover[]>>>;

/** From each state, where it may go and by whom. A state without an entry is final. */
export const TRANSITIONS: Readonly<Partial<Record<PostingState, Moves>>> = {
  DRAFT: { READY: ['run'], INVALID: ['run'] },
  READY: { AWAITING_APPROVAL: ['run'], APPROVED: ['run'], CANCELLED: ['run', 'person'] },
  AWAITING_APPROVAL: { APPROVED: ['person'], CANCELLED: ['person', 'run'] },
  APPROVED: { CLAIMED: ['machine'], CANCELLED: ['run', 'person'] },
  CLAIMED: {
    SENDING: ['machine'],
    APPROVED: ['machine'],
    CANCELLED: ['machine'],
    RETRY_WAIT: ['machine'],
    POSTED: ['machine'],
    CONFLICT: ['machine'],
    DUPLICATE_FOUND: ['machine'],
    NEEDS_HUMAN: ['machine'],
  },
  SENDING: {
    POSTED: ['machine'],
    SENT: ['machine'],
    REJECTED: ['machine'],
    RETRY_WAIT: ['machine'],
    UNKNOWN: ['machine'],
    CONFLICT: ['machine'],
  },
  SENT: { POSTED: ['machine', 'run'], REJECTED: ['machine'], UNKNOWN: ['machine'], CONFLICT: ['machine'] },
  UNKNOWN: {
    POSTED: ['machine', 'run', 'person'],
    CONFLICT: ['machine', 'run'],
    DUPLICATE_FOUND: ['machine'],
    RETRY_WAIT: ['machine', 'person'],
    NEEDS_HUMAN: ['machine'],
    CANCELLED: ['person'],
  },
  RETRY_WAIT: { CLAIMED: ['machine'], NEEDS_HUMAN: ['machine'], POSTED: ['run'] },
  POSTED: { CONFIRMED: ['run'], CONFLICT: ['run'], POSTED_NOT_SEEN: ['run'] },
  // What was confirmed does not always stay: the ERP's documents are edited, deleted and reversed by people.
  CONFIRMED: { CONFLICT: ['run'], POSTED_NOT_SEEN: ['run'], REVERSED_IN_ERP: ['run'] },
  POSTED_NOT_SEEN: { CONFIRMED: ['run'], CONFLICT: ['run'], POSTED: ['person'], CANCELLED: ['person'] },
  CONFLICT: { CONFIRMED: ['person'], CANCELLED: ['person'] },
  DUPLICATE_FOUND: { POSTED: ['person'], CANCELLED: ['person'] },
  NEEDS_HUMAN: {
    POSTED: ['run', 'person'],
    CONFLICT: ['run'],
    RETRY_WAIT: ['person'],
    CANCELLED: ['person'],
  },
};

/** True where that mover may take a posting from one state to the other. */
export function mayMove(from: PostingState, to: PostingState, by: Mover): boolean {
  return TRANSITIONS[from]?.[to]?.includes(by) ?? false;
}

/** The journal holds nothing any more: its lines may be proposed again, under a new key. */
export const DEAD_STATES: ReadonlySet<PostingState> = new Set([
  'CANCELLED',
  'INVALID',
  'REJECTED',
  'REVERSED_IN_ERP',
]);

/** Nothing moves these but a person; `POSTED_NOT_SEEN` and `NEEDS_HUMAN` a later extract may settle too. */
export const PERSON_STATES: ReadonlySet<PostingState> = new Set([
  'AWAITING_APPROVAL',
  'CONFLICT',
  'DUPLICATE_FOUND',
  'NEEDS_HUMAN',
  'POSTED_NOT_SEEN',
]);

/** Where the sending machine is at work or will be. */
export const MACHINE_STATES: ReadonlySet<PostingState> = new Set([
  'APPROVED',
  'CLAIMED',
  'SENDING',
  'SENT',
  'UNKNOWN',
  'RETRY_WAIT',
]);
