// Turns a transaction into one that sees the database as it is now, and nothing of what others commit meanwhile.
import type pg from 'pg';

/** Must be the first statement of the transaction. Returns the database's time as an ISO instant. */
export async function snapshotTime(client: pg.ClientBase): Promise<string> {
  await client.query('set transaction isolation level repeatable read, read only');
  const now = await client.query<{ now: string }>('select now()');
  return now.rows[0]?.now ?? '';
}
