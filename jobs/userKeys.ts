// Keys of people and the proof of them. A key carries its public id, so that proving it is one look-up; it holds 256 random
// bits, so a plain SHA-256 of it is as good as a slow password hash.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { Role } from '../entities/appUser.ts';
import type { Database } from '../src/db/connection.ts';
import type { DecisionMaker } from '../src/db/decision.ts';
import { findKey } from '../src/db/findKey.ts';

/** A person who has proved who they are. */
export interface Actor extends DecisionMaker {
  readonly role: Role;
}

export interface NewKey {
  keyId: string;
  /** `tieout_ID_SECRET`; shown once. */
  key: string;
  sha256: Buffer;
}

const SHAPE = /^tieout_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

export function makeKey(): NewKey {
  const keyId = randomBytes(6).toString('hex');
  const key = `tieout_${keyId}_${randomBytes(32).toString('base64url')}`;
  return { keyId, key, sha256: digest(key) };
}

function digest(key: string): Buffer {
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

/** Proves a claim. The one refusal does not say which part was wrong, and takes the same comparison either way. */
export async function authenticate(db: Database, claim: Claim): Promise<Authentication> {
  const key = claim.key.trim();
  const keyId = SHAPE.exec(key)?.[1];
  const stored = keyId === undefined ? undefined : await findKey(db.pool, keyId, claim.now);
  const given = digest(key);
  const same = timingSafeEqual(given, stored?.sha256 ?? Buffer.alloc(given.length));
  if (stored === undefined || !same || !stored.valid || (claim.name !== '' && claim.name !== stored.user)) {
    return { ok: false, reason: 'WRONG_KEY' };
  }
  const actor: Actor = {
    name: stored.user,
    role: stored.role as Role,
    keyId: stored.keyId,
    osUser: claim.osUser,
  };
  return { ok: true, actor };
}
