// Statements whose best plan is known better here than to the planner: kinds of plans are taken from it for one of them.
import type pg from 'pg';

export type PlanKind = 'indexscan' | 'nestloop' | 'seqscan' | 'sort';

/** Runs one statement that may use none of these kinds of plans. */
export async function without<R extends pg.QueryResultRow = never>(
  client: pg.ClientBase,
  kinds: readonly PlanKind[],
  statement: string | pg.QueryConfig,
): Promise<pg.QueryResult<R>> {
  await client.query(kinds.map((kind) => `set enable_${kind} = off`).join('; '));
  try {
    return await client.query<R>(statement);
  } finally {
    // In a transaction that failed nothing can be set, and its end sets all back.
    await client.query(kinds.map((kind) => `reset enable_${kind}`).join('; ')).catch(() => undefined);
  }
}
