// Signing in to the console: a person's key once, then a token that only the database can judge. The token is good for first words;
// who agrees to another's word gives the key itself each time.
import { createHash, randomBytes } from 'node:crypto';

import type { Role } from '../../entities/appUser.ts';
import type { Database } from '../../src/db/connection.ts';
import { SecretKey } from '../../src/db/decision.ts';
import {
  beginSession,
  endSession as endStored,
  makeOnceLink as storeOnceLink,
  personOfSession,
  useOnceLink,
} from '../../src/db/sessions.ts';
import { type Actor, authenticate, digest } from './userKeys.ts';

/** `kind` in words: what a session was made from. */
export type Proof = { key: string } | { once: string };

const makeToken = (): string => `tieout_session_${randomBytes(32).toString('base64url')}`;

/** A new session's token; undefined where the proof is none, whatever is wrong with it. @param now milliseconds since 1970 */
export async function signIn(db: Database, proof: Proof, now: number): Promise<string | undefined> {
  const token = makeToken();
  if ('once' in proof)
    return (await useOnceLink(db.pool, new SecretKey(proof.once), digest(token))) ? token : undefined;
  const claim = { name: '', key: proof.key, osUser: '', now: new Date(now).toISOString() };
  const proved = await authenticate(db, claim);
  if (!proved.ok) return undefined;
  await beginSession(db.pool, new SecretKey(proof.key.trim()), digest(token));
  return token;
}

/** The person of a session that is not over. Decisions by this actor are proved by the session. */
export async function actorOfSession(
  db: Database,
  token: string,
  osUser: string,
): Promise<Actor | undefined> {
  const key = new SecretKey(token);
  const found = await personOfSession(db.pool, key);
  if (found === undefined) return undefined;
  const { name, role, keyId, companies } = found;
  return { name, role: role as Role, ...(companies.length === 0 ? {} : { companies }), keyId, osUser, key };
}

/** @param everywhere ends the person's other sessions too */
export function endSession(db: Database, token: string, everywhere: boolean): Promise<void> {
  return endStored(db.pool, new SecretKey(token), everywhere);
}

/** What a change has to carry besides the cookie: it follows from the token, and no other site can read it. */
export function csrfOf(token: string): string {
  return createHash('sha256').update(`csrf ${token}`).digest('base64url');
}

/** A link's secret, good once within five minutes; undefined where there is no auditor to sign in. */
export async function makeOnceLink(db: Database): Promise<string | undefined> {
  const link = randomBytes(32).toString('base64url');
  return (await storeOnceLink(db.pool, digest(link))) === undefined ? undefined : link;
}
