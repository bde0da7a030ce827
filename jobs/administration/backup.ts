// A copy of everything in one folder: each table as COPY text, all from one snapshot, and a manifest with their SHA-256.
// It is logical on purpose: it moves between machines, server versions, and the embedded and a real server.
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type pg from 'pg';

import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import type { SequenceState, TableContents } from '../../src/db/contents.ts';
import { listSequences, listTables } from '../../src/db/contents.ts';
import { copyOut } from '../../src/db/copyOut.ts';
import type { Recorded } from '../../src/db/migrate.ts';
import { recorded, requireSchema } from '../../src/db/migrate.ts';
import { snapshotTime } from '../../src/db/snapshot.ts';
import { UserError } from '../../src/errors.ts';
import { makeFolders } from '../../src/folders.ts';

export const MANIFEST = 'manifest.json';
export const BACKUP_FORMAT = 'tieout-backup-1';

export interface TableFile extends TableContents {
  rows: number;
  bytes: number;
  /** Of the file `NAME.copy`, in hex. */
  sha256: string;
}

export interface Manifest {
  format: typeof BACKUP_FORMAT;
  /** When the snapshot was taken, by the database's clock. */
  takenAt: string;
  migrations: Recorded[];
  tables: TableFile[];
  sequences: SequenceState[];
}

/** Writes the copy into `dir`, which must be new or empty. Never leaves half a backup under that name. */
export async function backup(db: Database, dir: string): Promise<Manifest> {
  await requireSchema(db);
  const target = resolve(dir);
  requireEmpty(target);
  const half = `${target}.partial`;
  makeFresh(half);
  const manifest = await transaction(db, async (client) => {
    const takenAt = await snapshotTime(client);
    const migrations = await recorded(client);
    const tables: TableFile[] = [];
    for (const table of await listTables(client)) tables.push(await writeTable(client, table, half));
    // Sequences stand outside snapshots. Read last, one that moved on skips numbers; read first, it could repeat them.
    const sequences = await listSequences(client);
    return { format: BACKUP_FORMAT, takenAt, migrations, tables, sequences } satisfies Manifest;
  });
  const file = await open(join(half, MANIFEST), 'w');
  await file.writeFile(`${JSON.stringify(manifest, null, 1)}\n`);
  await file.sync();
  await file.close();
  if (existsSync(target)) rmdirSync(target);
  renameSync(half, target);
  return manifest;
}

function requireEmpty(target: string): void {
  if (!existsSync(target) || readdirSync(target).length === 0) return;
  throw new UserError({
    where: target,
    what: 'the folder for the backup is not empty',
    expected: 'a new or empty folder',
    todo: 'name another one',
  });
}

function makeFresh(half: string): void {
  try {
    rmSync(half, { recursive: true, force: true });
    makeFolders(dirname(half));
    mkdirSync(half, { mode: 0o700 }); // it holds everything, amounts and names
  } catch (error) {
    throw new UserError({
      where: half,
      what: 'the folder for the backup cannot be made',
      found: (error as Error).message,
      todo: 'name another one',
    });
  }
}

async function writeTable(client: pg.ClientBase, table: TableContents, folder: string): Promise<TableFile> {
  const hash = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
      done(null, chunk);
    },
  });
  const file = createWriteStream(join(folder, `${table.name}.copy`), { flags: 'wx', flush: true });
  await pipeline(copyOut(client, table), count, file);
  return { ...table, rows, bytes, sha256: hash.digest('hex') };
}
