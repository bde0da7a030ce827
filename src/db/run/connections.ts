// The connections that a run works with, for its length.
import type pg from 'pg';
import type { Database } from '../connection.ts';

/** The connections a run works with; the first is also used for what must be done once. */
export type Connections = readonly [pg.ClientBase, ...pg.ClientBase[]];

/** Takes `count` connections, and gives them back whatever happens. */
export async function withConnections<T>(
  { pool }: Database,
  count: number,
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  const taken: Lent[] = [];
  try {
    for (let i = 0; i < count; i += 1) taken.push(new Lent(await pool.connect()));
    return await work(taken.map(({ client }) => client) as unknown as Connections);
  } finally {
    for (const lent of taken) lent.giveBack();
  }
}

/** A connection that is lent out; one that broke meanwhile is not to be lent again. */
class Lent {
  readonly client: pg.PoolClient;
  #broken: Error | undefined;
  readonly #remember = (error: Error): void => {
    this.#broken = error;
  };

  constructor(client: pg.PoolClient) {
    this.client = client;
    client.on('error', this.#remember);
  }

  /** Without its listener: the next who takes the connection adds one again. */
  giveBack(): void {
    this.client.off('error', this.#remember);
    this.client.release(this.#broken);
  }
}

/** Waits for all of them, then throws the first error: nobody may go on using a connection that is given back. */
export async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}
