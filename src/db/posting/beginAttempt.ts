// The attempt row, committed before the call; for a send the state SENDING goes with it. After a crash this row is what
// says that a call may have been made.
import type pg from 'pg';

import type { AttemptKind } from '../../posting/advance.ts';
import type { Posting } from '../../posting/posting.ts';
import { movePostings } from './movePostings.ts';

/** Writes the row while the claim is still ours; returns its number, or undefined where it is not. */
export async function beginAttempt(
  client: pg.ClientBase,
  posting: Posting,
  kind: AttemptKind,
  worker: string,
  leaseMs: number,
): Promise<number | undefined> {
  if (kind === 'post') {
    const move = {
      postingKey: posting.postingKey,
      from: posting.state,
      fence: posting.fence,
      to: 'SENDING' as const,
      why: 'sending',
    };
    const moved = await movePostings(client, [move], { mover: 'machine', actor: worker });
    if (moved.size === 0) return undefined;
  }
  const begun = await client.query<{ number: number }>(
    `with held as (
       update tieout.posting set lease_until = now() + $4 * interval '1 millisecond', sends = sends + $6,
              negative_looks = case when $6 = 1 then 0 else negative_looks end,
              first_negative_at = case when $6 = 1 then null else first_negative_at end
        where posting_key = $1 and fence = $2 and worker = $3
       returning posting_key, payload_hash)
     insert into tieout.attempt (posting_key, number, kind, fence, worker, payload_hash)
     select h.posting_key, coalesce((select max(a.number) from tieout.attempt a where a.posting_key = h.posting_key), 0) + 1, $5, $2, $3, h.payload_hash
       from held h returning number`,
    [posting.postingKey, posting.fence, worker, leaseMs, kind, kind === 'post' ? 1 : 0],
  );
  return begun.rows[0]?.number;
}
