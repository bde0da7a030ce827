// Lets go of the brakes of a company and ledger: one person says why, a reviewer other than that one agrees. Until then nothing
// is proposed or sent there.
import type pg from 'pg';

import { readBrakes } from '../src/db/brakes/brakes.ts';
import { findRelease, insertRelease, insertReleaseVerdict, type Release } from '../src/db/brakes/releases.ts';
import { transaction } from '../src/db/connection.ts';
import { recordDecision } from '../src/db/decision.ts';
import { lockPostings } from '../src/db/posting/lockPostings.ts';
import { UserError } from '../src/errors.ts';
import type { Word } from './journalWords.ts';
import { refusalOf } from './journalWords.ts';
import { requireRole } from './userKeys.ts';

const PREFIX = 'release-';

/** Whether an id that `approve` or `reject` was given names a release: `release-7`. */
export function isRelease(id: string): boolean {
  return /^release-\d{1,18}$/.test(id);
}

/** The first person's word on every brake that is on there. Returns its id. */
export async function proposeRelease(word: Word, company: string, ledger: string): Promise<string> {
  requireRole(word.by, ['preparer', 'reviewer', 'admin'], 'release a brake');
  return transaction(word.db, async (client) => {
    const on = await readBrakes(client);
    if (!on.some((brake) => brake.company === company && brake.ledger === ledger)) {
      const places = [...new Set(on.map((brake) => `${brake.company} ${brake.ledger}`))];
      throw new UserError({
        where: `${company} ${ledger}`,
        what: 'no brake is on there',
        expected: places.length === 0 ? 'nothing: no brake is on at all' : places.join(', '),
        todo: 'tieout status lists the brakes that are on',
      });
    }
    const decisionId = await decide(client, word, 'release', `${company} ${ledger}`);
    const id = await insertRelease(client, { company, ledger, proposer: word.by.name, decisionId });
    return `${PREFIX}${id ?? ''}`;
  });
}

/** The second person's word; `approved` lets go. */
export async function decideRelease(
  word: Word,
  id: string,
  verdict: 'approved' | 'rejected',
): Promise<Release> {
  requireRole(word.by, ['reviewer'], verdict === 'approved' ? 'approve a release' : 'reject a release');
  try {
    return await transaction(word.db, async (client) => {
      await lockPostings(client);
      const release = await findRelease(client, id.slice(PREFIX.length));
      if (release === undefined || release.verdict !== null) {
        throw new UserError({
          where: id,
          what: release === undefined ? 'no release has this id' : `it is ${release.verdict} already`,
          todo: 'tieout release COMPANY LEDGER --as USER --why TEXT prints its id',
        });
      }
      const decisionId = await decide(client, word, verdict === 'approved' ? 'approve' : 'reject', id);
      await insertReleaseVerdict(client, { id: release.id, verdict, approver: word.by.name, decisionId });
      return release;
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    throw new UserError({ where: id, what: refusal.why, todo: 'another reviewer has to approve it' });
  }
}

function decide(client: pg.ClientBase, { by, why }: Word, kind: string, subject: string): Promise<string> {
  return recordDecision(client, { kind, by, subject, why });
}
