// What batches saw of the sequences of their feeds: all of them, because a file of any day may bring what another lacked. A file
// that gives several kinds of records is several batches, and counts once.
import type pg from 'pg';
import type { ControlItem } from '../../../exceptions/control.ts';
import { type SequenceBatch, sequenceItems } from '../../../exceptions/sequenceHoles.ts';
import { counts } from '../../withdrawn.ts';
import type { ControlScope } from './scope.ts';

/** Holes in sequences that no file has filled. */
export async function sequenceHoles(client: pg.ClientBase, scope: ControlScope): Promise<ControlItem[]> {
  const found = await client.query<SequenceBatch>(
    `select distinct on (feed, sha256, feed_key) batch_id::text as batch, feed, coalesce(feed_detail->'set'->>'company', '') as company, path, feed_detail->'sequences' as sequences
     from tieout.batch where feed_detail ? 'sequences' and refused = '' and batch_id <= $1 and ${counts('batch')} order by feed, sha256, feed_key, batch_id`,
    [scope.to],
  );
  return sequenceItems(found.rows);
}
