// Calls to Odoo by either of its two protocols: JSON-2 (19 and later: one address a method, real status codes) and the
// older JSON-RPC (errors with status 200). Both run a call as one transaction. Amounts are JSON floats: read as text.
import { Fault } from '../../errors.ts';
import type { ErpCall, PostOutcome, RefusalCode } from '../contract.ts';
import type { Authority } from '../auth.ts';
import { erpHttp, postOutcomeOf, type NoAnswer } from '../exchange.ts';
import type { HttpClient } from '../http.ts';
import {
  asList,
  asObject,
  asText,
  JsonNumber,
  parseJsonText,
  writeJson,
  type JsonOut,
  type JsonText,
} from '../jsonText.ts';

export interface OdooLogin {
  database: string;
  user: string;
  apiKey: string;
  protocol: 'json2' | 'jsonrpc';
}

/** `error`: Odoo answered an error by its Python name, and rolled the call back. */
export type OdooAnswer =
  { kind: 'result'; result: JsonText } | { kind: 'error'; name: string; message: string } | NoAnswer;

export interface Odoo {
  /** Calls a model's method on records `ids` (where given) with named arguments. */
  call(
    model: string,
    method: string,
    named: Readonly<Record<string, JsonOut>>,
    call: ErpCall,
  ): Promise<OdooAnswer>;
  /** For reading: rows. @throws Fault where there is no answer */
  rows(model: string, named: Readonly<Record<string, JsonOut>>, call: ErpCall): Promise<OdooRow[]>;
  scrub(text: string): string;
  close(): void;
}
export type OdooRow = { [key: string]: JsonText };

export function odooCaller(http: HttpClient, login: OdooLogin): Odoo {
  const send = sender(http, login);
  let userId: string | undefined;

  const json2: Odoo['call'] = (model, method, named, erpCall) => {
    const headers = { authorization: `bearer ${login.apiKey}`, 'x-odoo-database': login.database };
    return send(`json/2/${model}/${method}`, headers, named, erpCall);
  };

  const rpc = (
    service: string,
    method: string,
    args: readonly JsonOut[],
    erpCall: ErpCall,
  ): Promise<OdooAnswer> => {
    const body = {
      jsonrpc: '2.0',
      method: 'call',
      params: { service, method, args },
      id: new JsonNumber('1'),
    };
    return send('jsonrpc', {}, body, erpCall);
  };

  const jsonrpc: Odoo['call'] = async (model, method, named, erpCall) => {
    if (userId === undefined) {
      const answer = await rpc('common', 'login', [login.database, login.user, login.apiKey], erpCall);
      // The call that wanted the log-in has not been sent.
      if (answer.kind === 'lost' || answer.kind === 'notRun') return { ...answer, kind: 'notRun' };
      userId = answer.kind === 'result' ? asText(answer.result) : '';
      if (userId === '') {
        userId = undefined;
        return { kind: 'notRun', message: 'Odoo refuses the log-in' };
      }
    }
    const { ids, ...rest } = named;
    const args = [
      login.database,
      new JsonNumber(userId),
      login.apiKey,
      model,
      method,
      ids === undefined ? [] : [ids],
      rest,
    ];
    return rpc('object', 'execute_kw', args, erpCall);
  };

  const call = login.protocol === 'json2' ? json2 : jsonrpc;
  return {
    call,
    rows: async (model, named, erpCall) => {
      const answer = await call(model, 'search_read', named, erpCall);
      if (answer.kind !== 'result') throw new Fault(`Odoo, ${model}: ${answer.message}`);
      return asList(answer.result).map(asObject);
    },
    scrub: (text) => http.scrub(text),
    close: () => http.close(),
  };
}

type Send = (
  path: string,
  headers: Record<string, string>,
  body: JsonOut,
  erpCall: ErpCall,
) => Promise<OdooAnswer>;

/** One request and its answer in either protocol's form. */
function sender(http: HttpClient, login: OdooLogin): Send {
  const none: Authority = {
    headers: () => Promise.resolve({ kind: 'some', headers: {} }),
    forget: () => undefined,
  };
  const bare = erpHttp(http, none);
  return async (path, headers, body, erpCall) => {
    const exchange = await bare.send(
      {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: writeJson(body),
      },
      erpCall,
    );
    if (exchange.kind !== 'answered') return exchange;
    let value: JsonText;
    try {
      value = parseJsonText(exchange.text);
    } catch {
      return { kind: 'lost', message: `status ${exchange.status}, but no JSON` };
    }
    if (login.protocol === 'json2') {
      return exchange.status < 300 ? { kind: 'result', result: value } : readError(asObject(value), http);
    }
    const envelope = asObject(value);
    if ('error' in envelope) return readError(asObject(asObject(envelope.error).data), http);
    if (!('result' in envelope)) return { kind: 'lost', message: 'neither result nor error' };
    return { kind: 'result', result: envelope.result ?? null };
  };
}

function readError(error: { [key: string]: JsonText }, http: HttpClient): OdooAnswer {
  const name = asText(error.name);
  if (name === '') return { kind: 'lost', message: 'an error without a name' };
  return { kind: 'error', name, message: http.scrub(asText(error.message).slice(0, 500)) };
}

const MEANINGS: readonly { fits: RegExp; code: RefusalCode | 'transient' | 'alreadyPosted' }[] = [
  { fits: /lock date|locked period|prior to and inclusive/i, code: 'closedPeriod' },
  { fits: /not balanced|unbalanced|must be balanced/i, code: 'unbalanced' },
  { fits: /only post draft|already posted|must be in draft/i, code: 'alreadyPosted' },
  {
    fits: /account .*(deprecated|archived|does not exist)|Record does not exist .*account\.account/i,
    code: 'unknownAccount',
  },
  { fits: /concurrent update|could not serialize|deadlock/i, code: 'transient' },
];

/** Errors that Odoo raises inside the transaction: it is rolled back. Any other may be a COMMIT that broke. */
const ROLLED_BACK =
  /^(odoo\.exceptions\.(UserError|ValidationError|MissingError|RedirectWarning)|werkzeug\.exceptions\.(BadRequest|UnprocessableEntity|NotFound)|psycopg2\.errors\.\w+Violation)$/;

export type Failure = PostOutcome | { kind: 'alreadyPosted' };

/** What an answer without result means for a call that writes. */
export function failureOf(answer: Exclude<OdooAnswer, { kind: 'result' }>): Failure {
  if (answer.kind !== 'error') return postOutcomeOf(answer);
  const said = `${answer.name}: ${answer.message}`;
  // Who we are, not what we may: an API key that ran out must not reject every journal of a night.
  if (/AccessDenied/.test(answer.name)) return { kind: 'notExecuted', message: said };
  if (/AccessError|Forbidden/.test(answer.name))
    return { kind: 'refused', code: 'notAllowed', message: said };
  const meaning = MEANINGS.find(({ fits }) => fits.test(answer.message))?.code;
  if (meaning === 'transient') return { kind: 'notExecuted', message: said };
  if (!ROLLED_BACK.test(answer.name)) return { kind: 'unknown', message: said };
  if (meaning === 'alreadyPosted') return { kind: 'alreadyPosted' };
  return { kind: 'refused', code: meaning ?? 'other', message: said };
}
