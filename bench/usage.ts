// What work costs: clock time, processor time of our process and of the whole server, write-ahead log, and what its tables
// grew by. Clock time says little on a machine that does other work; the others hardly depend on it.
import { readFileSync, readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

import type { Database } from '../src/db/connection.ts';
import { median } from './median.ts';

export interface Usage {
  seconds: number;
  /** Processor seconds of our process and of all processes of the server; NaN where there is no /proc to read. */
  cpuSeconds: number;
  /** Those of them that our own process took. */
  ownCpuSeconds: number;
  walBytes: number;
  /** Tables and indexes that are kept; neither work tables nor files of the server itself. */
  storedBytes: number;
}

/**
 * Does the work and says what it cost. The server writes its dirty pages first, or what a step logs would depend on when
 * the last checkpoint happened to be.
 */
export async function measured<T>(
  db: Database,
  work: () => Promise<T>,
): Promise<{ result: T; usage: Usage }> {
  await db.pool.query('checkpoint').catch(() => undefined); // not everybody may; then all figures do without
  const before = await reading(db);
  const start = performance.now();
  const cpuBefore = process.cpuUsage();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const after = await reading(db);
  const ownCpuSeconds = (user + system) / 1e6;
  const usage = {
    seconds,
    cpuSeconds: ownCpuSeconds + after.serverCpu - before.serverCpu,
    ownCpuSeconds,
    walBytes: after.wal - before.wal,
    storedBytes: after.stored - before.stored,
  };
  return { result, usage };
}

/** The median of each figure. */
export function medianUsage(usages: readonly Usage[]): Usage {
  const of = (pick: (usage: Usage) => number): number => median(usages.map(pick));
  return {
    seconds: of((usage) => usage.seconds),
    cpuSeconds: of((usage) => usage.cpuSeconds),
    ownCpuSeconds: of((usage) => usage.ownCpuSeconds),
    walBytes: of((usage) => usage.walBytes),
    storedBytes: of((usage) => usage.storedBytes),
  };
}

async function reading(db: Database): Promise<{ serverCpu: number; wal: number; stored: number }> {
  const { rows } = await db.pool.query<{ pid: number; wal: string; stored: string }>(
    `select pg_backend_pid() as pid, pg_current_wal_insert_lsn() - '0/0' as wal,
       (select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'm') and c.relpersistence = 'p' and n.nspname !~ '^pg_|^information_schema$') as stored`,
  );
  const { pid = 0, wal, stored } = rows[0] ?? {};
  return { serverCpu: serverCpuSeconds(pid), wal: Number(wal), stored: Number(stored) };
}

/**
 * Processor seconds of a server since it started: of its first process, of all processes that this one started, and of
 * those that ended already.
 * @param backend process of any connection to it
 */
export function serverCpuSeconds(backend: number): number {
  const postmaster = processTimes(String(backend))?.parent;
  if (postmaster === undefined) return Number.NaN;
  // A process that ends while we read would count twice or not at all; then the first one's account of the ended changed.
  for (;;) {
    const before = processTimes(postmaster);
    const living = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(processTimes)
      .filter((times) => times?.parent === postmaster);
    const after = processTimes(postmaster);
    if (before === undefined || after === undefined) return Number.NaN;
    if (before.ended !== after.ended) continue;
    return after.own + after.ended + living.reduce((sum, times) => sum + (times?.own ?? 0), 0);
  }
}

/** What Linux calls USER_HZ: 100 on every processor that Node runs on. */
const TICKS_A_SECOND = 100;

interface ProcessTimes {
  parent: string;
  /** Seconds of itself. */
  own: number;
  /** Seconds of its children that ended. */
  ended: number;
}

/** From /proc/PID/stat; undefined where there is no such process, or no /proc. */
function processTimes(pid: string): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in brackets and may hold blanks and brackets itself; what follows the last one are state, parent, ...
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (first: number): number =>
    (Number(fields[first]) + Number(fields[first + 1])) / TICKS_A_SECOND;
  return { parent: fields[1] ?? '', own: seconds(11), ended: seconds(13) };
}
