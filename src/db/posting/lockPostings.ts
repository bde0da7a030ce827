// The order in which everything that decides about many postings takes its locks: proposers, then rows by key, then audit
// streams. A person's word takes one row and then the streams, so neither can wait for the other in a circle.
import type pg from 'pg';

import { lock } from '../locks.ts';

/** Locks all postings that a run or an undo may move; not those in the middle of a call. To the end of the transaction. */
export async function lockPostings(client: pg.ClientBase): Promise<void> {
  await lock(client, 'PROPOSE');
  await client.query(
    `select from tieout.posting where state not in ('CONFIRMED', 'CANCELLED', 'INVALID', 'REJECTED', 'CLAIMED', 'SENDING')
      order by posting_key for update`,
  );
}
