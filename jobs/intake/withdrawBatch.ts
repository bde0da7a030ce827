// Takes one delivery of the ledger back: listed first, refused where a match or a live journal stands on it, and done when a second
// person agrees. Events are not taken back: their sender voids or replaces them, which keeps their story.
import type pg from 'pg';

import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { certifiedOfBatch } from '../../src/db/decisions/certification.ts';
import { askSecondPerson } from '../../src/db/decisions/secondWord.ts';
import type { Delivery, StandsOn } from '../../src/db/intake/withdrawal.ts';
import { endDelivery, findDelivery, readStandsOn } from '../../src/db/intake/withdrawal.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { DecisionRefused, UserError } from '../../src/errors.ts';
import { fewOf } from '../../src/fewOf.ts';
import { storing } from '../../src/intake/storing.ts';
import type { Word } from '../decisions/approveJournals.ts';
import { permit } from '../decisions/permissions.ts';
import { requireUncertified } from '../decisions/requireOpen.ts';
import type { Effect } from '../decisions/agreeing.ts';

/** So many matches or journals are named where they stand in the way. */
const NAMED = 8;

export interface Withdrawal extends StandsOn {
  delivery: Delivery;
}

/** What would go, and what stands on it; changes nothing. */
export async function previewWithdrawal(db: Database, batchId: string): Promise<Withdrawal> {
  return transaction(db, (client) => look(client, batchId));
}

/** The first person's word. Returns what it is about, and the name of the decision that waits. */
export async function proposeWithdrawal(
  word: Word,
  batchId: string,
): Promise<Withdrawal & { waits: string }> {
  permit(word.by, 'withdraw batch', word.why);
  return transaction(word.db, async (client) => {
    await lockRunsInTransaction(client);
    const seen = await look(client, batchId);
    requireFree(seen);
    requireUncertified(`batch ${batchId}`, await certifiedOfBatch(client, batchId));
    const content = { batch: batchId, goes: seen.goes.map((row) => ({ ...row })) };
    const { by, why } = word;
    const subject = `batch ${batchId}`;
    return { ...seen, waits: await askSecondPerson(client, { kind: 'withdraw', by, subject, why, content }) };
  });
}

/** Once a second person agreed: exactly what was listed goes, or nothing. */
export const withdrawalAgreed: Effect = async (client, { decisionId, content }, { by, rulebook, clock }) => {
  const seen = await look(client, String(content['batch']));
  requireFree(seen);
  const { batchId } = seen.delivery;
  requireUncertified(`batch ${batchId}`, await certifiedOfBatch(client, batchId));
  if (
    JSON.stringify(seen.goes.map(whole)) !== JSON.stringify((content['goes'] as StandsOn['goes']).map(whole))
  )
    throw new DecisionRefused({
      where: `batch ${seen.delivery.batchId}`,
      what: 'what would go is no longer what was asked for; nothing was changed',
      todo: `tieout reject D${decisionId}, look again and ask anew`,
    });
  const { delivery } = seen;
  const subjects = delivery.companies.map((code) => `ledger ${code}`);
  const now = new Date(clock()).toISOString();
  const { batch, lines } = await storing(client, subjects, () =>
    endDelivery(client, delivery, { decisionId, actor: by.name, now, rulebookHash: rulebook.hash }),
  );
  return `${lines} lines of batch ${delivery.batchId} have ended (batch ${batch}); the next run sees it, and the file may be delivered again`;
};

/** In the order of its columns, whatever order the database kept them in. */
const whole = ({ company, ledger, account, currency, lines, amount }: StandsOn['goes'][number]) =>
  [company, ledger, account, currency, lines, amount].join(' ');

async function look(client: pg.ClientBase, batchId: string): Promise<Withdrawal> {
  const delivery = /^\d{1,18}$/.test(batchId) ? await findDelivery(client, batchId) : undefined;
  const where = `batch ${batchId}`;
  if (delivery === undefined)
    throw new UserError({
      where,
      what: 'no delivery was taken in under this number',
      todo: 'tieout list batches',
    });
  if (delivery.withdrawnBy !== null)
    throw new UserError({ where, what: `it was taken back already, by batch ${delivery.withdrawnBy}` });
  if (delivery.kind !== 'ledger')
    throw new UserError({
      where,
      what: `only deliveries of the ledger are taken back, and this one is of ${delivery.kind}`,
      ...(delivery.kind === 'events'
        ? {
            todo: 'the sender voids or replaces the events (data.corrects); what is derived wrongly is the rulebook’s: tieout rederive',
          }
        : {}),
    });
  return { delivery, ...(await readStandsOn(client, batchId)) };
}

function requireFree({ delivery, goes, matches, journals, changedOthers }: Withdrawal): void {
  const where = `batch ${delivery.batchId}`;
  const blocked = [
    ...(matches.length === 0 ? [] : [`match ${fewOf(matches, NAMED)}`]),
    ...(journals.length === 0 ? [] : [`journal ${fewOf(journals, NAMED)}`]),
  ];
  if (blocked.length > 0)
    throw new DecisionRefused({
      where,
      what: 'matches or live journals stand on its lines; nothing was changed',
      found: blocked.join('; '),
      todo: 'take them apart first: tieout unmatch MATCH, tieout reverse JOURNAL, or tieout undo run RUN',
    });
  if (changedOthers > 0)
    throw new DecisionRefused({
      where,
      what: `it corrected or ended ${changedOthers} lines of earlier deliveries, which taking it back would not bring back`,
      todo: 'deliver the right full extract: it brings them back and ends what is wrong',
    });
  if (goes.length === 0)
    throw new DecisionRefused({
      where,
      what: 'no line of it stands by it alone: there is nothing to take back',
    });
}
