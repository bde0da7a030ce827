// Signing in, who is there, signing out. One answer for whatever is wrong with a key: that nobody learns which users there are.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import {
  actorOfSession,
  csrfOf,
  endSession,
  type Proof,
  signIn,
} from '../../../jobs/administration/sessions.ts';
import type { Actor } from '../../../jobs/administration/userKeys.ts';
import { decisionsOf } from '../../../jobs/decisions/permissions.ts';
import { Fault } from '../../errors.ts';
import { isLocal } from '../hosts.ts';
import { Problem } from '../problem.ts';
import type { Shared } from '../shared.ts';
import { cookieOf, isLoopbackName, tokenOf } from './cookie.ts';
import { PRIVATE_HEADERS } from './headers.ts';
import { bodyOf, CONSOLE_ACCOUNT, type ConsoleRoutes, personOf, requireOwnPage } from './page.ts';
import { PAGES } from './registry.ts';
import { Tries } from './tries.ts';

/** Who is signed in. */
export interface SessionAnswer {
  name: string;
  role: string;
  /** What this person may decide, by the one table of permissions. */
  may: readonly string[];
  /** Goes with every change. */
  csrf: string;
  project: string;
  /** Pages that this server answers. */
  pages: readonly string[];
}

export function sessionRoutes(app: FastifyInstance, shared: Shared, routes: ConsoleRoutes): void {
  const { options, database } = shared;
  const tries = new Tries(options.clock);
  const answer = (by: Actor, token: string): SessionAnswer => ({
    name: by.name,
    role: by.role,
    may: decisionsOf(by),
    csrf: csrfOf(token),
    project: options.config.project,
    pages: [...PAGES.keys()],
  });
  const config = { scope: 'session' as const };
  app.get('/v1/console/session', { config }, async (request, reply) => {
    const by = await personOf(request, database());
    return reply.headers(PRIVATE_HEADERS).send(answer(by, tokenOf(request.raw)!));
  });
  const begin = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const address = request.raw.socket.remoteAddress ?? '';
    const wait = tries.wait(address);
    if (wait > 0)
      throw new Problem(
        429,
        { detail: `Too many wrong keys; try again in ${wait} seconds.` },
        { 'retry-after': String(wait) },
      );
    const proof = proofOf(request, shared);
    const token = proof === undefined ? undefined : await signIn(database(), proof, options.clock());
    if (token === undefined) {
      tries.failed(address);
      throw new Problem(401, { detail: wordsFor(proof) }, PRIVATE_HEADERS);
    }
    // A session that was here before ends: none that somebody planted lives on.
    const before = tokenOf(request.raw);
    if (before !== undefined) await endSession(database(), before, false);
    const by = await actorOfSession(database(), token, CONSOLE_ACCOUNT);
    if (by === undefined) throw new Fault('a session that has just begun is nobody’s');
    return reply
      .headers({ ...PRIVATE_HEADERS, 'set-cookie': cookieOf(request.raw, token) })
      .send(answer(by, token));
  };
  const onRequest = async (request: FastifyRequest): Promise<void> => requireOwnPage(request);
  app.post('/v1/console/session', { config, onRequest, bodyLimit: 4_096 }, begin);
  routes.post('session/end', async ({ db, body, token }, reply) => {
    await endSession(db, token, body['everywhere'] === true);
    void reply.header('set-cookie', cookieOf(reply.request.raw, ''));
    return {};
  });
}

function proofOf(request: FastifyRequest, { options }: Shared): Proof | undefined {
  if (!isLoopbackName(request.raw) && !String(request.raw.headers.origin).startsWith('https:'))
    throw new Problem(403, {
      detail:
        'Beyond this machine the console needs TLS: set http.cert and http.key in tieout.yaml, or put a proxy with TLS before it.',
    });
  const { key, once } = bodyOf(request);
  if (typeof key === 'string') return { key };
  if (typeof once === 'string' && options.config.demo && isLocal(request.raw)) return { once };
  return undefined;
}

const wordsFor = (proof: Proof | undefined): string =>
  proof !== undefined && 'once' in proof
    ? 'This link was used already, or is older than five minutes. Start tieout serve --open again for a new one.'
    : 'This key is not valid: wrong, expired or revoked. An admin gives new ones: tieout users add.';
