// States of postings as SQL lists.
import type { PostingState } from '../../posting/states.ts';
import { DEAD_STATES, MACHINE_STATES } from '../../posting/states.ts';

const list = (states: Iterable<PostingState>): string =>
  `(${[...states].map((state) => `'${state}'`).join(', ')})`;

/** The journal holds nothing any more. */
export const DEAD = list(DEAD_STATES);
/** Where the sending machine is at work or will be. */
export const IN_WORK = list(MACHINE_STATES);
