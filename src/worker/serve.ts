// The doors alone: console and HTTP without schedules, folders and sending. More than one process may serve one database.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { openLog } from '../log/logger.ts';
import { scrubber } from '../log/scrub.ts';
import { startServer } from '../server/server.ts';
import { openWithRetry } from './openWithRetry.ts';
import type { Worker, WorkerOptions } from './worker.ts';

/** @returns undefined where `stop` came before the database answered */
export async function startServing(
  options: Pick<WorkerOptions, 'config' | 'secrets' | 'open' | 'clock' | 'httpPort' | 'stop' | 'write'> & {
    /** Called at each request of a person in the console. */
    onPerson?: () => void;
  },
): Promise<Worker | undefined> {
  const { config, open, clock, write } = options;
  const name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const log = openLog({
    level: config.log.level,
    scrub: scrubber(options.secrets),
    runLog: join(config.dataDir, 'log', 'runs.ndjson'),
    ...(write === undefined ? {} : { write }),
  });
  const stopping = new AbortController();
  options.stop?.addEventListener('abort', () => stopping.abort());
  if (options.stop?.aborted === true) stopping.abort();
  const server = await startServer({
    config,
    port: options.httpPort,
    name,
    log,
    clock,
    open,
    failing: () => (stopping.signal.aborted ? ['the server stops'] : []),
    failingParts: () => [],
    lastTick: () => Date.now(),
    ...(options.onPerson === undefined ? {} : { onPerson: options.onPerson }),
  });
  log.info('server starts', { worker: name, port: server.port });
  const opening = { open, worker: name, log, stop: stopping.signal };
  const db = await openWithRetry(opening, 'start').catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  if (db === undefined) {
    await server.close();
    return undefined;
  }
  server.begin();
  log.info('server started', { worker: name, port: server.port });
  return {
    name,
    port: server.port,
    async stop() {
      stopping.abort();
      await server.close();
      await db.close();
      log.info('server stopped', { worker: name });
    },
  };
}
