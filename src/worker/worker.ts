// The long-running service. node-cron only ticks (it loses slots at daylight-saving changes); every tick looks at the inbox
// folders and at each schedule, one thing at a time. A lost database is opened again with growing pauses.
import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import cron from 'node-cron';
import { configuredErps } from '../../jobs/posting/configuredErps.ts';
import { companyDays } from '../config/companyDays.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { openDatabase } from '../db/connection.ts';
import { endConnections } from '../db/endConnections.ts';
import type { CompanyDays } from '../db/posting/companyDay.ts';
import { readProject } from '../db/project.ts';
import { releaseSlotsOf } from '../db/slots/moveSlot.ts';
import type { ErpPoster, Project } from '../erp/contract.ts';
import { Fault } from '../errors.ts';
import { type Log, openLog } from '../log/logger.ts';
import { scrubber } from '../log/scrub.ts';
import { type Server, startServer } from '../server/server.ts';
import { writeAuditHeads } from './auditHeads.ts';
import type { WorkContext } from './context.ts';
import { emptyInboxes, newWatch } from './inbox.ts';
import { doParts, Failing } from './parts.ts';
import { openWithRetry, type Opening } from './openWithRetry.ts';
import { keepReading } from './reading.ts';
import { workOn } from './schedule.ts';
import { keepSending, type SendingOptions } from './sending.ts';

export interface WorkerOptions {
  config: Config;
  secrets: readonly string[];
  /** Opens the database with its schema ready; called again when it was lost. */
  open: (applicationName: string, statementTimeoutMs?: number) => Promise<Database>;
  clock: () => number;
  httpPort: number;
  /** The word to stop while it still waits for the database; later `Worker.stop` is. */
  stop?: AbortSignal;
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

/**
 * Starts it: the pages answer from the first moment, work begins when the database answers.
 * @returns undefined where `stop` came before that
 */
export async function startWorker(options: WorkerOptions): Promise<Worker | undefined> {
  const { config, open } = options;
  const name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const log = logOf(options);
  const stopping = new AbortController();
  const { signal: stop } = stopping;
  options.stop?.addEventListener('abort', () => stopping.abort());
  if (options.stop?.aborted === true) stopping.abort();
  const erps = options.erps ?? configuredErps(config);
  const state: State = {
    db: undefined,
    url: '',
    project: { id: '', epoch: 0 },
    tickedAt: Date.now(),
    headsAt: 0,
    chainsHold: true,
    failing: new Failing(),
  };
  const server = await startServer({
    port: options.httpPort,
    name,
    log,
    open,
    config,
    clock: options.clock,
    failing: () => (stop.aborted ? ['the worker stops'] : state.failing.words),
    failingParts: () => state.failing.names,
    lastTick: () => state.tickedAt,
  });
  log.info('worker starts', { worker: name, port: server.port });
  const opening = { open: options.open, worker: name, log, stop };
  const look = looking(options, erps, state, opening);
  let current: Promise<void> | undefined;
  const tick = async (): Promise<void> => {
    state.tickedAt = Date.now();
    if (current !== undefined || stop.aborted || state.url === '') return;
    current = look();
    await current;
    current = undefined;
  };
  const ticker = cron.schedule(`*/${options.tickSeconds ?? 5} * * * * *`, tick, {
    suppressMissedWarning: true,
  });
  // Else the ticker and the pages would keep a worker alive that can do nothing.
  const endUnopened = (): Promise<unknown> => Promise.all([ticker.destroy(), server.close()]);
  const opened = await openAsProject(opening, endUnopened);
  if (opened === undefined) {
    log.info('worker stopped', { worker: name, why: 'asked to, before the database answered' });
    return undefined;
  }
  const { db, project } = opened;
  Object.assign(state, { db, url: db.url, project });
  server.begin();
  const days = (): CompanyDays => companyDays(config, options.clock());
  const { failing } = state;
  const own = { open, erps, days, worker: name, project, failing, log, stop };
  const reading = keepReading({ ...own, config, clock: options.clock });
  const sending = Promise.all([keepSending({ ...own, ...options.sending }), reading]);
  const schedule = [...config.schedules.keys()].join(' ');
  log.info('worker started', { worker: name, port: server.port, schedule });
  return {
    name,
    port: server.port,
    async stop() {
      stopping.abort();
      await ticker.destroy();
      const work = (): Promise<unknown> => Promise.all([current, sending]);
      await stopWork({ current: work, db: state.db, url: state.url, options, name, log, server });
    },
  };
}

/** The database, and who we are in it from now on; undefined where the word to stop came first. `end`: run where it fails. */
async function openAsProject(
  opening: Opening,
  end: () => Promise<unknown>,
): Promise<{ db: Database; project: Project } | undefined> {
  try {
    const db = await openWithRetry(opening, 'start');
    if (db !== undefined) return { db, project: await readProject(db.pool) };
  } catch (error) {
    await end();
    throw error;
  }
  await end();
  return undefined;
}

function logOf({ config, secrets, write }: WorkerOptions): Log {
  return openLog({
    level: config.log.level,
    scrub: scrubber(secrets),
    runLog: join(config.dataDir, 'log', 'runs.ndjson'),
    ...(write === undefined ? {} : { write }),
  });
}

interface State {
  /** Undefined before it was opened and while it is lost. */
  db: Database | undefined;
  /** Where it was last; '' before it was opened. */
  url: string;
  /** Who the worker is since it opened it first. */
  project: Project;
  tickedAt: number;
  headsAt: number;
  chainsHold: boolean;
  failing: Failing;
}

/** What one tick does: audit heads by the hour, inbox folders, then every schedule until nothing is owed. Never throws. */
function looking(
  { config, clock, tickSeconds = 5, leaseMs = 60_000 }: WorkerOptions,
  erps: ReadonlyMap<string, ErpPoster>,
  state: State,
  opening: Opening,
): () => Promise<void> {
  const { worker, log, stop } = opening;
  const watched = newWatch();
  const watchedSinceMs = clock();
  const settleMs = 2 * tickSeconds * 1000;
  const work = async (db: Database): Promise<void> => {
    const { project } = state;
    const context: WorkContext = { config, db, project, log, worker, clock, erps, stop, settleMs, leaseMs };
    const heads = async (): Promise<void> => {
      if (Date.now() - state.headsAt >= HOUR_MS) {
        state.chainsHold = await writeAuditHeads(context);
        state.headsAt = Date.now();
      }
      // Not over with one line in the log: the worker is not ready until a person has looked.
      if (!state.chainsHold) throw new Fault('an audit chain no longer holds a row that was written down');
    };
    const folders = async (): Promise<void> => void (await emptyInboxes(context, watched));
    let worked = false;
    const schedules = [...config.schedules.values()].map((schedule) => ({
      name: `schedule ${schedule.name}`,
      work: async () => void ((await workOn(context, schedule, watchedSinceMs)) && (worked = true)),
    }));
    const files = [
      { name: 'audit heads', work: heads },
      { name: 'inbox folders', work: folders },
    ];
    await doParts(files, state.failing, opening, () => answers(db));
    do {
      worked = false;
      await doParts(schedules, state.failing, opening, () => answers(db));
    } while (worked);
  };
  return async () => {
    try {
      if (state.db !== undefined) return await work(state.db);
    } catch (error) {
      log.error('work failed', { worker, error });
      void state.db?.close().catch(() => undefined); // broken connections may take their time to notice
      state.db = undefined;
    }
    const db = await openWithRetry(opening, 'later');
    if (db === undefined) return;
    Object.assign(state, { db, url: db.url });
    log.info('the database answers again', { worker });
  };
}

const answers = (db: Database): Promise<boolean> =>
  db.pool.query('select 1').then(
    () => true,
    () => false,
  );

interface Stopping {
  current: () => Promise<unknown>;
  db: Database | undefined;
  url: string;
  options: WorkerOptions;
  name: string;
  log: Log;
  server: Server;
}

async function stopWork({ current, db, url, options, name, log, server }: Stopping): Promise<void> {
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
    const abandoned = abandon(options, name, url);
    await within(abandoned, ABANDON_MS);
    await within(current(), ABANDON_MS / 2);
  }
  await within(Promise.all([server.close(), db?.close()]), CLOSE_MS);
  log.info('worker stopped', { worker: name });
}

/** From a connection of its own, since all others may be busy. */
async function abandon(options: WorkerOptions, name: string, url: string): Promise<void> {
  const own = await openDatabase({
    dataDir: options.config.dataDir,
    url,
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
