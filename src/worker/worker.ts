// The long-running service. node-cron only ticks (it loses slots at daylight-saving changes); every tick looks at the inbox
// folders and at each schedule, one thing at a time. A lost database is opened again with growing pauses.
import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import cron from 'node-cron';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { openDatabase } from '../db/connection.ts';
import { endConnections } from '../db/endConnections.ts';
import { releaseSlotsOf } from '../db/slots/moveSlot.ts';
import type { ErpPoster } from '../erp/contract.ts';
import { erpOf } from '../erp/registry.ts';
import { type Log, openLog } from '../log/logger.ts';
import { scrubber } from '../log/scrub.ts';
import { type HealthServer, serveHealth } from '../server/health.ts';
import { writeAuditHeads } from './auditHeads.ts';
import type { WorkContext } from './context.ts';
import { emptyInboxes, newWatch } from './inbox.ts';
import { workOn } from './schedule.ts';
import { keepSending, type SendingOptions } from './sending.ts';

export interface WorkerOptions {
  config: Config;
  secrets: readonly string[];
  /** Opens the database with its schema ready; called again when it was lost. */
  open: (applicationName: string, statementTimeoutMs?: number) => Promise<Database>;
  clock: () => number;
  httpPort: number;
  /** Default 60 s: how long a killed worker holds its slot. */
  leaseMs?: number;
  /** Default 5 s. */
  tickSeconds?: number;
  /** Instead of those that the configuration names; for tests. */
  erps?: ReadonlyMap<string, ErpPoster>;
  /** What the crash laboratory sets of the sending machine. */
  sending?: SendingOptions;
  write?: (line: string) => void;
}

export interface Worker {
  readonly name: string;
  readonly port: number;
  /** Ends within 15 seconds: what is in work may finish for 8 of them, then its connections are closed. */
  stop(): Promise<void>;
}

const FINISH_MS = 8_000;
const ABANDON_MS = 3_000;
const CLOSE_MS = 2_500;
const HOUR_MS = 3_600_000;
const LONGEST_PAUSE_MS = 30_000;

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { config } = options;
  const name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const log = openLog({
    level: config.log.level,
    scrub: scrubber(options.secrets),
    runLog: join(config.dataDir, 'log', 'runs.ndjson'),
    ...(options.write === undefined ? {} : { write: options.write }),
  });
  const stopping = new AbortController();
  const erps = options.erps ?? new Map([...config.erps].map(([erp, setting]) => [erp, erpOf(setting)]));
  const state = {
    db: await openPatiently(options, name, log, stopping.signal),
    tickedAt: Date.now(),
    lost: false,
    headsAt: 0,
  };
  const context = (): WorkContext => ({
    config,
    db: state.db,
    log,
    worker: name,
    clock: options.clock,
    erps,
    stop: stopping.signal,
    settleMs: 2 * (options.tickSeconds ?? 5) * 1000,
    leaseMs: options.leaseMs ?? 60_000,
  });
  const look = looking(context, options, state);
  let current: Promise<void> | undefined;
  const tick = async (): Promise<void> => {
    state.tickedAt = Date.now();
    if (current !== undefined || stopping.signal.aborted) return;
    current = look().catch((error: unknown) => recover(options, name, log, stopping.signal, state, error));
    await current;
    current = undefined;
  };
  const server = await serveHealth({
    port: options.httpPort,
    db: () => state.db,
    config,
    clock: options.clock,
    ready: () => !state.lost && !stopping.signal.aborted,
    lastTick: () => state.tickedAt,
  }).catch(async (error: unknown) => {
    // Else the open database would keep a worker alive that serves nothing.
    await state.db.close();
    throw error;
  });
  const common = { erps, worker: name, log, stop: stopping.signal };
  const sending = keepSending({ open: options.open, ...common, ...options.sending });
  const ticker = cron.schedule(`*/${options.tickSeconds ?? 5} * * * * *`, tick, {
    suppressMissedWarning: true,
  });
  log.info('worker started', {
    worker: name,
    port: server.port,
    schedule: [...config.schedules.keys()].join(' '),
  });
  return {
    name,
    port: server.port,
    async stop() {
      stopping.abort();
      await ticker.destroy();
      const work = (): Promise<unknown> => Promise.all([current, sending]);
      await stopWork({ current: work, db: state.db, options, name, log, server });
    },
  };
}

/** What one tick does: audit heads by the hour, inbox folders, then every schedule until nothing is owed. */
function looking(
  context: () => WorkContext,
  { config, clock }: WorkerOptions,
  state: { headsAt: number },
): () => Promise<void> {
  const watched = newWatch();
  const watchedSinceMs = clock();
  return async () => {
    if (Date.now() - state.headsAt >= HOUR_MS) {
      await writeAuditHeads(context());
      state.headsAt = Date.now();
    }
    await emptyInboxes(context(), watched);
    let worked = true;
    while (worked && !context().stop.aborted) {
      worked = false;
      for (const schedule of config.schedules.values()) {
        if (!context().stop.aborted && (await workOn(context(), schedule, watchedSinceMs))) worked = true;
      }
    }
  };
}

interface Stopping {
  current: () => Promise<unknown>;
  db: Database;
  options: WorkerOptions;
  name: string;
  log: Log;
  server: HealthServer;
}

async function stopWork({ current, db, options, name, log, server }: Stopping): Promise<void> {
  log.info('worker stops', { worker: name });
  const within = (work: Promise<unknown>, ms: number): Promise<boolean> =>
    Promise.race([
      work.then(
        () => true,
        () => true,
      ),
      sleep(ms, false, { ref: false }),
    ]);
  if (!(await within(current(), FINISH_MS))) {
    log.warn('work is abandoned', { worker: name, why: `it did not end within ${FINISH_MS / 1000} s` });
    const abandoned = abandon(options, name, db);
    await within(abandoned, ABANDON_MS);
    await within(current(), ABANDON_MS / 2);
  }
  await within(Promise.all([server.close(), db.close()]), CLOSE_MS);
  log.info('worker stopped', { worker: name });
}

/** From a connection of its own, since all others may be busy. */
async function abandon(options: WorkerOptions, name: string, db: Database): Promise<void> {
  const own = await openDatabase({
    dataDir: options.config.dataDir,
    url: db.url,
    applicationName: `${name} stop`,
    maxConnections: 1,
  });
  try {
    await endConnections(own.pool, name);
    // Not left to the abandoned work: its pool may hand it a connection that was just ended, and the slot would then wait
    // out its lease.
    await releaseSlotsOf(own.pool, name);
  } finally {
    await own.close();
  }
}

async function openPatiently(
  options: WorkerOptions,
  name: string,
  log: Log,
  stop: AbortSignal,
): Promise<Database> {
  for (let pause = 1_000; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await options.open(name);
    } catch (error) {
      if (stop.aborted || (error instanceof Error && error.name === 'UserError')) throw error;
      log.error('the database does not answer; will try again', { worker: name, ms: pause, error });
      await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

/** After a fault: goes on where the database answers, else opens it anew. */
async function recover(
  options: WorkerOptions,
  name: string,
  log: Log,
  stop: AbortSignal,
  state: { db: Database; lost: boolean },
  fault: unknown,
): Promise<void> {
  if (stop.aborted) return;
  log.error('work failed', { worker: name, error: fault });
  try {
    await state.db.pool.query('select 1');
    return;
  } catch {
    state.lost = true;
  }
  void state.db.close().catch(() => undefined); // broken connections may take their time to notice
  try {
    state.db = await openPatiently(options, name, log, stop);
    state.lost = false;
    log.info('the database answers again', { worker: name });
  } catch (error) {
    log.error('the database cannot be opened', { worker: name, error });
  }
}
