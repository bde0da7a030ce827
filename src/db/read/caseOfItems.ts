// The cases that these exceptions are in now.
import type pg from 'pg';

export async function caseOfItems(client: pg.ClientBase, exceptions: readonly string[]): Promise<string[]> {
  const found = await client.query<{ id: string }>(
    `select distinct c.case_id as id from unnest($1::text[]) i(exception_id)
     join lateral (select case_id from tieout.case_item c where c.exception_id = i.exception_id order by c.run_id desc limit 1) c on true order by 1`,
    [[...exceptions]],
  );
  return found.rows.map(({ id }) => id);
}
