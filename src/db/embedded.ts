// A real PostgreSQL under the data folder, for whoever has no server. Processes share it: the first starts it, others
// join, the last one out stops it. Who is in shows in the server itself (one connection each), so that a killed process
// needs no cleaning up.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import pg from 'pg';

import { Fault, UserError } from '../errors.ts';
import { launchFor, makeFolder, serverAccount } from './serverAccount.ts';
import { findServerBinaries } from './serverBinaries.ts';
import type { ServerPlace } from './serverProcess.ts';
import { initialise, runningPort, SERVER_USER, start, stop } from './serverProcess.ts';
import { withStartLock } from './startLock.ts';

const DATABASE = 'tieout';
const PRESENCE = 'tieout presence';
const CONNECT_MS = 30_000;

export interface EmbeddedServer {
  /** With the password; not to be logged. */
  readonly url: string;
  /** Leaves; stops the server when nobody else is in. */
  leave(): Promise<void>;
}

/**
 * Starts or joins the server under `dataDir/pg`. `changed` overrides stated settings (tests turn fsync off).
 * `UserError` for a wrong place, `Fault` when the server does not come up.
 */
export async function joinEmbeddedServer(
  dataDir: string,
  changed: Readonly<Record<string, string>> = {},
): Promise<EmbeddedServer> {
  const account = serverAccount();
  const binaries = findServerBinaries();
  const home = join(resolve(dataDir), 'pg');
  makeFolder(resolve(dataDir), 0o755);
  makeFolder(home, account === undefined ? 0o700 : 0o711);
  const launch = launchFor(account, [home, dirname(binaries.pgCtl)]);
  const place: ServerPlace = { home, data: join(home, 'data'), account, launch, binaries, changed };
  return withStartLock(home, async () => {
    if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(place);
    requireVersion(place);
    requireOwner(place);
    const password = readPassword(place);
    const { port, presence } = await connect(place, password);
    await createDatabase(presence);
    const url = `postgres://${SERVER_USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
    return { url, leave: () => leave(place, presence) };
  });
}

/** A server that recovers from a crash, or one that was killed a moment ago and still holds its port. */
const PASSING: ReadonlySet<string> = new Set(['57P03', 'ECONNRESET', 'ECONNREFUSED']);

/** Connects to the server that runs, or starts one; waits out what passes, and gives up on anything else. */
async function connect(place: ServerPlace, password: string): Promise<{ port: number; presence: pg.Client }> {
  const until = Date.now() + CONNECT_MS;
  for (;;) {
    const port = runningPort(place) ?? (await start(place));
    const presence = new pg.Client({
      host: '127.0.0.1',
      port,
      user: SERVER_USER,
      password,
      database: 'postgres',
      application_name: PRESENCE,
      keepAlive: true,
    });
    presence.on('error', () => {}); // noticed by the pool's queries; this connection only shows that we are here
    try {
      await presence.connect();
      return { port, presence };
    } catch (error) {
      if (PASSING.has((error as { code?: string }).code ?? '') && Date.now() < until) {
        await new Promise((done) => setTimeout(done, 100));
        continue;
      }
      throw new Fault(`the embedded database does not answer on port ${port}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

async function createDatabase(client: pg.Client): Promise<void> {
  const there = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
  if (there.rowCount === 0) await client.query(`create database ${DATABASE}`);
}

async function leave(place: ServerPlace, presence: pg.Client): Promise<void> {
  await withStartLock(place.home, async () => {
    let others = 1;
    try {
      const answer = await presence.query<{ others: number }>(
        `select count(*)::int as others from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()`,
        [PRESENCE],
      );
      others = answer.rows[0]?.others ?? 1;
    } catch {
      // The server is gone or was restarted under us: nothing of ours to stop.
    }
    await presence.end().catch(() => {});
    if (others === 0) await stop(place);
  });
}

function requireVersion(place: ServerPlace): void {
  const found = readFileSync(join(place.data, 'PG_VERSION'), 'utf8').trim();
  if (found === place.binaries.major) return;
  throw new UserError({
    where: place.data,
    what: 'this data folder was made by another major version of PostgreSQL',
    expected: `PostgreSQL ${place.binaries.major}`,
    found: `PostgreSQL ${found}`,
    todo:
      'with the version of tieout that made it: tieout backup DIR; then move this folder away and, ' +
      'with this version: tieout migrate and tieout restore DIR',
  });
}

/** A copy made by root belongs to root, and PostgreSQL's own words for that name a file that is not there. */
function requireOwner({ data, account }: ServerPlace): void {
  if (account === undefined) return;
  const { uid } = statSync(data);
  if (uid === account.uid) return;
  throw new UserError({
    where: data,
    what: 'this data folder belongs to another account than the one that runs the embedded database',
    expected: `user ${account.uid}`,
    found: `user ${uid}, as after a copy by root`,
    todo: `stop whatever runs on it, then: chown -R ${account.uid}:${account.gid} ${data}`,
  });
}

function readPassword(place: ServerPlace): string {
  const file = join(place.home, 'password');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UserError({
      where: file,
      what: 'the password of the embedded database cannot be read',
      found: (error as Error).message,
      todo: 'put the file back, or run as the user who made it',
    });
  }
}
