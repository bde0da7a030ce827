// Which reconciliation each stored unit belongs to.
import type pg from 'pg';

export async function unitNames(client: pg.ClientBase): Promise<Map<string, string>> {
  const found = await client.query<{ unit: string; reconciliation: string }>(
    'select unit, reconciliation from tieout.unit',
  );
  return new Map(found.rows.map(({ unit, reconciliation }) => [unit, reconciliation]));
}
