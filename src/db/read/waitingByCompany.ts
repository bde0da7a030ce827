// Refused records that wait for a person, by company; '' where a record did not tell its company.
import type pg from 'pg';

export async function waitingByCompany(
  client: pg.ClientBase | pg.Pool,
): Promise<{ company: string; count: number }[]> {
  const found = await client.query<{ company: string; count: number }>(
    `select q.company, count(*)::int as count from tieout.quarantine q where not exists (
       select from tieout.quarantine_step s where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed')) group by 1 order by 1`,
  );
  return found.rows;
}
