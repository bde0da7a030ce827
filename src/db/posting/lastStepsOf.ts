// The last steps of postings, named as the audit chain names them.
import type pg from 'pg';

export async function lastStepsOf(client: pg.ClientBase, postingKeys: readonly string[]): Promise<string[]> {
  const found = await client.query<{ step: string }>(
    `select posting_key || ' ' || max(step) as step from tieout.posting_step where posting_key = any($1) group by posting_key`,
    [postingKeys],
  );
  return found.rows.map(({ step }) => step);
}
