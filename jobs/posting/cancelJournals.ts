// Journals that have not left and are not needed any more are cancelled: by a run, and by the decision that accepts a difference.
import type pg from 'pg';

import { findWithdrawn } from '../../src/db/posting/findWithdrawn.ts';
import { movePostings } from '../../src/db/posting/movePostings.ts';

/** Within the caller's transaction, which holds the lock of proposers. Returns how many. */
export async function withdraw(client: pg.ClientBase, runId: string): Promise<number> {
  const gone = await findWithdrawn(client);
  const withdrawn = await movePostings(
    client,
    gone.map((posting) => ({
      postingKey: posting.postingKey,
      from: posting.state,
      fence: posting.fence,
      to: 'CANCELLED',
      why: posting.why,
      bumpFence: true,
    })),
    { mover: 'run', actor: `run ${runId}` },
  );
  return withdrawn.size;
}
