// The laboratory's PostgreSQL: the embedded server with its stated settings (fsync on), in a folder of its own, that can be
// killed whole. Killing only its first process would be no honest crash: a backend could go on and finish its commit.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { launchFor, makeFolder, serverAccount } from '../../src/db/serverAccount.ts';
import { findServerBinaries } from '../../src/db/serverBinaries.ts';
import { initialise, SERVER_USER, start, stop } from '../../src/db/serverProcess.ts';
import type { ServerPlace } from '../../src/db/serverProcess.ts';

export interface Server {
  /** Where it listens now; another port after each start. */
  port(): number;
  password: string;
  /** SIGKILL to every process of it at once. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServer(folder: string): Promise<Server> {
  const account = serverAccount();
  const binaries = findServerBinaries();
  const home = join(folder, 'pg');
  makeFolder(folder, 0o755);
  makeFolder(home, account === undefined ? 0o700 : 0o711);
  const launch = launchFor(account, [home, dirname(binaries.pgCtl)]);
  // Only the number of connections differs from what a user gets: the laboratory runs many workers.
  const changed = { max_connections: '200' };
  const place: ServerPlace = { home, data: join(home, 'data'), account, launch, binaries, changed };
  await initialise(place);
  let port = await start(place);
  return {
    port: () => port,
    password: readFileSync(join(home, 'password'), 'utf8').trim(),
    kill: () => killWhole(place.data),
    start: async () => void (port = await start(place)),
    stop: () => stop(place),
  };
}

async function killWhole(data: string): Promise<void> {
  const first = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  // Stopped first, so that it cannot start another backend while they are ended one by one.
  process.kill(first, 'SIGSTOP');
  const all = [...childrenOf(first), first];
  for (const pid of all) quietly(() => process.kill(pid, 'SIGKILL'));
  while (all.some(isRunning)) await sleep(10);
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

/** State and parent stand behind the program's name, which is in brackets and may hold anything. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}

const parentOf = (pid: number): number => Number(statOf(pid)[1] ?? '0');
const isRunning = (pid: number): boolean => !['', 'Z', 'X'].includes(statOf(pid)[0] ?? '');

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // It ended by itself meanwhile.
  }
}

export const USER = SERVER_USER;
