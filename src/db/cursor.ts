// Many rows of a query without holding them all.
import type pg from 'pg';

const ROWS_OF_FETCH = 5_000;

/**
 * Rows of a query, some at a time, in the order of the query: a cursor of the caller's transaction, between whose rows others
 * may be written.
 * @param cursor its name; one of a name at a time
 */
export async function* fetched<R extends pg.QueryResultRow>(
  client: pg.ClientBase,
  cursor: string,
  text: string,
  values: unknown[],
): AsyncGenerator<R[]> {
  // All rows will be read: the plan must not be one that gives the first ones early.
  await client.query('set local cursor_tuple_fraction = 1');
  await client.query({ text: `declare ${cursor} no scroll cursor for ${text}`, values });
  for (;;) {
    const { rows } = await client.query<R>(`fetch ${ROWS_OF_FETCH} from ${cursor}`);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_OF_FETCH) break;
  }
  await client.query(`close ${cursor}`);
}
