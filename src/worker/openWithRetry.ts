// Opens the worker's database as often as it takes. At the start only what passes by itself is waited for: a folder that may
// not be read, a wrong password or a database that does not exist are told at once, and end the worker. Later everything is
// waited for, since a service that runs may not go away because somebody changes a password.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/connection.ts';
import type { Log } from '../log/logger.ts';

export interface Opening {
  open: (applicationName: string) => Promise<Database>;
  worker: string;
  log: Log;
  stop: AbortSignal;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A database that opens after the word to stop is closed again; it is not waited for longer. */
const LATE_MS = 3_000;

// File system: no permission, read-only, not a folder. PostgreSQL: who are you, no such database, no right.
const LASTING: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  '28000',
  '28P01',
  '3D000',
  '42501',
]);

/** The database; undefined where the worker was asked to stop meanwhile. */
export async function openWithRetry(
  { open, worker, log, stop }: Opening,
  when: 'start' | 'later',
): Promise<Database | undefined> {
  for (let pause = FIRST_PAUSE_MS; !stop.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await untilStop(open(worker), stop);
    } catch (error) {
      if (when === 'start' && lasts(error)) throw error;
      log.error('the database does not answer; will try again', { worker, ms: pause, error });
      await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return undefined;
}

/** True for what no waiting mends: a person has to change something. */
export function lasts(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'UserError') return true;
  return ('code' in error && LASTING.has(String(error.code))) || lasts(error.cause);
}

async function untilStop(opening: Promise<Database>, stop: AbortSignal): Promise<Database | undefined> {
  const stopped = new Promise<undefined>((resolve) => {
    if (stop.aborted) resolve(undefined);
    else stop.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const db = await Promise.race([opening, stopped]);
  if (db !== undefined && !stop.aborted) return db;
  const closed = opening.then((late) => late.close()).catch(() => undefined);
  await Promise.race([closed, sleep(LATE_MS, undefined, { ref: false })]);
  return undefined;
}
