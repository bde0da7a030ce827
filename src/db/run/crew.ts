// The connections that a run works with, for its length.
import type pg from 'pg';
import type { Database } from '../connection.ts';

/** The connections a run works with; the first is also used for what must be done once. */
export type Crew = readonly [pg.ClientBase, ...pg.ClientBase[]];

/** Takes `count` connections, and gives them back whatever happens. */
export async function withCrew<T>(
  { pool }: Database,
  count: number,
  work: (crew: Crew) => Promise<T>,
): Promise<T> {
  const clients: pg.PoolClient[] = [];
  const broken = new Map<pg.PoolClient, Error>();
  try {
    for (let i = 0; i < count; i += 1) {
      const client = await pool.connect();
      client.on('error', (error) => broken.set(client, error));
      clients.push(client);
    }
    return await work(clients as unknown as Crew);
  } finally {
    for (const client of clients) client.release(broken.get(client));
  }
}

/** Waits for all of them, then throws the first error: nobody may go on using a connection that is given back. */
export async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}
