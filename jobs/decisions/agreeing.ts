// A second person agreeing to what waits, and what then is done: the types that all kinds of such decisions share.
import type pg from 'pg';
import type { Config } from '../../src/config/model.ts';
import type { WaitingDecision } from '../../src/db/decisions/secondWord.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import type { Word } from './approveJournals.ts';

export interface Approving extends Word {
  config: Config;
  rulebook: Rulebook;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** What a kind of decision does once two persons want it; returns what was done, in words. */
export type Effect = (client: pg.ClientBase, waiting: WaitingDecision, word: Approving) => Promise<string>;
