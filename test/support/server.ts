// Once per test run: a server (DATABASE_URL, or an embedded one in a temporary folder without fsync) and on it one
// migrated template database, which every test clones in some 50 ms.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import type { TestProject } from 'vitest/node';

import { openDatabase } from '../../src/db/connection.ts';
import { joinEmbeddedServer } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { fastFolder } from './fastFolder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that tests make their databases on. */
    serverUrl: string;
    templateName: string;
    /** Prefix of every database of this run. */
    databasePrefix: string;
    /** `18.1`: what the server says of itself. */
    serverVersion: string;
  }
}

const UNSAFE_BUT_FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  // It may lie in memory.
  max_wal_size: '256MB',
};

const FOLDER = 'tieout-test-';

/** A folder that names this process as its owner; folders of runs that were killed are cleared away first. */
function ownFolder(): string {
  const root = fastFolder();
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(FOLDER)))
    clearAbandoned(join(root, name));
  const folder = mkdtempSync(join(root, FOLDER));
  writeFileSync(join(folder, 'owner'), String(process.pid));
  return folder;
}

function clearAbandoned(folder: string): void {
  const owner = join(folder, 'owner');
  if (!existsSync(owner) || isAlive(readFileSync(owner, 'utf8'))) return;
  const pidFile = join(folder, 'pg', 'data', 'postmaster.pid');
  const server = existsSync(pidFile) ? (readFileSync(pidFile, 'utf8').split('\n')[0] ?? '') : '';
  if (server !== '' && isAlive(server)) process.kill(Number(server), 'SIGQUIT');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function isAlive(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

/** vitest's global setup: returns the teardown. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL'];
  const folder = given === undefined ? ownFolder() : undefined;
  const server =
    folder === undefined
      ? { url: given ?? '', leave: async () => {} }
      : await joinEmbeddedServer(folder, UNSAFE_BUT_FAST);
  const prefix = `tieout_t${process.pid}_${Date.now().toString(36)}`;
  const template = `${prefix}_template`;
  let version = '';
  await onServer(server.url, async (client) => {
    const shown = await client.query<{ server_version: string }>('show server_version');
    version = shown.rows[0]?.server_version ?? '';
    await client.query(
      `create database ${template} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
    );
  });
  const db = await openDatabase({ dataDir: '', url: databaseUrl(server.url, template) });
  await migrate(db);
  await db.close();
  project.provide('serverUrl', server.url);
  project.provide('templateName', template);
  project.provide('databasePrefix', prefix);
  project.provide('serverVersion', version);
  return async () => {
    const kept = await dropAllBut(server.url, prefix, template);
    await server.leave();
    if (folder === undefined) return;
    if (kept.length > 0)
      console.error(`databases of failed tests are kept under ${onDisk(folder)}: ${kept.join(', ')}`);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** A copy that no later run clears away, and that takes no memory. */
function onDisk(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'tieout-kept-'));
  rmSync(join(folder, 'owner'));
  execFileSync('cp', ['-a', `${folder}/.`, copy]); // with the owner and the modes that a server asks for
  return copy;
}

/** Drops the template; what is left belongs to tests that failed. */
async function dropAllBut(url: string, prefix: string, template: string): Promise<string[]> {
  let kept: string[] = [];
  await onServer(url, async (client) => {
    await client.query(`drop database if exists ${template} with (force)`);
    const left = await client.query<{ datname: string }>(
      'select datname from pg_database where datname like $1',
      [`${prefix}%`],
    );
    kept = left.rows.map((row) => row.datname);
  });
  return kept;
}

async function onServer(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
