// One process at a time starts or stops the embedded server of a folder. The lock is a file that names its holder, so a
// killed holder is recognised and its lock taken over.
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Fault, UserError } from '../errors.ts';

const WAIT_MS = 90_000;
/** No start or stop takes this long; guards against a number that the system gave to another process. */
const STALE_MS = 120_000;

/** Runs `work` while holding the lock of `folder`. */
export async function withStartLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, 'start.lock');
  const until = Date.now() + WAIT_MS;
  while (!take(file)) {
    if (abandoned(file)) rmSync(file, { force: true });
    else if (Date.now() > until)
      throw new Fault(`${file}: another process holds it for more than ${WAIT_MS / 1000} s`);
    else await sleep(20 + Math.floor(Math.random() * 30));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new UserError({
      where: file,
      what: 'the folder of the embedded database is not writable',
      found: (error as Error).message,
      todo: 'make it writable, or name another folder as dataDir in tieout.yaml, or set DATABASE_URL',
    });
  }
}

function abandoned(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (Date.now() - stat.mtimeMs > STALE_MS) return true;
  const holder = Number.parseInt(readFileSync(file, { encoding: 'utf8' }), 10);
  if (!Number.isInteger(holder)) return Date.now() - stat.mtimeMs > 1000; // killed between making and writing it
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
