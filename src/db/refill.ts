// Makes an empty database ready to be filled from a backup, and whole again afterwards. All of it happens inside the one
// transaction of the restore, so a restore that fails leaves the database as it was.
import type pg from 'pg';

import { UserError } from '../errors.ts';
import type { SequenceState, TableContents } from './contents.ts';
import { listTables, quoted, tablesWithRows } from './contents.ts';
import type { Migration } from './migrate.ts';
import { applyMigrations } from './migrate.ts';

/**
 * Puts a fresh schema of the given migrations in place of an unused one. Throws a `UserError` when the old one holds any
 * row that migrations alone do not put there.
 */
export async function replaceUnusedSchema(
  client: pg.ClientBase,
  migrations: readonly Migration[],
): Promise<TableContents[]> {
  const used = await tablesWithRows(client, await listTables(client));
  await client.query('drop schema if exists work cascade');
  await client.query('drop schema if exists tieout cascade');
  await applyMigrations(client, migrations);
  const tables = await listTables(client);
  const seeded = new Set(await tablesWithRows(client, tables));
  const foreign = used.filter((name) => !seeded.has(name));
  if (foreign.length === 0) return tables;
  throw new UserError({
    where: 'restore',
    what: 'the database is not empty',
    expected: 'a new database, or one that nothing was taken into yet',
    found: `rows in ${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ', ...' : ''}`,
    todo: 'name another dataDir in tieout.yaml, or another database in DATABASE_URL',
  });
}

/**
 * Empties all tables of what the migrations put there, with the triggers that hold facts off until `closeAfterFilling`:
 * rows of a backup went through them once.
 */
export async function openForFilling(client: pg.ClientBase, tables: readonly TableContents[]): Promise<void> {
  const names = tables.map((table) => `tieout.${quoted(table.name)}`);
  for (const name of names) await client.query(`alter table ${name} disable trigger user`);
  await client.query(`truncate ${names.join(', ')}`);
}

export async function closeAfterFilling(
  client: pg.ClientBase,
  tables: readonly TableContents[],
  sequences: readonly SequenceState[],
): Promise<void> {
  for (const { name } of tables) await client.query(`alter table tieout.${quoted(name)} enable trigger user`);
  for (const { name, lastValue, isCalled } of sequences) {
    await client.query('select setval($1::regclass, $2::bigint, $3)', [
      `tieout.${quoted(name)}`,
      lastValue,
      isCalled,
    ]);
  }
}
