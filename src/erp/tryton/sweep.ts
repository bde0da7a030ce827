// Orphan drafts: a create that was given up and came late leaves a draft that nobody will post, and a draft blocks the
// close of its period. Only drafts of our own user, with a number of our form and of no live posting, are deleted.
import { Fault } from '../../errors.ts';
import type { ErpCall } from '../contract.ts';
import { isPostingReference } from '../../posting/key.ts';
import type { TrytonSession } from './session.ts';
import { idOf, instantValue, rowsOf, textOf, type TrytonValue } from './values.ts';

/** Deletes them in every company given; returns how many. @throws Fault where Tryton cannot be read */
export async function sweepTrytonDrafts(
  session: TrytonSession,
  companies: readonly number[],
  before: Date,
  live: ReadonlySet<string>,
  call: ErpCall,
): Promise<number> {
  let deleted = 0;
  for (const company of companies) {
    // The first reading logs in; our user's id is known only then.
    const shape: TrytonValue[] = [
      ['company', '=', company],
      ['state', '=', 'draft'],
      ['create_date', '<', instantValue(before)],
    ];
    const params = [shape, 0, null, [['id', 'ASC']], ['number', 'create_uid']];
    const drafts = rowsOf(await session.read('model.account.move.search_read', params, { company }, call));
    const orphans = drafts.filter((draft) => {
      const number = textOf(draft, 'number');
      return draft.create_uid === session.userId() && isPostingReference(number) && !live.has(number);
    });
    for (const orphan of orphans) {
      const answer = await session.call('model.account.move.delete', [[idOf(orphan)]], { company }, call);
      if (answer.kind === 'result') deleted += 1;
      // An error means that it was posted or deleted meanwhile: no orphan any more, or the next sweep's.
      else if (answer.kind !== 'error') throw new Fault(`Tryton, sweep of drafts: ${answer.message}`);
    }
  }
  return deleted;
}
