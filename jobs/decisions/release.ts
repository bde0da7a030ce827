// Lets go of the brakes of a company and ledger: one person says why, a reviewer other than that one agrees. Until then nothing
// is proposed or sent there.
import type pg from 'pg';

import { insertRelease, readBrakes } from '../../src/db/brakes/brakes.ts';
import { transaction } from '../../src/db/connection.ts';
import { askSecondPerson, type WaitingDecision } from '../../src/db/decisions/secondWord.ts';
import { UserError } from '../../src/errors.ts';
import type { Word } from './approveJournals.ts';
import { permit } from './permissions.ts';
import { hasCompany } from './ownCompanies.ts';

/** The first person's word on every brake that is on there. Returns the name of the decision that waits. */
export async function proposeRelease(word: Word, company: string, ledger: string): Promise<string> {
  permit(word.by, 'release', word.why);
  return transaction(word.db, async (client) => {
    const on = (await readBrakes(client)).filter((brake) => hasCompany(word.by, brake.company));
    const mine = on.filter((brake) => brake.company === company && brake.ledger === ledger);
    if (mine.length === 0) {
      const places = [...new Set(on.map((brake) => `${brake.company} ${brake.ledger}`))];
      throw new UserError({
        where: `${company} ${ledger}`,
        what: 'no brake is on there',
        expected: places.length === 0 ? 'nothing: no brake is on at all' : places.join(', '),
        todo: 'tieout status lists the brakes that are on',
      });
    }
    const upto = mine.at(-1)?.brake ?? '0';
    const content = { company, ledger, upto };
    return askSecondPerson(client, {
      kind: 'release',
      by: word.by,
      subject: `${company} ${ledger}`,
      why: word.why,
      content,
    });
  });
}

/** Lets go, once a second person agreed. */
export async function releaseAgreed(client: pg.ClientBase, waiting: WaitingDecision): Promise<string> {
  const { company, ledger, upto } = waiting.content;
  const place = { company: String(company), ledger: String(ledger), upto: String(upto) };
  await insertRelease(client, { ...place, decisionId: waiting.decisionId });
  return `the brakes of ${String(company)} ${String(ledger)} are off: the next run proposes again`;
}
