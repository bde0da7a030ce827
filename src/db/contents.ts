// What a backup holds, asked of the catalog, so that a new table can never be forgotten: every logged table of the schema
// with its columns, in an order in which no foreign key points forward, and every sequence with where it stands.
import type pg from 'pg';

import { Fault } from '../errors.ts';

export interface TableContents {
  name: string;
  /** In the order of the table. */
  columns: string[];
}

export interface SequenceState {
  name: string;
  /** As text: a bigint. */
  lastValue: string;
  isCalled: boolean;
}

/** Every table of the schema `tieout` but the record of migrations, parents before children. */
export async function listTables(client: pg.ClientBase): Promise<TableContents[]> {
  const tables = await client.query<TableContents & { parents: string[] }>(
    `select c.relname as name,
            (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
            array(select p.relname::text from pg_constraint k join pg_class p on p.oid = k.confrelid
                   where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as parents
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'tieout' and c.relkind = 'r' and c.relpersistence = 'p' and c.relname <> 'migration'
      order by c.relname collate "C"`,
  );
  return parentsFirst(tables.rows).map(({ name, columns }) => ({ name, columns }));
}

function parentsFirst<T extends { name: string; parents: string[] }>(tables: readonly T[]): T[] {
  const sorted: T[] = [];
  const placed = new Set<string>();
  let left = [...tables];
  while (left.length > 0) {
    const ready = left.filter((table) => table.parents.every((parent) => placed.has(parent)));
    if (ready.length === 0)
      throw new Fault(`foreign keys in a circle: ${left.map((t) => t.name).join(', ')}`);
    for (const table of ready) placed.add(table.name);
    sorted.push(...ready);
    left = left.filter((table) => !placed.has(table.name));
  }
  return sorted;
}

export async function listSequences(client: pg.ClientBase): Promise<SequenceState[]> {
  const names = await client.query<{ name: string; quoted: string }>(
    `select c.relname as name, format('%I.%I', n.nspname, c.relname) as quoted
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'tieout' and c.relkind = 'S' order by c.relname collate "C"`,
  );
  const states: SequenceState[] = [];
  for (const { name, quoted } of names.rows) {
    const state = await client.query<{ last_value: string; is_called: boolean }>(
      `select last_value, is_called from ${quoted}`,
    );
    const row = state.rows[0];
    if (row === undefined) throw new Fault(`the sequence ${name} cannot be read`);
    states.push({ name, lastValue: row.last_value, isCalled: row.is_called });
  }
  return states;
}

/** Names of the given tables that hold at least one row. */
export async function tablesWithRows(
  client: pg.ClientBase,
  tables: readonly TableContents[],
): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of tables) {
    const row = await client.query(`select 1 from tieout.${quoted(name)} limit 1`);
    if (row.rowCount === 1) found.push(name);
  }
  return found;
}

/** An identifier from the catalog, for use in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
