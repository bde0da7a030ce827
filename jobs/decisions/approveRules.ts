// The second person's word on a version of the rules: from then on its journals may leave by themselves, in roll-out mode
// `post` and under the limits.
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { lock } from '../../src/db/locks.ts';
import { insertRuleApproval } from '../../src/db/posting/insertApproval.ts';
import { versionsLike } from '../../src/db/run/rulebookVersions.ts';
import { UserError } from '../../src/errors.ts';
import { refusalOf } from './approveJournals.ts';
import type { Actor } from '../administration/userKeys.ts';
import { permit } from './permissions.ts';

/** Fewer digits of a hash than `rules check` prints would name a version by chance. */
const LEAST_DIGITS = 12;

/** Whether an id that `approve` was given names a rule version by its whole hash. */
export function isRuleVersion(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id);
}

/**
 * Approves a version that a run has used. Whoever brought it in cannot; the database refuses. One that a schedule brought in
 * needs two: `approved` is false until the second has spoken.
 * @param hash the whole hash, or a unique beginning of at least twelve digits
 */
export async function approveRules(
  word: { db: Database; by: Actor; why: string },
  hash: string,
): Promise<{ hash: string; approved: boolean }> {
  permit(word.by, 'approve rules', word.why);
  try {
    return await transaction(word.db, async (client) => {
      // Journals take their makers from here: nobody proposes between the word and its being counted.
      await lock(client, 'PROPOSE');
      const found = await versionsLike(client, hash, LEAST_DIGITS);
      const [version] = found;
      if (version === undefined || found.length > 1) {
        throw new UserError({
          where: hash,
          what:
            version === undefined
              ? 'no run has used a rule version of this hash'
              : 'more than one version begins like this',
          expected: `a hash, or at least its first ${LEAST_DIGITS} digits`,
          todo: 'tieout rules check prints the hash; tieout reconcile brings the version in',
        });
      }
      const kind = 'approve-rules';
      const decisionId = await recordDecision(client, { kind, by: word.by, subject: version, why: word.why });
      const stored = await insertRuleApproval(client, version, word.by.name, decisionId);
      if (stored === undefined)
        throw new UserError({ where: hash, what: 'you approved this version already; nothing was changed' });
      return { hash: version, approved: stored.approved };
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    throw new UserError({ where: hash, what: refusal.why, todo: 'another reviewer has to approve it' });
  }
}
