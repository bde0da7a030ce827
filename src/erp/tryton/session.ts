// A session with Tryton over JSON-RPC and what became of each call. Business errors come with status 200, so the body
// decides; a call is one database transaction, so a UserError means that nothing of it stayed.
import { Fault } from '../../errors.ts';
import { httpClient, retryAfterMs, textOf, type HttpAnswer, type HttpClient } from '../http.ts';
import type { ErpCall } from '../contract.ts';
import type { TrytonRow, TrytonValue } from './values.ts';

/**
 * What became of one call.
 * - `result`: it ran and its transaction was committed.
 * - `error`: the server answered an error by name (`UserError`, ...); `name` is the crash's text where it crashed.
 * - `notRun`: it surely did not run (not sent, no valid session, 429).
 * - `lost`: nobody knows.
 */
export type TrytonAnswer =
  | { kind: 'result'; result: TrytonValue }
  | { kind: 'error'; name: string; message: string }
  | { kind: 'notRun'; message: string; retryAfterMs?: number }
  | { kind: 'lost'; message: string; retryAfterMs?: number };

export interface TrytonLogin {
  url: string;
  database: string;
  user: string;
  password: string;
}

/** Authorised calls; logs in when it has to. */
export interface TrytonSession {
  /** Calls `method` with `params` and, last, the user's context with `context` laid over it. */
  call(
    method: string,
    params: readonly TrytonValue[],
    context: TrytonRow,
    call: ErpCall,
  ): Promise<TrytonAnswer>;
  /** For reading: the result, or a fault that says why there is none. */
  read(
    method: string,
    params: readonly TrytonValue[],
    context: TrytonRow,
    call: ErpCall,
  ): Promise<TrytonValue>;
  /** Id of the user that is logged in; undefined before the first call. */
  userId(): number | undefined;
  close(): void;
}

interface Ticket {
  authorization: string;
  userId: number;
  preferences: TrytonRow;
  usedAt: number;
}

// `account.move.post` asks for a session that was used within the server's `[session] timeout`, 300 s by default.
const SESSION_IDLE_MS = 240_000;

export function trytonSession(login: TrytonLogin, now: () => number = Date.now): TrytonSession {
  const http = httpClient({ baseUrl: login.url, secrets: [login.password] });
  let ticket: Promise<Ticket | TrytonAnswer> | undefined;
  let lastUser: number | undefined;

  const authorised = async (call: ErpCall): Promise<Ticket | TrytonAnswer> => {
    ticket ??= logIn(http, login, call, now);
    const held = await ticket;
    if ('kind' in held) ticket = undefined;
    else if (now() - held.usedAt > SESSION_IDLE_MS) {
      ticket = logIn(http, login, call, now);
      return ticket;
    }
    return held;
  };

  const call: TrytonSession['call'] = async (method, params, context, erpCall) => {
    const held = await authorised(erpCall);
    if ('kind' in held) return held;
    const whole = [...params, { ...held.preferences, language: 'en', ...context }];
    const answer = await rpc(http, `${login.database}/`, method, whole, erpCall, held.authorization);
    // 401 comes before the call is dispatched: the session is gone, nothing ran.
    if (answer.kind === 'notRun') ticket = undefined;
    else held.usedAt = now();
    lastUser = held.userId;
    return answer;
  };

  return {
    call,
    read: async (method, params, context, erpCall) => {
      const answer = await call(method, params, context, erpCall);
      if (answer.kind === 'result') return answer.result;
      const what = answer.kind === 'error' ? `${answer.name}: ${answer.message}` : answer.message;
      throw new Fault(`Tryton ${login.database}, ${method}: ${what}`);
    },
    userId: () => lastUser,
    close: () => {
      ticket = undefined;
      http.close();
    },
  };
}

async function logIn(
  http: HttpClient,
  login: TrytonLogin,
  call: ErpCall,
  now: () => number,
): Promise<Ticket | TrytonAnswer> {
  const path = `${login.database}/`;
  const params = [login.user, { password: login.password }, 'en'];
  const answer = await rpc(http, path, 'common.db.login', params, call);
  // Whatever became of the log-in, the call that wanted it has not been sent.
  if (answer.kind === 'lost') return { ...answer, kind: 'notRun' };
  if (answer.kind === 'error') return { kind: 'notRun', message: `log-in refused: ${answer.name}` };
  if (answer.kind === 'notRun') return answer;
  const [userId, session] = Array.isArray(answer.result) ? (answer.result as readonly TrytonValue[]) : [];
  if (typeof userId !== 'number' || typeof session !== 'string') {
    return { kind: 'notRun', message: 'log-in refused: the answer has no session' };
  }
  http.keepSecret(session);
  const authorization = `Session ${Buffer.from(`${login.user}:${userId}:${session}`).toString('base64')}`;
  http.keepSecret(authorization.slice(8));
  const preferences = await rpc(
    http,
    path,
    'model.res.user.get_preferences',
    [true, {}],
    call,
    authorization,
  );
  if (preferences.kind !== 'result')
    return { kind: 'notRun', message: 'the preferences of the user cannot be read' };
  return { authorization, userId, preferences: preferences.result as TrytonRow, usedAt: now() };
}

let lastId = 0;

async function rpc(
  http: HttpClient,
  path: string,
  method: string,
  params: readonly TrytonValue[],
  call: ErpCall,
  authorization?: string,
): Promise<TrytonAnswer> {
  const id = (lastId = (lastId % 1_000_000_000) + 1);
  const outcome = await http.send({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify({ id, method, params }),
    signal: call.signal,
  });
  if (outcome.kind === 'notSent') return { kind: 'notRun', message: outcome.message };
  if (outcome.kind === 'lost') return { kind: 'lost', message: outcome.message };
  return readAnswer(outcome.answer, id, http);
}

function readAnswer(answer: HttpAnswer, id: number, http: HttpClient): TrytonAnswer {
  const wait = retryAfterMs(answer);
  const after = wait === undefined ? {} : { retryAfterMs: wait };
  const said = `status ${answer.status}`;
  if (answer.status === 401)
    return { kind: 'notRun', message: `${said}: the session or the password is not valid` };
  if (answer.status === 429) return { kind: 'notRun', message: `${said}: too many log-ins`, ...after };
  // Both come from the dispatcher, before any code of the model runs.
  if (answer.status === 403)
    return { kind: 'error', name: 'Forbidden', message: `${said}: the method is not allowed` };
  if (answer.status === 404) return { kind: 'error', name: 'NotFound', message: `${said}: no such database` };
  if (answer.status === 413)
    return { kind: 'error', name: 'TooLarge', message: `${said}: the request is too large` };
  if (answer.status !== 200) return { kind: 'lost', message: said, ...after };
  const body = parsed(textOf(answer));
  if (body === undefined || body.id !== id)
    return { kind: 'lost', message: `${said}, but no answer to this call` };
  if ('error' in body) return readError(body.error ?? null, http);
  if ('result' in body) return { kind: 'result', result: body.result ?? null };
  return { kind: 'lost', message: `${said}, but neither result nor error` };
}

/** `[name, message]` or `[name, [message, detail, domain]]`; for a crash `[text, ""]`. */
function readError(error: TrytonValue, http: HttpClient): TrytonAnswer {
  const [name, detail] = Array.isArray(error) ? (error as readonly TrytonValue[]) : [];
  const message = Array.isArray(detail) ? (detail as readonly TrytonValue[])[0] : detail;
  // Domain errors carry the description of every field (21 KB seen): the first text says it all.
  const text = (value: TrytonValue | undefined): string =>
    http.scrub(typeof value === 'string' ? value.slice(0, 500) : JSON.stringify(value ?? ''));
  return { kind: 'error', name: text(name), message: text(message) };
}

function parsed(text: string | undefined): TrytonRow | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as TrytonValue;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as TrytonRow)
      : undefined;
  } catch {
    return undefined;
  }
}
