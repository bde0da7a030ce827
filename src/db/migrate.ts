// Brings the schema to this program's version: hand-written SQL files in order, all in one transaction under one advisory
// lock, each recorded with its checksum, so that a half-migrated database or a silently changed file cannot exist.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import type pg from 'pg';

import { UserError } from '../errors.ts';
import type { Database } from './connection.ts';
import { transaction } from './connection.ts';
import { lock } from './locks.ts';
import { grantRoles } from './roles.ts';

export interface Migration {
  /** File name without `.sql`: a four-digit number and what it does. */
  name: string;
  checksum: string;
  sql: string;
}

/** The same relative path from `src/db` and from `dist/src/db`. */
const FOLDER = fileURLToPath(new URL('../../entities/migrations/', import.meta.url));

/** Reads the migrations that this program carries, in order. */
export async function readMigrations(folder = FOLDER): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}_\w+\.sql$/.test(file)).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(
        new URL(file, `file://${folder.endsWith('/') ? folder : `${folder}/`}`),
        'utf8',
      );
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { name: file.replace(/\.sql$/, ''), checksum, sql };
    }),
  );
}

export interface MigrateOptions {
  folder?: string;
  /** False for a database that is thrown away: nobody but its owner works in it, and roles would outlive it. */
  roles?: boolean;
}

/**
 * Applies what is missing. Refuses (`UserError`) a schema newer than the program and an applied file that was changed.
 * Safe to call from many processes at once: they wait for one another, and all but the first find nothing to do.
 */
export async function migrate(
  db: Database,
  { folder = FOLDER, roles = true }: MigrateOptions = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  if (missing(migrations, await recorded(db.pool)).length === 0) return { applied: [] };
  return transaction(db, async (client) => {
    await lock(client, 'MIGRATE');
    await client.query('set local statement_timeout to 0');
    const applied = await applyMigrations(client, migrations);
    if (roles && applied.length > 0) await grantRoles(client);
    return { applied };
  });
}

/** Applies what is missing of `migrations` in the caller's transaction, which holds the lock MIGRATE; rights are not granted yet. */
export async function applyMigrations(
  client: pg.ClientBase,
  migrations: readonly Migration[],
): Promise<string[]> {
  await makeRecord(client);
  const todo = missing(migrations, await recorded(client));
  for (const migration of todo) {
    await client.query(migration.sql);
    await client.query('insert into tieout.migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ]);
  }
  return todo.map((migration) => migration.name);
}

/** Throws a `UserError` unless the schema is exactly this program's; for commands that must not change it. */
export async function requireSchema(db: Database): Promise<void> {
  const todo = missing(await readMigrations(), await recorded(db.pool));
  if (todo.length === 0) return;
  throw new UserError({
    what: 'the database schema is older than this program',
    expected: todo.at(-1)?.name ?? '',
    found: `${todo.length} migration${todo.length === 1 ? '' : 's'} not applied, from ${todo[0]?.name ?? ''} on`,
    todo: 'run `tieout migrate` with the owner of the database in TIEOUT_OWNER_URL',
  });
}

export type Recorded = { name: string; checksum: string };

/** What was applied to this database, in order. */
export async function recorded(client: pg.ClientBase | pg.Pool): Promise<Recorded[]> {
  const there = await client.query<{ there: boolean }>(
    `select to_regclass('tieout.migration') is not null as there`,
  );
  if (there.rows[0]?.there !== true) return [];
  const rows = await client.query<Recorded>(
    'select name, checksum from tieout.migration order by name collate "C"',
  );
  return rows.rows;
}

async function makeRecord(client: pg.ClientBase): Promise<void> {
  try {
    await client.query('create schema if not exists tieout');
    await client.query(`create table if not exists tieout.migration (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new UserError({
      where: 'migrate',
      what: 'the database user may not create the schema "tieout"',
      found: (error as Error).message,
      todo: 'run `tieout migrate` with the owner of the database in TIEOUT_OWNER_URL',
    });
  }
}

function missing(migrations: readonly Migration[], applied: readonly Recorded[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const ours = known.get(row.name);
    if (ours === undefined) {
      throw new UserError({
        what: 'the database schema is newer than this program',
        expected: `at most ${migrations.at(-1)?.name ?? 'no migration'}`,
        found: row.name,
        todo: 'use the version of tieout that made it, or a later one',
      });
    }
    if (ours.checksum !== row.checksum) {
      throw new UserError({
        where: `entities/migrations/${row.name}.sql`,
        what: 'this migration was changed after it was applied to this database',
        expected: `sha256 ${row.checksum}`,
        found: `sha256 ${ours.checksum}`,
        todo: 'put the file back as it was, and write the change as a new migration',
      });
    }
  }
  const done = new Set(applied.map((row) => row.name));
  return migrations.filter((migration) => !done.has(migration.name));
}
