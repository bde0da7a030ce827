// Of the ledger lines that a rederivation moved, the moment of the youngest extract: a moved line is as old as the extract
// that brought it, and a proof against a balance need not read those that are all older.
import type pg from 'pg';

/** Null where it moved no ledger line. */
export async function youngestExtract(client: pg.ClientBase, batchId: string): Promise<string | null> {
  const found = await client.query<{ moment: string | null }>(
    'select max(extracted_at) as moment from tieout.ledger_identity where batch_id = $1',
    [batchId],
  );
  return found.rows[0]?.moment ?? null;
}
