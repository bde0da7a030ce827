// How a page of the console asks the server: questions (GET) and changes (POST) under /v1/console, each by a person who is signed
// in. Whoever adds a page writes functions of `Asked`; sessions, forged requests and headers are held here, once for all.
import { timingSafeEqual } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { actorOfSession, csrfOf } from '../../../jobs/administration/sessions.ts';
import { type Actor, authenticate } from '../../../jobs/administration/userKeys.ts';
import type { KeptCases } from '../../../jobs/reports/keptCases.ts';
import type { KeptStatement } from '../../../jobs/reports/keptStatement.ts';
import type { KeptRulebook } from '../../../jobs/reports/keptRulebook.ts';
import type { Config } from '../../config/model.ts';
import type { Database } from '../../db/connection.ts';
import { DecisionRefused, UserError } from '../../errors.ts';
import type { Rulebook } from '../../rulebook/model.ts';
import { Problem } from '../problem.ts';
import type { Shared } from '../shared.ts';
import { tokenOf } from './cookie.ts';
import { PRIVATE_HEADERS } from './headers.ts';

/** One question or change, with the person who asks. */
export interface Asked {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  clock: () => number;
  /** Cases as lists show them, kept between questions. */
  cases: KeptCases;
  /** The tie-out of the last run, kept likewise. */
  statement: KeptStatement;
  by: Actor;
  /** Of the session. */
  token: string;
  /** A parameter of the address; '' where it is not given. */
  param(name: string): string;
  /** Of a change; {} where there is none. */
  body: Readonly<Record<string, unknown>>;
  /** The person proved anew by the key in the body's `key`: for a word that agrees to another's. @throws Problem 403 */
  byKey(): Promise<Actor>;
}

export interface ConsoleRoutes {
  /** @param path under /v1/console/ */
  get(path: string, answer: (asked: Asked) => Promise<object>): void;
  post(path: string, change: (asked: Asked, reply: FastifyReply) => Promise<object>): void;
}

/** A page's questions and changes; a line in registry.ts. */
export type ConsolePage = (routes: ConsoleRoutes) => void;

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a session that is not over; set for routes of the console. */
    person?: Actor;
  }
}

/** Who wrote it, where the operating system's account would stand. */
export const CONSOLE_ACCOUNT = 'console';

/** What is kept between questions. */
export interface Kept {
  rulebook: KeptRulebook;
  cases: KeptCases;
  statement: KeptStatement;
}

export function consoleRoutesOf(app: FastifyInstance, shared: Shared, kept: Kept): ConsoleRoutes {
  const config = { scope: 'session' as const };
  const inSession = async (request: FastifyRequest): Promise<void> => {
    request.person = await personOf(request, shared.database());
  };
  const run = async (request: FastifyRequest, work: (asked: Asked) => Promise<object>): Promise<object> => {
    try {
      return await work(askedOf(request, shared, kept));
    } catch (error) {
      throw error instanceof UserError ? refusal(error) : error;
    }
  };
  return {
    get(path, answer) {
      app.get(`/v1/console/${path}`, { config, onRequest: inSession }, async (request, reply) =>
        reply.headers(PRIVATE_HEADERS).send(await run(request, answer)),
      );
    },
    post(path, change) {
      const before = async (request: FastifyRequest): Promise<void> => {
        requireOwnPage(request);
        await inSession(request);
        requireToken(request);
      };
      app.post(`/v1/console/${path}`, { config, onRequest: before }, async (request, reply) =>
        reply.headers(PRIVATE_HEADERS).send(await run(request, (asked) => change(asked, reply))),
      );
    },
  };
}

function askedOf(
  request: FastifyRequest,
  { options, database }: Shared,
  { rulebook, cases, statement }: Kept,
): Asked {
  const { config, clock } = options;
  const query = request.query as Record<string, unknown>;
  const body = request.method === 'POST' ? bodyOf(request) : {};
  const by = request.person!;
  return {
    db: database(),
    config,
    rulebook: rulebook.load(),
    clock,
    cases,
    statement,
    by,
    token: tokenOf(request.raw)!,
    body,
    param(name) {
      const value = query[name] ?? '';
      if (typeof value === 'string' && value.length <= 500 && !value.includes('\0')) return value;
      throw new Problem(400, { detail: `${name}: expected one text of at most 500 characters`, path: name });
    },
    async byKey() {
      const key = body['key'];
      const now = new Date(clock()).toISOString();
      const claim = { name: by.name, key: typeof key === 'string' ? key : '', osUser: CONSOLE_ACCOUNT, now };
      const proof = await authenticate(database(), claim);
      if (proof.ok) return proof.actor;
      throw new Problem(403, {
        detail: `This needs the key of ${by.name}, and what was given is not it. Nothing was done.`,
        path: 'key',
      });
    },
  };
}

/** @throws Problem 401 without a session */
export async function personOf(request: FastifyRequest, db: Database): Promise<Actor> {
  const token = tokenOf(request.raw);
  const person = token === undefined ? undefined : await actorOfSession(db, token, CONSOLE_ACCOUNT);
  if (person === undefined) throw new Problem(401, { detail: 'Nobody is signed in here.' }, PRIVATE_HEADERS);
  return person;
}

/** A change comes from a page of this very server: browsers say so in `Origin`, and no page can lie there. */
export function requireOwnPage({ raw }: FastifyRequest): void {
  const origin = raw.headers.origin ?? '';
  const own = ['http:', 'https:'].some(
    (scheme) => origin === originOf(`${scheme}//${raw.headers.host ?? ''}`),
  );
  if (!own)
    throw new Problem(403, { detail: 'origin: a change is made from a page of this server', path: 'origin' });
}

/** As a browser writes it: without a port that is the scheme's own. */
function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}

function requireToken({ raw }: FastifyRequest): void {
  const expected = Buffer.from(csrfOf(tokenOf(raw) ?? ''));
  const given = Buffer.from(String(raw.headers['x-tieout-csrf'] ?? ''));
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new Problem(403, { detail: 'x-tieout-csrf: not the token of this session; load the page again' });
}

/** The body as an object. @throws Problem 400, 415 */
export function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Problem(415, { detail: 'content-type: expected application/json' });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new Problem(400, { detail: 'body: expected one JSON object' });
}

/** A person's mistake, in words. */
function refusal(error: UserError): Problem {
  const { what, expected, found, todo } = error.parts;
  const detail = [what, expected && `expected ${expected}`, found && `found ${found}`, todo]
    .filter((part) => part !== undefined && part !== '')
    .join('; ');
  return new Problem(error instanceof DecisionRefused ? 403 : 422, { detail: `${detail}.` });
}
