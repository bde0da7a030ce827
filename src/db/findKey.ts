// Reads one key with its owner: one indexed look-up, because servers ask for every request.
import type pg from 'pg';

export interface StoredKey {
  keyId: string;
  user: string;
  role: string;
  sha256: Buffer;
  /** Neither the key nor its owner is revoked, and it has not expired at `now`. */
  valid: boolean;
}

/** undefined where no such key exists. `now` is an ISO instant. */
export async function findKey(
  client: pg.ClientBase | pg.Pool,
  keyId: string,
  now: string,
): Promise<StoredKey | undefined> {
  const found = await client.query<StoredKey>(
    `select k.key_id as "keyId", u.name as "user", u.role, k.key_sha256 as sha256,
            u.revoked_at is null and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2) as valid
       from tieout.user_key k join tieout.app_user u on u.name = k.user_name
      where k.key_id = $1`,
    [keyId, now],
  );
  return found.rows[0];
}

/** The ids of all keys of a person. */
export async function keysOf(client: pg.ClientBase, name: string): Promise<string[]> {
  const found = await client.query<{ id: string }>(
    'select key_id as id from tieout.user_key where user_name = $1 order by 1',
    [name],
  );
  return found.rows.map(({ id }) => id);
}
