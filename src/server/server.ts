// The program's HTTP: events in, what became of them, pages for machines. One server, started by the worker and by `serve`
// alone. Everything is asked before a body is read: the name it was sent to, the media type, room, the key.
import type { ServerOptions, Shared } from './shared.ts';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';

import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { EventIntake } from '../../jobs/intake/takeEvents.ts';
import { KeptRulebook } from '../../jobs/reports/keptRulebook.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { UserError } from '../errors.ts';
import type { Log } from '../log/logger.ts';
import { consoleRoutes } from './console/console.ts';
import { contractRoutes } from './contractRoutes.ts';
import { eventRoutes } from './events.ts';
import { Gatherer } from './gather.ts';
import { hostOf, isLocal } from './hosts.ts';
import { InFlight } from './inFlight.ts';
import { isAway, KeptDatabase } from './keptDatabase.ts';
import { Keyring, requireScope } from './keyring.ts';
import type { Sender } from './keyring.ts';
import { lookupRoutes } from './lookups.ts';
import { pageRoutes } from './pages.ts';
import { webhookRoutes } from './webhooks.ts';
import { away, Problem, PROBLEM_TYPE, problemText } from './problem.ts';

export interface Server {
  readonly port: number;
  /** Opens the database; until then everything that needs it is answered with 503. */
  begin(): void;
  /** What is being answered may finish for some seconds. */
  close(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where the route needs a scope; undefined for a local request that needs none. */
    sender?: Sender;
  }
  interface FastifyContextConfig {
    /** What a key must be good for; `read unless local`: this machine needs none; `signed`: the body proves itself; `session`: the
     * console's own, by cookie. */
    scope?: 'events' | 'read' | 'read unless local' | 'signed' | 'session';
    /** Called before the body is read; throws a Problem. */
    before?: (request: FastifyRequest) => void;
  }
}

const MOST_BYTES = 5_000_000;
const REQUEST_MS = 30_000;
const CLOSE_MS = 5_000;

export async function startServer(options: ServerOptions): Promise<Server> {
  const { config, log } = options;
  const kept = new KeptDatabase({ open: options.open, name: options.name, log });
  const database = (): Database => {
    if (kept.db === undefined) throw away('the database does not answer');
    return kept.db;
  };
  const rulebook = new KeptRulebook(config);
  const intake = new EventIntake(config, rulebook, options.clock, options.crash);
  const gatherer = new Gatherer((messages, actor) =>
    intake.take(database(), messages, actor, 'POST /v1/events'),
  );
  const app = makeApp(config);
  app.setErrorHandler((error, request, reply) => {
    if (kept.db !== undefined && !(error instanceof Problem)) void kept.look(kept.db);
    return refuse(error as Error, request, reply, log);
  });
  guard(app, options, database);
  const shared: Shared = { options, database, intake, gatherer };
  eventRoutes(app, shared);
  webhookRoutes(app, shared);
  lookupRoutes(app, shared);
  pageRoutes(app, shared);
  contractRoutes(app);
  consoleRoutes(app, shared, rulebook);
  const port = await listen(app, options.port, config.http.host);
  return {
    port,
    begin: () => kept.begin(),
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
      await app.close();
      clearTimeout(cut);
      await kept.close();
    },
  };
}

function makeApp({ http: { tls } }: Config): FastifyInstance {
  const app = fastify({
    bodyLimit: MOST_BYTES,
    requestTimeout: REQUEST_MS,
    connectionTimeout: 2 * REQUEST_MS,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    http: { headersTimeout: 10_000, maxHeaderSize: 16_384 },
    clientErrorHandler(error, socket) {
      const [status, detail] = clientError(error.code);
      if (!socket.writable) return void socket.destroy();
      const text = problemText(status, { detail });
      const head = `HTTP/1.1 ${status} Refused\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n`;
      socket.end(head + text);
    },
    ...(tls === undefined ? {} : { https: { ...tlsOf(tls), minVersion: 'TLSv1.2' as const } }),
  }) as unknown as FastifyInstance;
  app.server.maxConnections = 1_024;
  // Raw bytes: signatures and hashes need them, and a parsed amount has lost its digits.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((request) => {
    const url = request.url.split('?')[0]!;
    const allowed = (['GET', 'POST'] as const).filter((method) => app.hasRoute({ method, url }));
    if (allowed.length === 0) throw new Problem(404, { detail: `there is nothing at ${url}` });
    const expected = allowed.join(' or ');
    throw new Problem(
      405,
      { detail: `${url} takes ${expected}`, expected, found: request.method },
      { allow: allowed.join(', ') },
    );
  });
  return app;
}

function tlsOf({ cert, key }: { cert: string; key: string }): { cert: Buffer; key: Buffer } {
  const read = (where: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new UserError({ where, what: 'cannot be read', found: (error as Error).message });
    }
  };
  return { cert: read('http.cert', cert), key: read('http.key', key) };
}

function clientError(code: string): [number, string] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'the headers are longer than 16384 bytes'];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'the request did not arrive in time'];
  return [400, `this is not HTTP/1.1 as it should be (${code})`];
}

/** What every request has to pass before its body is read. */
function guard(app: FastifyInstance, options: ServerOptions, database: () => Database): void {
  const keyring = new Keyring(options.clock);
  const inFlight = new InFlight(options.mostInFlight);
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    const host = hostOf(raw);
    if (host === undefined || !options.config.http.hosts.includes(host)) throw foreignHost(host);
    const declared = Number(
      raw.headers['content-length'] ?? (raw.headers['transfer-encoding'] === undefined ? 0 : MOST_BYTES),
    );
    if (request.method === 'GET' && declared > 0) throw new Problem(413, { detail: 'no body is taken here' });
    if (declared > MOST_BYTES)
      throw new Problem(413, {
        detail: `the body is larger than ${MOST_BYTES} bytes`,
        expected: `at most ${MOST_BYTES} bytes`,
        found: `${declared}`,
      });
    const { scope, before } = request.routeOptions.config;
    before?.(request);
    if (scope === undefined || (scope === 'read unless local' && isLocal(raw))) return;
    const leave = inFlight.enter(declared);
    if (leave === undefined)
      throw new Problem(429, { detail: 'too much is in work; come again' }, { 'retry-after': '1' });
    reply.raw.once('close', leave);
    if (scope === 'session') options.onPerson?.();
    if (scope === 'signed' || scope === 'session') return;
    request.sender = await keyring.prove(database(), raw.headers.authorization);
    requireScope(request.sender, scope === 'events' ? 'events' : 'read');
  });
}

function foreignHost(host: string | undefined): Problem {
  const expected = 'one of the names in http.hosts of tieout.yaml';
  const found = host === undefined ? 'no name, or several' : JSON.stringify(host);
  return new Problem(421, {
    detail: `host: expected ${expected}, found ${found}`,
    path: 'host',
    expected,
    found,
  });
}

function refuse(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500) log.error('a request failed', { path: request.url.split('?')[0], error });
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(PROBLEM_TYPE)
    .send(problemText(problem.status, problem.parts));
}

function problemOf(error: Error & { statusCode?: number }): Problem {
  if (error instanceof Problem) return error;
  if (isAway(error))
    return away('the database does not answer, or did not say in time what became of this; send it again');
  // A rulebook that does not hold: a person has to mend it, and the sender's events wait.
  if (error instanceof UserError) return away(`nothing is taken in now: ${error.parts.what}`);
  const status = error.statusCode ?? 500;
  if (status < 500) return new Problem(status, { detail: error.message });
  return new Problem(500, { detail: 'the request failed by a fault of the server; its log has the reason' });
}

async function listen(app: FastifyInstance, port: number, host: string): Promise<number> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    throw portRefused(port, host, error as NodeJS.ErrnoException);
  }
  return (app.server.address() as AddressInfo).port;
}

/** A port that another process holds, or that this user may not take, is for a person to change. */
function portRefused(port: number, host: string, error: NodeJS.ErrnoException): Error {
  const why = {
    EADDRINUSE: 'in use by another process',
    EACCES: 'not allowed',
    EADDRNOTAVAIL: 'not an address of this machine',
  };
  const found = why[error.code as keyof typeof why];
  if (found === undefined) return error;
  return new UserError({
    where: 'TIEOUT_HTTP_PORT, or http in tieout.yaml',
    what: 'the port cannot be taken',
    expected: 'a free port, or 0 for any',
    found: `${host}:${port}: ${found}`,
  });
}
