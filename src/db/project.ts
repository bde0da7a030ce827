// The one row that says who we are for an ERP, and since when this database is a restored one.
import type pg from 'pg';

/** A new epoch: what worked on the old database cannot send any more, and nothing leaves before the ledger was read anew. */
export async function markRestored(client: pg.ClientBase): Promise<void> {
  await client.query('update tieout.project set epoch = epoch + 1, restored_at = clock_timestamp()');
}
