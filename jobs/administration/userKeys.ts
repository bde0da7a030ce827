// Keys of people and the proof of them. A key carries its public id, so that proving it is one look-up; it holds 256 random
// bits, so a plain SHA-256 of it is as good as a slow password hash.
import { createHash, randomBytes } from 'node:crypto';

import type { Role } from '../../entities/appUser.ts';
import type { Database } from '../../src/db/connection.ts';
import type { DecisionMaker } from '../../src/db/decision.ts';
import { SecretKey } from '../../src/db/decision.ts';
import { proveKey } from '../../src/db/people.ts';

/** A person who has proved who they are. */
export interface Actor extends DecisionMaker {
  readonly role: Role;
  /** Sees and decides only what is of these; absent: of all companies. */
  readonly companies?: readonly string[];
}

export interface NewKey {
  keyId: string;
  /** `tieout_ID_SECRET`; shown once. */
  key: string;
  sha256: Buffer;
}

/** Every key, of a person or of a sender. */
const SHAPE = /^tieout_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

export function makeKey(): NewKey {
  const keyId = randomBytes(6).toString('hex');
  const key = `tieout_${keyId}_${randomBytes(32).toString('base64url')}`;
  return { keyId, key, sha256: digest(key) };
}

/** The public id within a key; undefined where the text is no key. */
export const keyIdOf = (key: string): string | undefined => SHAPE.exec(key)?.[1];

export function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

export type Authentication = { ok: true; actor: Actor } | { ok: false; reason: 'WRONG_KEY' };

export interface Claim {
  /** '' = whoever the key belongs to (HTTP); otherwise it must be this person's. */
  name: string;
  key: string;
  osUser: string;
  /** ISO instant. */
  now: string;
}

/** Proves a claim; the database compares, and counts wrong keys. The one refusal does not say which part was wrong. */
export async function authenticate(db: Database, claim: Claim): Promise<Authentication> {
  const key = new SecretKey(claim.key.trim());
  const proved = await proveKey(db.pool, key);
  if (proved === undefined || proved.revoked) return { ok: false, reason: 'WRONG_KEY' };
  const { expiresAt } = proved;
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.parse(claim.now))
    return { ok: false, reason: 'WRONG_KEY' };
  if (claim.name !== '' && claim.name !== proved.user) return { ok: false, reason: 'WRONG_KEY' };
  const { user: name, role, keyId, companies } = proved;
  const cut = companies.length === 0 ? {} : { companies };
  return { ok: true, actor: { name, role: role as Role, ...cut, keyId, osUser: claim.osUser, key } };
}
