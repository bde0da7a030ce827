// The company of a case; none where there is no such case.
import type pg from 'pg';

export async function companyOfCase(client: pg.ClientBase, id: string): Promise<string[]> {
  const found = await client.query<{ company: string }>(
    'select company from tieout.case_subject where case_id = $1',
    [id],
  );
  return found.rows.map(({ company }) => company);
}
