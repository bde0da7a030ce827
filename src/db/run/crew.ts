// The connections that a run works with, for its length.
import type pg from 'pg';
import type { Database } from '../connection.ts';
import type { Crew } from './runPass.ts';

/** Takes `count` connections, and gives them back whatever happens. */
export async function withCrew<T>(
  { pool }: Database,
  count: number,
  work: (crew: Crew) => Promise<T>,
): Promise<T> {
  const clients: pg.PoolClient[] = [];
  try {
    for (let i = 0; i < count; i += 1) clients.push(await pool.connect());
    return await work(clients as unknown as Crew);
  } finally {
    for (const client of clients) client.release();
  }
}
