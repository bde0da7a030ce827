// Asks Citus to place the tables. Nothing else of the program changes: the same statements run on one machine and on many.
import type pg from 'pg';

import { COPIED, SPREAD } from './placement.ts';

/** The version of the Citus extension in this database; undefined where there is none. */
export async function citusVersion(client: pg.ClientBase | pg.Pool): Promise<string | undefined> {
  const found = await client.query<{ version: string }>(
    `select extversion as version from pg_extension where extname = 'citus'`,
  );
  return found.rows[0]?.version;
}

/** Tables that are placed already, by name. */
export async function placedTables(client: pg.ClientBase): Promise<Set<string>> {
  const found = await client.query<{ name: string }>(
    `select c.relname as name from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
       join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'tieout'`,
  );
  return new Set(found.rows.map(({ name }) => name));
}

/** Triggers of a table that Citus does not carry to other machines. */
export async function triggersOf(client: pg.ClientBase, table: string): Promise<string[]> {
  const found = await client.query<{ name: string }>(
    `select t.tgname as name from pg_trigger t where t.tgrelid = $1::regclass and not t.tgisinternal order by 1`,
    [`tieout.${table}`],
  );
  return found.rows.map(({ name }) => name);
}

/**
 * Places one table; rows that it holds go along. Its triggers are dropped first: from then on the rights of the roles alone
 * keep facts from being changed.
 */
export async function placeTable(client: pg.ClientBase, table: string): Promise<void> {
  for (const trigger of await triggersOf(client, table))
    await client.query(`drop trigger ${trigger} on tieout.${table}`);
  const key = SPREAD[table];
  if (key === undefined) await client.query('select create_reference_table($1)', [`tieout.${table}`]);
  else if (key === 'unit' && table !== 'line')
    await client.query(`select create_distributed_table($1, 'unit', colocate_with => 'tieout.line')`, [
      `tieout.${table}`,
    ]);
  else await client.query('select create_distributed_table($1, $2)', [`tieout.${table}`, key]);
}

/** The order of placing: what is copied first, because spread tables join it; `line` before what goes with it. */
export const PLACING: readonly string[] = [...COPIED, ...Object.keys(SPREAD)];
