// Brings a backup back into an empty database: everything in one transaction, after every file was held against its
// SHA-256. A backup of an older version gets that version's schema first and this program's migrations afterwards.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type pg from 'pg';

import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import type { TableContents } from '../../src/db/contents.ts';
import { quoted } from '../../src/db/contents.ts';
import { copyIn } from '../../src/db/copy.ts';
import { markRestored } from '../../src/db/project.ts';
import { grantRoles } from '../../src/db/roles.ts';
import { endAllSessions } from '../../src/db/sessions.ts';
import { lock } from '../../src/db/locks.ts';
import type { Migration } from '../../src/db/migrate.ts';
import { applyMigrations, readMigrations } from '../../src/db/migrate.ts';
import { closeAfterFilling, openForFilling, replaceUnusedSchema } from '../../src/db/refill.ts';
import { Fault, UserError } from '../../src/errors.ts';
import type { Manifest, TableFile } from './backup.ts';
import { BACKUP_FORMAT, MANIFEST } from './backup.ts';

/**
 * Brings back the backup in `dir`.
 * @param lagSeconds the longest that a document may stay out of an ERP's extracts
 * @throws UserError for a folder that is no whole backup, or a database that is not empty
 */
export async function restore(db: Database, dir: string, lagSeconds = 0): Promise<Manifest> {
  const folder = resolve(dir);
  const manifest = readManifest(folder);
  const migrations = await readMigrations();
  const itsOwn = migrationsOf(manifest, migrations);
  for (const table of manifest.tables) await requireWhole(folder, table);
  await transaction(db, async (client) => {
    await lock(client, 'MIGRATE');
    const tables = await replaceUnusedSchema(client, itsOwn);
    await openForFilling(client, tables);
    for (const table of tables) await fill(client, table, manifest, folder);
    await closeAfterFilling(client, tables, manifest.sequences);
    await applyMigrations(client, migrations);
    await endAllSessions(client);
    await markRestored(client, manifest.takenAt, lagSeconds);
    await grantRoles(client);
  });
  await db.pool.query('analyze');
  return manifest;
}

function readManifest(folder: string): Manifest {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) {
    throw new UserError({ where: folder, what: 'not a backup', expected: `a file ${MANIFEST} in it` });
  }
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  if ((manifest.format as string) !== BACKUP_FORMAT) {
    throw new UserError({
      where: file,
      what: 'a backup of an unknown format',
      expected: BACKUP_FORMAT,
      found: String(manifest.format),
    });
  }
  return manifest;
}

/** The migrations that had made the schema of the backup. */
function migrationsOf(manifest: Manifest, known: readonly Migration[]): Migration[] {
  return manifest.migrations.map((row) => {
    const ours = known.find((migration) => migration.name === row.name);
    if (ours?.checksum === row.checksum) return ours;
    throw new UserError({
      where: 'restore',
      what: ours === undefined ? 'the backup is of a newer version' : `the backup knows another ${row.name}`,
      expected: ours === undefined ? (known.at(-1)?.name ?? '') : `sha256 ${ours.checksum}`,
      found: ours === undefined ? row.name : `sha256 ${row.checksum}`,
      todo: 'restore it with the version of tieout that made it, or a later one',
    });
  });
}

async function requireWhole(folder: string, table: TableFile): Promise<void> {
  const file = join(folder, `${table.name}.copy`);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw new UserError({
      where: file,
      what: 'a file of the backup cannot be read',
      found: (error as Error).message,
    });
  }
  const found = hash.digest('hex');
  if (found === table.sha256) return;
  throw new UserError({
    where: file,
    what: 'this file of the backup was changed or cut',
    expected: `sha256 ${table.sha256}, ${table.bytes} bytes`,
    found: `sha256 ${found}`,
    todo: 'take another copy of the backup',
  });
}

async function fill(
  client: pg.ClientBase,
  table: TableContents,
  manifest: Manifest,
  folder: string,
): Promise<void> {
  const saved = manifest.tables.find((file) => file.name === table.name);
  if (saved === undefined) throw new Fault(`the backup lacks the table ${table.name}`);
  // Column names come from the catalog; the backup only says in which order it wrote them.
  const columns = saved.columns.filter((column) => table.columns.includes(column)).map(quoted);
  if (columns.length !== saved.columns.length || columns.length !== table.columns.length) {
    throw new Fault(`the backup knows other columns of the table ${table.name}`);
  }
  const rows = createReadStream(join(folder, `${table.name}.copy`)) as AsyncIterable<Buffer>;
  const copied = await copyIn(client, `tieout.${table.name}(${columns.join(', ')})`, rows);
  if (copied !== saved.rows) throw new Fault(`${table.name}: ${copied} rows of ${saved.rows} came back`);
}
