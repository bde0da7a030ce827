// Ends the connections of one program by its application name: how a worker abandons work that is in the middle of a
// statement. The server rolls the transaction back and frees its locks at once, where a dropped socket would be noticed late.
import type pg from 'pg';

export async function endConnections(
  client: pg.ClientBase | pg.Pool,
  applicationName: string,
): Promise<void> {
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = $1 and datname = current_database() and pid <> pg_backend_pid()`,
    [applicationName],
  );
}
