// One HTTP client for every ERP. It never sends anything twice: it says whether a request surely did not leave, whether
// it was answered, or whether nobody knows, and the posting machine decides. Following redirects or retrying on a stale
// keep-alive socket, as most clients do, would be the double posting we are here to prevent.
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A request relative to the client's base address. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base address, with its query; or an address of the same origin (a server's own next link). */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Drops the socket when the lease ends. */
  signal?: AbortSignal;
}

/**
 * What became of a request.
 * - `answered`: a whole answer came, whatever its status.
 * - `notSent`: no byte of it can have reached the server (name not resolved, refused, no connection in time, no TLS).
 * - `lost`: it may have been executed: time-out, reset, cut or oversized answer.
 */
export type HttpOutcome =
  | { kind: 'answered'; answer: HttpAnswer }
  | { kind: 'notSent'; message: string }
  | { kind: 'lost'; message: string };

export interface HttpAnswer {
  status: number;
  /** By lower-case name; repeated ones joined with a comma. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface HttpClient {
  /** Sends once. Never throws for what the network or the server did. */
  send(request: HttpRequest): Promise<HttpOutcome>;
  /** Takes secrets out of a text: passwords in addresses, queries, and the secrets that the client was told. */
  scrub(text: string): string;
  /** Tells a secret learnt later (a session, a token). */
  keepSecret(secret: string): void;
  close(): void;
}

export interface HttpSettings {
  /** `https://host:port/base`; a user and password in it are refused (they would end up in messages). */
  baseUrl: string;
  secrets?: readonly string[];
  connectMs?: number;
  /** From the start of the request to the answer's headers. */
  headersMs?: number;
  totalMs?: number;
  maxAnswerBytes?: number;
}

// Posting design: an ERP that took longer than this has to be looked for anyway.
const CONNECT_MS = 5_000;
const HEADERS_MS = 30_000;
const TOTAL_MS = 90_000;
// A page of ledger lines is a few MB; an answer beyond this is a mistake and must not eat the worker's memory.
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Makes the client of one ERP: its own keep-alive sockets, its own secrets. */
export function httpClient(settings: HttpSettings): HttpClient {
  const base = new URL(settings.baseUrl.endsWith('/') ? settings.baseUrl : `${settings.baseUrl}/`);
  const secrets = new Set((settings.secrets ?? []).filter((secret) => secret.length >= 4));
  const secure = base.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const scrub = (text: string): string => {
    let clean = text
      .replace(/(https?:\/\/)[^\s/@]*@/g, '$1***@')
      .replace(/(https?:\/\/[^\s?"']*)\?[^\s"']*/g, '$1?***');
    for (const secret of secrets) clean = clean.replaceAll(secret, '***');
    return clean;
  };

  const send = (request: HttpRequest): Promise<HttpOutcome> => {
    const url = new URL(
      /^https?:/.test(request.path) ? request.path : request.path.replace(/^\/+/, ''),
      base,
    );
    if (url.origin !== base.origin) {
      // A next link to elsewhere would carry our credentials there.
      return Promise.resolve({
        kind: 'notSent',
        message: `refused to leave ${base.origin} for ${url.origin}`,
      });
    }
    const body = request.body === undefined ? undefined : Buffer.from(request.body as string);
    const headers: Record<string, string> = { ...request.headers };
    if (body !== undefined) headers['content-length'] = String(body.length);
    const open = secure ? httpsRequest : httpRequest;
    const call = open(url, { method: request.method, agent, headers });
    return follow(call, body, {
      connectMs: settings.connectMs ?? CONNECT_MS,
      headersMs: settings.headersMs ?? HEADERS_MS,
      totalMs: settings.totalMs ?? TOTAL_MS,
      maxAnswerBytes: settings.maxAnswerBytes ?? MAX_ANSWER_BYTES,
      signal: request.signal,
      secure,
      say: (what) => scrub(`${request.method} ${url.origin}${url.pathname}: ${what}`),
    });
  };

  return {
    send,
    scrub,
    keepSecret: (secret) => void (secret.length >= 4 && secrets.add(secret)),
    close: () => agent.destroy(),
  };
}

interface Watch {
  connectMs: number;
  headersMs: number;
  totalMs: number;
  maxAnswerBytes: number;
  signal: AbortSignal | undefined;
  secure: boolean;
  say: (what: string) => string;
}

/** Runs one request to its single outcome, whichever of answer, error, time-out and signal comes first. */
function follow(call: ClientRequest, body: Buffer | undefined, watch: Watch): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    // Until the connection stands, Node holds the request back: nothing has left. A reused socket stands at once.
    let connected = false;
    const timers: NodeJS.Timeout[] = [];
    const onAbort = (): void => fail('dropped by us: the lease is over');
    const settle = (outcome: HttpOutcome): void => {
      for (const timer of timers) clearTimeout(timer);
      watch.signal?.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const fail = (what: string): void => {
      settle({ kind: connected ? 'lost' : 'notSent', message: watch.say(what) });
      call.destroy();
    };
    // First of all: a call that is dropped before it began tells its error too, and untold it would end the process.
    call.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    if (watch.signal?.aborted === true) return fail('dropped by us: the lease is over');
    watch.signal?.addEventListener('abort', onAbort);

    const connectTimer = setTimeout(
      () => fail(`no connection within ${watch.connectMs} ms`),
      watch.connectMs,
    );
    const headersTimer = setTimeout(() => fail(`no answer within ${watch.headersMs} ms`), watch.headersMs);
    timers.push(connectTimer, headersTimer);
    timers.push(setTimeout(() => fail(`no whole answer within ${watch.totalMs} ms`), watch.totalMs));

    call.on('socket', (socket: Socket) => {
      const stand = (): void => {
        connected = true;
        clearTimeout(connectTimer);
      };
      if (!socket.connecting && (!(socket instanceof TLSSocket) || call.reusedSocket)) stand();
      else socket.once(watch.secure ? 'secureConnect' : 'connect', stand);
    });
    call.on('response', (response) => {
      clearTimeout(headersTimer);
      collect(response, watch.maxAnswerBytes, (outcome) => {
        if (typeof outcome === 'string') fail(outcome);
        else settle({ kind: 'answered', answer: outcome });
      });
    });
    call.end(body);
  });
}

/** Reads the body within its bound; a text says what went wrong with it. */
function collect(
  response: IncomingMessage,
  maxBytes: number,
  done: (answer: HttpAnswer | string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) done(`status ${response.statusCode}, answer over ${maxBytes} bytes`);
    else chunks.push(chunk);
  });
  response.on('error', (error) => done(`status ${response.statusCode}, answer cut: ${error.message}`));
  response.on('end', () => {
    if (!response.complete) return done(`status ${response.statusCode}, answer cut`);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(response.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    done({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
  });
}

// A server that asks for more is broken, and a journal must not wait a year for it.
const LONGEST_WAIT_MS = 86_400_000;

/**
 * `Retry-After` in milliseconds, a day at most; a date is measured against the server's own clock, where it tells it.
 * Undefined where absent or unreadable.
 */
export function retryAfterMs(answer: HttpAnswer): number | undefined {
  const text = answer.headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Math.min(LONGEST_WAIT_MS, Number(text) * 1000);
  const told = Date.parse(answer.headers.date ?? '');
  const wait = Date.parse(text) - (Number.isNaN(told) ? Date.now() : told);
  return Number.isNaN(wait) ? undefined : Math.min(LONGEST_WAIT_MS, Math.max(0, wait));
}

/** The body as UTF-8 text; undefined where it is not UTF-8. */
export function textOf(answer: HttpAnswer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(answer.body);
  } catch {
    return undefined;
  }
}
