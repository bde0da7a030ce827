// What killed runs left: their unlogged tables. A run that is begun anew has another number, and nobody would ever drop them.
import type pg from 'pg';

/** Drops the tables of all runs but `runId`. The caller holds the lock of runs, so none of them is at work. */
export async function dropStale(client: pg.ClientBase, runId: string): Promise<void> {
  const left = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'work' and tablename ~ '^r[0-9]+_' and tablename !~ ('^r' || $1 || '_') order by 1`,
    [runId],
  );
  if (left.rows.length > 0)
    await client.query(`drop table if exists ${left.rows.map(({ name }) => `work.${name}`).join(', ')}`);
}
