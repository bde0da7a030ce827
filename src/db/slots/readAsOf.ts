// The day that the last effective reconciliation run compared up to; no run may go back before it.
import type pg from 'pg';

export async function lastAsOf(client: pg.ClientBase | pg.Pool): Promise<string | undefined> {
  const found = await client.query<{ as_of: string | null }>(
    `select max(as_of) as as_of from tieout.run where state = 'completed' and kind = 'reconcile' and undone_by is null`,
  );
  return found.rows[0]?.as_of ?? undefined;
}
