// The second person's word, whatever it is about: a journal, a version of the rules, a rederivation. One list says which ids
// mean what; each thing is decided by itself, and what is refused says why and changes nothing.
import type { Config } from '../src/config/model.ts';
import { UserError } from '../src/errors.ts';
import type { Rulebook } from '../src/rulebook/model.ts';
import { approveRules, isRuleVersion } from './approveRules.ts';
import { approveJournals, rejectJournals, type Word, type WordOutcome } from './journalWords.ts';
import { approveRederivation, isRederivation, rejectRederivation } from './rederive.ts';

export interface Approving extends Word {
  config: Config;
  rulebook: Rulebook;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** What became of one thing. `state`: where it stands now; `next`: what to do now, in words. */
export type Answer =
  | { id: string; ok: true; what: string; state: string; waitsForSecond: boolean; next?: string }
  | { id: string; ok: false; what: string; reason: string; why: string };

interface Approvable {
  what: string;
  names(id: string): boolean;
  approve(word: Approving, id: string): Promise<Answer>;
  reject(word: Approving, id: string): Promise<Answer>;
}

/** Tried in this order; the last one takes every id. */
const APPROVABLE: readonly Approvable[] = [
  {
    what: 'rederivation',
    names: isRederivation,
    async approve(word, id) {
      const { events, moved } = await approveRederivation(word, id);
      const next = NEXT[state];
  return { id: journal, ok: true, what, state, waitsForSecond, ...(next === undefined ? {} : { next }) };
}
