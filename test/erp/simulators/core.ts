// The frame of every simulated ERP: a server in its own process with a durable store, fault switches, and an admin
// address. A simulator is a function from request to answer; whether and when its commit happens is decided here.
//
//   node <name>.js --store FILE [--port N]      prints {"port":N} when it listens
//
// Admin: POST /_admin/faults {next, rate, kinds, seed, hangMs, lookLagMs}; POST /_admin/periods {"2026-02":"closed"};
// GET /_admin/documents.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { FaultPlan, type FaultKind, type Reply, type Switches } from './faults.ts';
import { Store, type StoredDocument } from './store.ts';

export interface SimRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What a simulator wants to happen. `commit` makes it a booking request, which faults apply to. */
export interface Plan {
  /** Books, durably; may still refuse, as a database does at the end. */
  commit?: () => Reply | undefined;
  /** The answer after the commit; `wrong` = it is to name another document. */
  reply: (wrong: boolean) => Reply;
  /** How this ERP says "I have that key already". */
  duplicate?: () => Reply;
  /** How this ERP refuses. */
  refusal?: () => Reply;
}

export interface Simulator {
  /** What is asked of it; state changes go into `commit`. */
  handle(request: SimRequest, erp: Erp): Plan;
}

/** What a simulator has at hand. */
export class Erp {
  readonly store: Store;
  readonly faults = new FaultPlan();
  readonly periods = new Map<string, string>();

  constructor(store: Store) {
    this.store = store;
  }

  /** Posted documents that looks and reads can see by now. */
  visible(): StoredDocument[] {
    const since = Date.now() - this.faults.switches.lookLagMs;
    return [...this.store.documents.values()].filter(
      (document) => document.posted && document.postedAt <= since,
    );
  }

  isClosed(day: string): boolean {
    return this.periods.get(day.slice(0, 7)) === 'closed';
  }
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** Answers without booking anything. */
export function answer(reply: Reply): Plan {
  return { reply: () => reply };
}

/** Runs a simulator until it is ended from outside. */
export function runSimulator(simulator: Simulator, closedPeriods: readonly string[]): void {
  const { values } = parseArgs({
    options: { store: { type: 'string' }, port: { type: 'string', default: '0' } },
  });
  if (values.store === undefined) throw new Error('--store FILE is missing');
  const erp = new Erp(new Store(values.store));
  for (const period of closedPeriods) erp.periods.set(period, 'closed');
  const server = createServer((request, response) => {
    void serve(simulator, erp, request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  server.keepAliveTimeout = 30_000;
  server.listen(Number(values.port), '127.0.0.1', () => {
    process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
  });
}

async function serve(
  simulator: Simulator,
  erp: Erp,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://simulator');
  const asked: SimRequest = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
  if (asked.path.startsWith('/_admin/')) return send(response, admin(asked, erp));
  const plan = simulator.handle(asked, erp);
  const fault = plan.commit === undefined ? undefined : erp.faults.draw();
  await answerWith(fault, plan, erp, response);
}

function admin(asked: SimRequest, erp: Erp): Reply {
  if (asked.path === '/_admin/faults') {
    if (asked.method === 'POST') erp.faults.set(JSON.parse(asked.body) as Partial<Switches>);
    return json(200, { ...erp.faults.switches, done: erp.faults.done });
  }
  if (asked.path === '/_admin/periods') {
    for (const [period, state] of Object.entries(JSON.parse(asked.body) as Record<string, string>))
      erp.periods.set(period, state);
    return json(200, Object.fromEntries(erp.periods));
  }
  return json(200, [...erp.store.documents.values()]);
}

async function answerWith(
  fault: FaultKind | undefined,
  plan: Plan,
  erp: Erp,
  response: ServerResponse,
): Promise<void> {
  const { hangMs } = erp.faults.switches;
  const done = (wrong = false): Reply => plan.commit?.() ?? plan.reply(wrong);
  const oops: Reply = {
    status: 500,
    headers: { 'content-type': 'text/html' },
    body: '<html>Internal Server Error</html>',
  };
  switch (fault) {
    case undefined:
      return send(response, done());
    case 'error500Before':
      return send(response, oops);
    case 'error500After':
      done();
      return send(response, oops);
    case 'hangThenCommit':
      await after(hangMs);
      done();
      return cut(response);
    case 'resetAfter':
      done();
      return cut(response);
    case 'resetBefore':
      return cut(response);
    case 'html200':
      done();
      return send(response, {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<html><body>Please log in</body></html>',
      });
    case 'cutAnswer':
      return sendHalf(response, done());
    case 'wrongNumber':
      return send(response, done(true));
    case 'tooMany':
      return send(response, { status: 429, headers: { 'retry-after': '1' }, body: '' });
    case 'slow':
      await after(Math.min(hangMs, 400));
      return send(response, done());
    case 'duplicateKey':
      return send(response, plan.duplicate?.() ?? oops);
    case 'refuse':
      return send(response, plan.refusal?.() ?? oops);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function send(response: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(bytes.length) }).end(bytes);
}

/** Announces the whole length, sends half of it, and cuts the connection. */
function sendHalf(response: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body.padEnd(40));
  response.writeHead(reply.status === 204 ? 200 : reply.status, {
    ...reply.headers,
    'content-length': String(bytes.length),
  });
  response.write(bytes.subarray(0, bytes.length >> 1), () => cut(response));
}

function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
