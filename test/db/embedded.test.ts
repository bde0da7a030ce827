// The embedded server as people meet it: shared by processes, killed, left behind, in wrong places.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';

import type { Database } from '../../src/db/connection.ts';
import { openDatabase } from '../../src/db/connection.ts';
import { makeLinks } from '../../src/db/serverBinaries.ts';
import { SERVER_SETTINGS } from '../../src/db/serverSettings.ts';
import { UserError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-embedded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dir = (name: string): string => join(folder, name);
const open = (name: string): Promise<Database> => openDatabase({ dataDir: dir(name), maxConnections: 2 });
const pidFile = (name: string): string => join(dir(name), 'pg', 'data', 'postmaster.pid');
const serverPid = (name: string): number => Number(readFileSync(pidFile(name), 'utf8').split('\n')[0]);
const portOf = (db: Database): string => new URL(db.url).port;

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((done) => setTimeout(done, 25));
}

describe('one server, many processes', () => {
  test('five at once on a fresh folder share one server; the last one out stops it', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => open('shared')));
    expect(new Set(all.map(portOf)).size).toBe(1);
    const [first, ...others] = all;
    for (const other of others) await other.close();
    expect((await first?.pool.query('select 1 as one'))?.rows).toEqual([{ one: 1 }]);
    expect(existsSync(pidFile('shared'))).toBe(true);
    await first?.close();
    expect(existsSync(pidFile('shared'))).toBe(false);
  });

  test('a process that vanished does not count: the next one out stops the server', async () => {
    const gone = await open('shared');
    const stays = await open('shared');
    const admin = new pg.Client({ connectionString: stays.url });
    await admin.connect();
    // What the server sees of a kill -9: the process's connections are gone, and nobody said goodbye.
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tieout%'
        and pid <> (select max(pid) from pg_stat_activity where application_name = 'tieout presence')`,
    );
    await admin.end();
    await stays.close();
    await gone.close();
    expect(existsSync(pidFile('shared'))).toBe(false);
  });

  test('it listens on this machine only, wants a password, and its files are closed to others', async () => {
    const db = await open('shared');
    const listens = await db.pool.query(`select name, setting from pg_settings where name = any($1)`, [
      ['listen_addresses', 'fsync', 'jit', 'full_page_writes', 'synchronous_commit'],
    ]);
    for (const { name, setting } of listens.rows as { name: string; setting: string }[]) {
      expect([name, setting]).toEqual([name, SERVER_SETTINGS[name]]);
    }
    const wrong = new URL(db.url);
    wrong.password = 'guess';
    const intruder = new pg.Client({ connectionString: wrong.toString() });
    await expect(intruder.connect()).rejects.toThrow('password authentication failed');
    expect(statSync(join(dir('shared'), 'pg', 'password')).mode & 0o077).toBe(0);
    expect(statSync(join(dir('shared'), 'pg', 'data')).mode & 0o077).toBe(0);
    await db.close();
  });
});

describe('after accidents', () => {
  test('the server crashes: what was committed is there again', async () => {
    const before = await open('killed');
    await before.pool.query('create table public.kept (id int); insert into public.kept values (1)');
    process.kill(serverPid('killed'), 'SIGQUIT'); // no checkpoint, no goodbye: PostgreSQL's own crash
    await until(() => !existsSync(pidFile('killed')));
    await expect(before.pool.query('select 1')).rejects.toThrow(/terminat|ECONNREFUSED|connection/i);
    await before.close();
    const after = await open('killed');
    expect((await after.pool.query('select id from public.kept')).rows).toEqual([{ id: 1 }]);
    await after.close();
  });

  test('only its first process is killed: the next start waits until the others are gone', async () => {
    const before = await open('killed');
    process.kill(serverPid('killed'), 'SIGKILL');
    const opening = open('killed');
    await before.close();
    const after = await opening;
    expect((await after.pool.query('select id from public.kept')).rows).toEqual([{ id: 1 }]);
    await after.close();
    expect(existsSync(pidFile('killed'))).toBe(false);
  });

  test('a stale pid file whose number now belongs to someone else is seen through', async () => {
    const stale = readStale('killed');
    writeFileSync(pidFile('killed'), stale, { mode: 0o600 });
    const db = await open('killed');
    expect(serverPid('killed')).not.toBe(process.pid);
    await db.close();
    await until(() => !existsSync(pidFile('killed')));
  });

  function readStale(name: string): string {
    return [process.pid, join(dir(name), 'pg', 'data'), '1700000000', '5', '', '127.0.0.1', '', 'ready'].join(
      '\n',
    );
  }

  test('a start lock and a half-made folder that a kill left behind do not stop the next start', async () => {
    mkdirSync(join(dir('half'), 'pg', 'data.new'), { recursive: true });
    writeFileSync(join(dir('half'), 'pg', 'data.new', 'PG_VERSION'), '18');
    writeFileSync(join(dir('half'), 'pg', 'start.lock'), '999999999');
    const db = await open('half');
    await db.close();
    expect(existsSync(join(dir('half'), 'pg', 'data.new'))).toBe(false);
  });
});

describe('wrong places', () => {
  test('a data folder of another major version is refused, with the way to move it', async () => {
    mkdirSync(join(dir('old'), 'pg', 'data'), { recursive: true });
    writeFileSync(join(dir('old'), 'pg', 'data', 'PG_VERSION'), '15\n');
    const opening = open('old');
    await expect(opening).rejects.toBeInstanceOf(UserError);
    await expect(opening).rejects.toThrow(
      /expected: PostgreSQL 18\n {2}found: {4}PostgreSQL 15\n {2}to do: .*backup DIR/,
    );
  });

  // Only root can own a folder of somebody else: skipped for all others.
  test.runIf(process.getuid?.() === 0)('a data folder that root copied says whose it has to be', async () => {
    mkdirSync(join(dir('copied'), 'pg', 'data'), { recursive: true });
    writeFileSync(join(dir('copied'), 'pg', 'data', 'PG_VERSION'), '18\n');
    await expect(open('copied')).rejects.toThrow(
      /found: {4}user 0, as after a copy by root\n {2}to do: .*chown -R \d+:\d+ /,
    );
  });

  test('a folder that cannot be made is named', async () => {
    writeFileSync(dir('file'), '');
    const opening = openDatabase({ dataDir: join(dir('file'), 'data') });
    await expect(opening).rejects.toBeInstanceOf(UserError);
    await expect(opening).rejects.toThrow('cannot be made');
  });

  test('a lost password file is named', async () => {
    const db = await open('lost');
    await db.close();
    rmSync(join(dir('lost'), 'pg', 'password'));
    await expect(open('lost')).rejects.toThrow(
      /pg\/password: the password of the embedded database cannot be read/,
    );
  });
});

test('links that npm --ignore-scripts left out are made, once', () => {
  const root = dir('package');
  mkdirSync(join(root, 'native', 'lib'), { recursive: true });
  writeFileSync(join(root, 'native', 'lib', 'liba.so.1.2'), '');
  const links = [{ source: 'native/lib/liba.so.1.2', target: 'native/lib/liba.so' }];
  writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  makeLinks(root);
  makeLinks(root);
  expect(readlinkSync(join(root, 'native', 'lib', 'liba.so'))).toBe('liba.so.1.2');
});
