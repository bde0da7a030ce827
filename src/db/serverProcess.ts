// Makes, starts and stops the embedded server's process with PostgreSQL's own `initdb` and `pg_ctl`. The server is no
// child of ours: it survives Ctrl-C and whoever started it, until the last process out stops it.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { Fault, UserError } from '../errors.ts';
import { freePort } from './ports.ts';
import type { Launch, ServerAccount } from './serverAccount.ts';
import { commandLine, makeFolder } from './serverAccount.ts';
import type { ServerBinaries } from './serverBinaries.ts';
import { serverOptions } from './serverSettings.ts';

export const SERVER_USER = 'tieout';
const TRIES = 5;
/** Above every limit of process numbers. */
const NO_PROCESS = '2147483646';
const execute = promisify(execFile);

export interface ServerPlace {
  /** dataDir/pg: the password, the start lock and the server's own folder. */
  home: string;
  /** What PostgreSQL calls its data directory. */
  data: string;
  account: ServerAccount | undefined;
  launch: Launch;
  binaries: ServerBinaries;
  /** Settings other than the stated ones. */
  changed: Readonly<Record<string, string>>;
}

/** Makes the data folder under another name first: a folder that a kill left half-made is never taken for a whole one. */
export async function initialise(place: ServerPlace): Promise<void> {
  const half = `${place.data}.new`;
  rmSync(half, { recursive: true, force: true });
  makeFolder(half, 0o700, place.account);
  const password = randomBytes(24).toString('base64url');
  const handedOver = join(place.home, 'password.new'); // initdb reads it as the server's account
  writeFileSync(handedOver, password, { mode: 0o600 });
  if (place.account !== undefined) chownSync(handedOver, place.account.uid, place.account.gid);
  const fsync = place.changed['fsync'] === 'off' ? ['--no-sync'] : [];
  await runServerProgram(place, place.binaries.initdb, [
    `--pgdata=${half}`,
    `--username=${SERVER_USER}`,
    `--pwfile=${handedOver}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale', // one order and one message language on every machine
    ...fsync,
  ]);
  if (place.account !== undefined) chownSync(handedOver, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  renameSync(handedOver, join(place.home, 'password'));
  renameSync(half, place.data);
}

/** The port of the server that runs on this data folder, from the file that PostgreSQL itself keeps; undefined: none. */
export function runningPort(place: ServerPlace): number | undefined {
  const file = join(place.data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  if (pid === undefined || port === undefined) return undefined;
  return servesFolder(pid.trim(), place.data) ? Number.parseInt(port, 10) : undefined;
}

/**
 * A pid file left by a kill or a power cut may carry a number that belongs to any process by now, and PostgreSQL would
 * refuse to start. The number is replaced, not the file removed: the file also tells PostgreSQL which shared memory to
 * check for backends that outlived their server.
 */
function disownStalePid(place: ServerPlace): void {
  const file = join(place.data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const [, ...rest] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [NO_PROCESS, ...rest].join('\n'));
}

/** Whether process `pid` is a server on this folder: its command line names it. */
function servesFolder(pid: string, data: string): boolean {
  try {
    process.kill(Number.parseInt(pid, 10), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  // Where the system has no /proc, PostgreSQL's own check of the number has to do.
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes(data);
}

/** Starts the server on a free port and waits until it answers. Returns the port. */
export async function start(place: ServerPlace): Promise<number> {
  const log = join(place.data, 'server.log');
  disownStalePid(place);
  rmSync(log, { force: true }); // one start's log is enough to explain that start
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      await runServerProgram(place, place.binaries.pgCtl, [
        'start',
        '--wait',
        '--timeout=60',
        '--silent',
        `--pgdata=${place.data}`,
        `--log=${log}`,
        `--options=${serverOptions(port, place.changed)}`,
      ]);
      return port;
    } catch (error) {
      const written = existsSync(log) ? readFileSync(log, 'utf8') : '';
      // Someone took the port between our look and the server's, or processes of a killed server are still ending.
      const passing = /could not bind|still in use/.test(written);
      if (passing && attempt < TRIES) {
        await sleep(attempt * 300);
        continue;
      }
      throw startFault(place, written, error);
    }
  }
}

/** Stops the server: open transactions are rolled back, everything committed is on disk. */
export async function stop(place: ServerPlace): Promise<void> {
  if (runningPort(place) === undefined) return;
  await runServerProgram(place, place.binaries.pgCtl, [
    'stop',
    '--mode=fast',
    '--wait',
    '--timeout=60',
    '--silent',
    `--pgdata=${place.data}`,
  ]);
}

function startFault(place: ServerPlace, log: string, cause: unknown): Error {
  const lines = log.split('\n').filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line));
  const found = lines.length > 0 ? lines.slice(-4).join('\n            ') : (cause as Error).message;
  if (/No space left on device/.test(log)) {
    return new UserError({
      where: place.data,
      what: 'the embedded database has no disk space',
      found,
      todo: 'free some',
    });
  }
  return new Fault(`the embedded database under ${place.data} does not start\n  found:    ${found}`, {
    cause,
  });
}

/** Runs one of the server's programs as its account, with nothing of our environment but what it needs: no secrets. */
async function runServerProgram(place: ServerPlace, program: string, args: readonly string[]): Promise<void> {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
  const [command = '', ...rest] = commandLine(place.launch, program, args);
  try {
    await execute(command, rest, { cwd: '/', env, ...place.launch.account, windowsHide: true });
  } catch (error) {
    const stderr = (error as { stderr?: string }).stderr?.trim() ?? '';
    throw new Fault(`${program} failed: ${stderr === '' ? (error as Error).message : stderr}`, {
      cause: error,
    });
  }
}
