// The second person's word, whatever it is about: a journal, a version of the rules, a rederivation, a
// decision that waits. One list says which ids
// mean what; each thing is decided by itself, and what is refused says why and changes nothing.
import type { Approving } from './agreeing.ts';
import { isWaitingId } from '../../src/db/decisions/secondWord.ts';
import { UserError } from '../../src/errors.ts';
import { approveRules, isRuleVersion } from './approveRules.ts';
import { approveJournals, rejectJournals, type WordOutcome } from './approveJournals.ts';
import { approveWaiting, rejectWaiting } from './secondWord.ts';
import { approveRederivation, isRederivation, rejectRederivation } from '../run/rederive.ts';

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

export const ONE_MORE = 'a schedule brought this version in, so one more reviewer has to approve it';

/** Tried in this order; the last one takes every id. */
const APPROVABLE: readonly Approvable[] = [
  {
    what: 'decision',
    names: isWaitingId,
    async approve(word, id) {
      const next = await approveWaiting(word, id);
      return { id, ok: true, what: this.what, state: 'APPROVED', waitsForSecond: false, next };
    },
    async reject(word, id) {
      await rejectWaiting(word, id);
      return { id, ok: true, what: this.what, state: 'REJECTED', waitsForSecond: false };
    },
  },
  {
    what: 'rederivation',
    names: isRederivation,
    async approve(word, id) {
      const { events, moved } = await approveRederivation(word, id);
      const next = `${events} events derived again, ${moved} lines moved; tieout reconcile matches by it`;
      return { id, ok: true, what: this.what, state: 'APPLIED', waitsForSecond: false, next };
    },
    async reject(word, id) {
      await rejectRederivation(word, id);
      return { id, ok: true, what: this.what, state: 'REJECTED', waitsForSecond: false };
    },
  },
  {
    what: 'rule version',
    names: isRuleVersion,
    async approve(word, id) {
      const { approved } = await approveRules(word, id);
      return approved
        ? { id, ok: true, what: this.what, state: 'APPROVED', waitsForSecond: false }
        : { id, ok: true, what: this.what, state: 'AWAITING_APPROVAL', waitsForSecond: true, next: ONE_MORE };
    },
    reject(_, id) {
      const todo =
        'change the rulebook: an approval is for one version only, and journals of one that nobody approved wait';
      throw new UserError({ where: id, what: 'a rule version is not rejected', todo });
    },
  },
  {
    what: 'journal',
    names: () => true,
    approve: async (word, id) => answer(id, (await approveJournals(word, [id]))[0]),
    reject: async (word, id) => answer(id, (await rejectJournals(word, [id]))[0]),
  },
];

/** Approves each by itself, in the order given. */
export function approve(word: Approving, ids: readonly string[]): Promise<Answer[]> {
  return each(ids, (kind, id) => kind.approve(word, id));
}

/** Rejects each by itself, in the order given. */
export function reject(word: Approving, ids: readonly string[]): Promise<Answer[]> {
  return each(ids, (kind, id) => kind.reject(word, id));
}

async function each(
  ids: readonly string[],
  one: (kind: Approvable, id: string) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const id of new Set(ids)) {
    const kind = APPROVABLE.find(({ names }) => names(id))!;
    try {
      answers.push(await one(kind, id));
    } catch (error) {
      // A refusal of one leaves the others to be decided; faults go up.
      if (!(error instanceof UserError)) throw error;
      const { what, found, todo } = error.parts;
      const why = [what, found, todo].filter((part) => part !== undefined).join('; ');
      answers.push({ id, ok: false, what: kind.what, reason: 'NOT_ALLOWED', why });
    }
  }
  return answers;
}

const NEXT: Readonly<Record<string, string>> = {
  APPROVED: 'tieout post sends it',
  RETRY_WAIT: 'tieout post looks for it once more and sends it',
  CANCELLED:
    'its lines are free; what is missing in the ledger the next run proposes anew, unless the difference is accepted (tieout accept)',
};

/** A journal's outcome as an answer. */
export function answer(id: string, outcome: WordOutcome | undefined): Answer {
  const what = 'journal';
  if (outcome === undefined)
    return { id, ok: false, what, reason: 'NOT_FOUND', why: 'no journal has this number' };
  if (!outcome.ok) return { id: outcome.journal, ok: false, what, reason: outcome.reason, why: outcome.why };
  const { journal, state, waitsForSecond } = outcome;
  const next = NEXT[state];
  return { id: journal, ok: true, what, state, waitsForSecond, ...(next === undefined ? {} : { next }) };
}
