// An authorised request to an ERP over HTTP and what its transport alone says. Whatever is answered below 500 and is not
// about who we are is the adapter's to read; everything else is decided here, the same for all ERPs.
import { Fault } from '../errors.ts';
import type { ErpCall, LookOutcome, PostOutcome } from './contract.ts';
import { retryAfterMs, textOf, type HttpAnswer, type HttpClient, type HttpRequest } from './http.ts';
import type { Authority } from './auth.ts';

/**
 * - `answered`: a whole answer in UTF-8 with a status of 2xx or 4xx (but for 401, 403, 408, 425 and 429).
 * - `notRun`: surely not executed.
 * - `lost`: nobody knows: 5xx, 3xx, 408, 425, cut, timed out, not text.
 */
export type Exchange = Answered | NoAnswer;
export interface Answered {
  kind: 'answered';
  status: number;
  answer: HttpAnswer;
  text: string;
}
export type NoAnswer = { kind: 'notRun' | 'lost'; message: string; retryAfterMs?: number };

/** Sends requests with the ERP's authorisation. */
export interface ErpHttp {
  send(request: Omit<HttpRequest, 'signal'>, call: ErpCall): Promise<Exchange>;
  scrub(text: string): string;
  close(): void;
}

export function erpHttp(http: HttpClient, authority: Authority): ErpHttp {
  return {
    send: async (request, call) => {
      const authorised = await authority.headers(call);
      // The request itself has not been sent, whatever became of the log-in.
      if (authorised.kind === 'none') return { kind: 'notRun', message: authorised.message };
      const headers = { ...request.headers, ...authorised.headers };
      const outcome = await http.send({ ...request, headers, signal: call.signal });
      if (outcome.kind === 'notSent') return { kind: 'notRun', message: outcome.message };
      if (outcome.kind === 'lost') return outcome;
      const exchange = judged(outcome.answer, `${request.method} ${request.path.replace(/\?.*/s, '')}`);
      if (outcome.answer.status === 401) authority.forget();
      return exchange;
    },
    scrub: (text) => http.scrub(text),
    close: () => http.close(),
  };
}

/** A server that gave up waiting, or will not risk a replay, may have passed the request on. */
const UNKNOWN: ReadonlySet<number> = new Set([408, 425]);

function judged(answer: HttpAnswer, what: string): Exchange {
  const said = `${what}: status ${answer.status}`;
  const wait = retryAfterMs(answer);
  const after = wait === undefined ? {} : { retryAfterMs: wait };
  // Both are about our rights, come before anything is executed, and are put right in the set-up, not in the journal.
  if (answer.status === 401 || answer.status === 403)
    return { kind: 'notRun', message: `${said}: no right to call it` };
  if (answer.status === 429) return { kind: 'notRun', message: `${said}: too many requests`, ...after };
  if (answer.status < 200 || answer.status >= 500 || UNKNOWN.has(answer.status))
    return { kind: 'lost', message: said, ...after };
  if (answer.status >= 300 && answer.status < 400)
    return { kind: 'lost', message: `${said}: moved elsewhere` };
  const text = textOf(answer);
  if (text === undefined) return { kind: 'lost', message: `${said}, but not text` };
  return { kind: 'answered', status: answer.status, answer, text };
}

/** What a missing answer means for a call that may book something. */
export function postOutcomeOf(none: NoAnswer): PostOutcome {
  const after = none.retryAfterMs === undefined ? {} : { retryAfterMs: none.retryAfterMs };
  return { kind: none.kind === 'notRun' ? 'notExecuted' : 'unknown', message: none.message, ...after };
}

/** What a missing answer means for a look. */
export function lookOutcomeOf(none: NoAnswer): LookOutcome {
  const after = none.retryAfterMs === undefined ? {} : { retryAfterMs: none.retryAfterMs };
  return { kind: 'unreachable', message: none.message, ...after };
}

/**
 * What a missing answer means for a call that only reads, on the way to a posting: nothing was executed.
 * Used for look-ups of codes before the first write.
 */
export function beforeWriteOutcomeOf(none: NoAnswer): PostOutcome {
  return postOutcomeOf({ ...none, kind: 'notRun' });
}

/** For reading: the answer, or a fault. @throws Fault where there is none or its status is not 2xx */
export function answeredOrFault(exchange: Exchange, what: string): Answered {
  if (exchange.kind !== 'answered') throw new Fault(`${what}: ${exchange.message}`);
  if (exchange.status >= 300)
    throw new Fault(`${what}: status ${exchange.status}: ${exchange.text.slice(0, 300)}`);
  return exchange;
}
