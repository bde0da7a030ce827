// The one row that says who we are for an ERP, and since when this database is a restored one.
import type pg from 'pg';

import type { Project } from '../posting/outgoing.ts';

/** Read anew for each posting: the database may have been restored under a running worker. */
export async function readProject(client: pg.ClientBase | pg.Pool): Promise<Project> {
  const found = await client.query<{ id: string; epoch: string }>(
    'select project_id as id, epoch from tieout.project',
  );
  return { id: found.rows[0]!.id, epoch: Number(found.rows[0]!.epoch) };
}

/**
 * A new epoch: what worked on the old database cannot send any more, and nothing leaves before the ledger was read anew. The
 * time is in it, since a backup may be restored twice, and the second copy has to be told from the first.
 */
export async function markRestored(client: pg.ClientBase): Promise<void> {
  await client.query(
    'update tieout.project set epoch = greatest(epoch + 1, extract(epoch from clock_timestamp())::bigint), restored_at = clock_timestamp()',
  );
}
