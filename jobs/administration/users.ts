// Adds and revokes people. The first user of an empty database needs no key and must be an admin; from then on only an
// admin's word counts, and the last admin cannot be revoked: otherwise nobody could ever add anyone.
import { IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type pg from 'pg';

import type { Role } from '../../entities/appUser.ts';
import { AppUser, ROLES } from '../../entities/appUser.ts';
import { entityTransaction } from '../../entities/dataSource.ts';
import { UserKey } from '../../entities/userKey.ts';
import { appendAudit } from '../../src/db/audit.ts';
import type { Database } from '../../src/db/connection.ts';
import { recordDecision, SecretKey } from '../../src/db/decision.ts';
import { endPerson, failedTries, insertPerson, keysOf } from '../../src/db/people.ts';
import { lock } from '../../src/db/locks.ts';
import { UserError } from '../../src/errors.ts';
import type { Actor } from './userKeys.ts';
import { permit } from '../decisions/permissions.ts';
import { makeKey } from './userKeys.ts';

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,62}$/u;
const DAY_MS = 86_400_000;

export interface AddUser {
  name: string;
  role: string;
  /** The admin who adds; undefined only for the first user. */
  by?: Actor;
  osUser: string;
  /** The person's account of the operating system, where it is not their name: what it starts, they made. */
  osAccount?: string;
  /** Codes of the companies whose matters the person sees and decides; none: all of them. */
  companies?: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
  /** Days until the key expires; undefined = never. */
  days?: number;
}

export interface AddedUser {
  name: string;
  role: Role;
  keyId: string;
  /** Shown once. */
  key: string;
  expiresAt: string | null;
}

/** Adds a person, or takes a revoked one back, with a new key. Throws a `UserError` where that is not allowed. */
export async function addUser(db: Database, request: AddUser): Promise<AddedUser> {
  const name = request.name.normalize('NFC');
  const role = ROLES.find((known) => known === request.role);
  if (!NAME.test(name)) {
    throw new UserError({
      where: 'users add',
      what: 'not a user name',
      expected: 'letters, digits and . _ @ + -',
      found: JSON.stringify(request.name),
    });
  }
  if (role === undefined) {
    throw new UserError({
      where: '--role',
      what: 'no such role',
      expected: ROLES.join(', '),
      found: request.role,
    });
  }
  if (role === 'admin' && (request.companies ?? []).length > 0)
    throw new UserError({
      where: '--companies',
      what: 'an admin gives and takes the rights of everybody, in every company',
      todo: 'leave the option out, or choose another role',
    });
  const { keyId, key, sha256 } = makeKey();
  const expiresAt =
    request.days === undefined ? null : new Date(request.now + request.days * DAY_MS).toISOString();
  await entityTransaction(db, async (entities, client) => {
    await lock(client, 'USERS');
    await requireAdmin(entities, request.by, role);
    await requireNew(entities, name);
    const osAccount = request.osAccount ?? null;
    const companies = request.companies ?? [];
    await insertPerson(client, request.by?.key, {
      name,
      role,
      osAccount,
      companies,
      keyId,
      sha256,
      expiresAt,
    });
    // The first user has nobody before them: the word is their own, by the key that they just got.
    const by = request.by ?? { name, keyId, osUser: request.osUser, key: new SecretKey(key) };
    const content = { role, keyId, expiresAt, osAccount, companies };
    await recordDecision(client, { kind: 'users-add', by, subject: name, why: '', content });
    await auditPerson(client, name);
  });
  return { name, role, keyId, key, expiresAt };
}

/** Person and keys as they stand now, for the chain. */
async function auditPerson(client: pg.ClientBase, name: string): Promise<void> {
  const keys = await keysOf(client, name);
  await appendAudit(client, 'decisions', { user: name }, { app_user: [name], user_key: keys });
}

async function requireAdmin(entities: EntityManager, by: Actor | undefined, role: Role): Promise<void> {
  if (by !== undefined) {
    permit(by, 'users add', '');
    return;
  }
  if ((await entities.count(AppUser)) > 0) {
    throw new UserError({
      where: 'users add',
      what: 'this database has users already',
      expected: "--as ADMIN with that admin's key (--key FILE, or TIEOUT_KEY)",
    });
  }
  if (role !== 'admin') {
    throw new UserError({
      where: 'users add',
      what: 'the first user of a database adds all others, so it must be an admin',
      expected: '--role admin',
      found: `--role ${role}`,
    });
  }
}

/** Names that differ by case only would make one person two makers. */
async function requireNew(entities: EntityManager, name: string): Promise<void> {
  const alike = await entities
    .createQueryBuilder(AppUser, 'u')
    .where('lower(u.name) = lower(:name)', { name })
    .getOne();
  if (alike === null || (alike.revokedAt !== null && alike.name === name)) return;
  throw new UserError({
    where: 'users add',
    what: `the user ${alike.name} exists`,
    todo: `for another key or role: tieout users revoke ${alike.name}, then add again`,
  });
}

/** A person as a list shows them; no key, only how many open a door. */
export interface ListedUser {
  name: string;
  role: Role;
  osAccount: string | null;
  /** None: all of them. */
  companies: string[];
  since: string;
  revokedAt: string | null;
  /** Keys that are neither revoked nor expired. */
  keys: number;
  /** Wrong keys that were tried under the numbers of this person's keys. */
  failedTries: number;
}

/** All people, also those that were revoked. */
export async function listUsers(db: Database, now: number): Promise<ListedUser[]> {
  return entityTransaction(db, async (entities, client) => {
    const failed = await failedTries(client);
    const keys = await entities.findBy(UserKey, { revokedAt: IsNull() });
    const valid = keys.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > now);
    const people = await entities.find(AppUser, { order: { name: 'ASC' } });
    return people.map(({ name, role, osAccount, companies, createdAt: since, revokedAt }) => ({
      name,
      role,
      osAccount,
      companies,
      since,
      revokedAt,
      keys: valid.filter(({ userName }) => userName === name).length,
      failedTries: failed.get(name) ?? 0,
    }));
  });
}

export interface RevokeUser {
  name: string;
  by: Actor;
  /** Milliseconds since 1970. */
  now: number;
}

/** Ends a person's rights and keys at once. */
export async function revokeUser(db: Database, request: RevokeUser): Promise<void> {
  permit(request.by, 'users revoke', '');
  const { name } = request;
  const revokedAt = new Date(request.now).toISOString();
  await entityTransaction(db, async (entities, client) => {
    await lock(client, 'USERS');
    const person = await entities.findOneBy(AppUser, { name, revokedAt: IsNull() });
    if (person === null) throw new UserError({ where: 'users revoke', what: `no active user ${name}` });
    await requireAnotherAdmin(entities, person);
    await recordRevocation(client, request); // first: an admin may revoke themselves, and then has no word any more
    await endPerson(client, request.by.key, name, revokedAt);
    await auditPerson(client, name);
  });
}

async function requireAnotherAdmin(entities: EntityManager, person: AppUser): Promise<void> {
  if (person.role !== 'admin') return;
  if ((await entities.countBy(AppUser, { role: 'admin', revokedAt: IsNull() })) > 1) return;
  throw new UserError({
    where: 'users revoke',
    what: `${person.name} is the last admin`,
    todo: 'add another admin first',
  });
}

async function recordRevocation(client: pg.ClientBase, request: RevokeUser): Promise<void> {
  await recordDecision(client, { kind: 'users-revoke', by: request.by, subject: request.name, why: '' });
}
