// The worker's pages for machines: alive, ready, metrics; on 127.0.0.1 only, without a framework. They take no body.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { UserError } from '../errors.ts';
import { inboxState } from '../../jobs/inboxes.ts';
import { halfRead } from '../db/intake/quarantine.ts';
import { fewOf } from '../fewOf.ts';
import { metricsText } from './metrics.ts';

export interface HealthOptions {
  /** 0: any free port. */
  port: number;
  config: Config;
  /** Undefined while there is none. */
  db: () => Database | undefined;
  clock: () => number;
  /** What does not work, in words; none: ready. */
  failing: () => readonly string[];
  /** Their names, for the metrics. */
  failingParts: () => readonly string[];
  /** Milliseconds since 1970 of the ticker's last tick. */
  lastTick: () => number;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

const STALE_MS = 60_000;
const MAX_AT_ONCE = 4;
/** A database that swallows questions may not take the pages with it. */
const PAGE_MS = 5_000;

export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  let busy = 0;
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
    (request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      if (request.method !== 'GET') return answer(response, 405, 'GET only\n');
      if (
        Number(request.headers['content-length'] ?? 0) > 0 ||
        request.headers['transfer-encoding'] !== undefined
      ) {
        return answer(response, 413, 'no body is taken\n');
      }
      // Alive is asked of the process alone: it has an answer however busy the database is.
      if (path === '/livez') return alive(response, options);
      if (busy >= MAX_AT_ONCE) {
        response.setHeader('retry-after', '1');
        return answer(response, 429, 'busy\n');
      }
      busy += 1;
      Promise.race([page(options, path), givenUp()])
        .then(
          ({ status, text }) => answer(response, status, text),
          () => answer(response, 503, 'the database does not answer\n'),
        )
        .finally(() => (busy -= 1));
    },
  );
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portRefused(options.port, error)));
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port that another process holds, or that this user may not take, is for a person to change. */
function portRefused(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  return new UserError({
    where: 'TIEOUT_HTTP_PORT',
    what: 'the port for the health pages cannot be taken',
    expected: 'a free port, or 0 for any',
    found: `${port}: ${error.code === 'EACCES' ? 'not allowed' : 'in use by another process'}`,
  });
}

function alive(response: ServerResponse, { lastTick }: HealthOptions): void {
  const ticks = Date.now() - lastTick() < STALE_MS;
  answer(response, ticks ? 200 : 503, ticks ? 'ok\n' : 'the ticker stands still\n');
}

function givenUp(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${PAGE_MS} ms`)), PAGE_MS).unref();
  });
}

async function page(options: HealthOptions, path: string): Promise<{ status: number; text: string }> {
  const db = options.db();
  if (path === '/readyz') {
    const failing = options.failing();
    if (failing.length > 0) return { status: 503, text: `not ready\n${failing.join('\n')}\n` };
    if (db === undefined) return { status: 503, text: 'the database does not answer\n' };
    await db.pool.query('select 1');
    // Told, not counted as unready: the worker works, and one sender's file must not take it out of service.
    return {
      status: 200,
      text: ['ok', ...(await filesInWords(db, options.config))].map((one) => `${one}\n`).join(''),
    };
  }
  if (path === '/metrics') {
    if (db === undefined) return { status: 503, text: 'the database does not answer\n' };
    return { status: 200, text: await metricsText({ ...options, db }) };
  }
  return { status: 404, text: '/livez /readyz /metrics\n' };
}

/** Files that wait for a person, a line each kind. */
async function filesInWords(db: Database, config: Config): Promise<string[]> {
  const { failed, withoutControl } = inboxState(config);
  const half = await halfRead(db.pool);
  const line = (what: string, paths: readonly string[]): string[] =>
    paths.length === 0 ? [] : [`${what}: ${fewOf(paths, 5)}`];
  return [
    ...line(
      'failed in the inbox',
      failed.map(({ path }) => path),
    ),
    ...line(
      'without the control file it needs',
      withoutControl.map(({ path }) => path),
    ),
    ...line(
      'half read, records wait in quarantine',
      half.map(({ path }) => path),
    ),
  ];
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(text);
}
