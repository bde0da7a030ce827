// People and keys: functions of the database write them, and prove who holds a key (entities/migrations/0004_people.sql).
import type pg from 'pg';

import type { SecretKey } from './decision.ts';

export interface ProvedKey {
  keyId: string;
  user: string;
  role: string;
  /** Only what is of these; none named: of all. */
  companies: string[];
  /** The key or its owner. */
  revoked: boolean;
  /** ISO instant; null: never. */
  expiresAt: string | null;
}

/** Whose key it is; undefined where it is nobody's. A wrong key under a known number is counted, so not inside a transaction that fails. */
export async function proveKey(
  client: pg.ClientBase | pg.Pool,
  key: SecretKey,
): Promise<ProvedKey | undefined> {
  const found = await client.query<ProvedKey>(
    `select key_id as "keyId", user_name as "user", role, companies, revoked, expires_at as "expiresAt" from tieout.prove($1)`,
    [key.reveal()],
  );
  return found.rows[0];
}

export interface StoredPerson {
  name: string;
  role: string;
  osAccount: string | null;
  companies: readonly string[];
  keyId: string;
  sha256: Buffer;
  expiresAt: string | null;
}

/** Stores a person with a key. @param by an admin's key; none for the first user, or by the owner of the tables */
export async function insertPerson(
  client: pg.ClientBase,
  by: SecretKey | undefined,
  person: StoredPerson,
): Promise<void> {
  const { name, role, osAccount, companies, keyId, sha256, expiresAt } = person;
  await client.query('select tieout.add_user($1, $2, $3, $4, $5, $6, $7, $8)', [
    by?.reveal(),
    name,
    role,
    osAccount,
    companies,
    keyId,
    sha256,
    expiresAt,
  ]);
}

/** Ends a person's rights and keys. @param at ISO instant */
export async function endPerson(
  client: pg.ClientBase,
  by: SecretKey | undefined,
  name: string,
  at: string,
): Promise<void> {
  await client.query('select tieout.revoke_user($1, $2, $3)', [by?.reveal(), name, at]);
}

/** The ids of all keys of a person. */
export async function keysOf(client: pg.ClientBase, name: string): Promise<string[]> {
  const found = await client.query<{ id: string }>(
    'select key_id as id from tieout.user_key where user_name = $1 order by 1',
    [name],
  );
  return found.rows.map(({ id }) => id);
}

/** Wrong keys that were tried under a person's key numbers. */
export async function failedTries(client: pg.ClientBase): Promise<ReadonlyMap<string, number>> {
  const found = await client.query<{ name: string; failed: string }>(
    'select k.user_name as name, sum(t.failed) as failed from tieout.key_try t join tieout.user_key k using (key_id) group by 1',
  );
  return new Map(found.rows.map(({ name, failed }) => [name, Number(failed)]));
}
