// The second person's word on a decision that waits. What each kind does then is a function in `EFFECTS`; it runs in the
// transaction of that word, so either both are there or nothing is.

import { transaction } from '../../src/db/connection.ts';
import { insertSecondWord, undecided } from '../../src/db/decisions/secondWord.ts';
import { lockPostings } from '../../src/db/posting/lockPostings.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { DecisionRefused, Fault } from '../../src/errors.ts';
import type { Approving } from './agreeing.ts';
import { permit } from './permissions.ts';
import { EFFECTS } from './secondEffects.ts';

/** Kinds whose effect asks whether what they are about is of the person's companies. */
const BY_COMPANY: ReadonlySet<string> = new Set(['accept', 'release', 'reopen-period']);

/** Agrees to a waiting decision and does what it asks for; returns what was done, in words. */
export async function approveWaiting(word: Approving, id: string): Promise<string> {
  permit(word.by, 'second word', word.why);
  return transaction(word.db, async (client) => {
    // The order in which decisions lock: runs, postings, then the audit of decisions.
    await lockRunsInTransaction(client);
    await lockPostings(client);
    const waiting = await undecided(client, id);
    if (word.by.companies !== undefined && !BY_COMPANY.has(waiting.kind))
      throw new DecisionRefused({
        where: id,
        what: `${word.by.name} may not agree to this: it is about all companies`,
        expected: 'a reviewer without --companies',
        found: `companies ${word.by.companies.join(', ')}`,
      });
    const effect = EFFECTS[waiting.kind];
    if (effect === undefined)
      throw new Fault(`nothing is known of waiting decisions of kind ${waiting.kind}`);
    await insertSecondWord(client, waiting, { verdict: 'approved', by: word.by, why: word.why });
    return effect(client, waiting, word);
  });
}

/** Puts a waiting decision aside; also who asked for it may. */
export async function rejectWaiting(word: Approving, id: string): Promise<void> {
  return transaction(word.db, async (client) => {
    const waiting = await undecided(client, id);
    if (waiting.by.name !== word.by.name) permit(word.by, 'second word', word.why);
    await insertSecondWord(client, waiting, { verdict: 'rejected', by: word.by, why: word.why });
  });
}
