// Keys of senders: written by an admin's decision, read at every request.
import type pg from 'pg';

/** What a sender may do; an empty list means any. */
export interface SenderScopes {
  /** Bring events of these sources and types. */
  events?: { sources: string[]; types: string[] };
  /** Ask what became of events, and read metrics and schemas. */
  read?: boolean;
  /** Companies that it may speak of and ask about. */
  companies: string[];
}

export interface SenderKey {
  keyId: string;
  sender: string;
  scopes: SenderScopes;
  sha256: Buffer;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  usedAt: string | null;
}

const COLUMNS = `key_id as "keyId", sender, scopes, key_sha256 as sha256, created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", used_at as "usedAt"`;

/** What the admin's decision says of a key becomes one. @param word id of the decision, of this transaction */
export async function giveSenderKey(client: pg.ClientBase, word: string, sha256: Buffer): Promise<void> {
  await client.query('select tieout.give_sender_key($1, $2)', [word, sha256]);
}

/** By its id. */
export async function findSenderKey(
  client: pg.ClientBase | pg.Pool,
  keyId: string,
): Promise<SenderKey | undefined> {
  const found = await client.query<SenderKey>(`select ${COLUMNS} from tieout.sender_key where key_id = $1`, [
    keyId,
  ]);
  return found.rows[0];
}

/** All that were ever given, newest last; of those whose id begins so, where a beginning is given. */
export async function listSenderKeys(client: pg.ClientBase | pg.Pool, beginning = ''): Promise<SenderKey[]> {
  const found = await client.query<SenderKey>(
    `select ${COLUMNS} from tieout.sender_key where starts_with(key_id, $1) order by created_at, key_id`,
    [beginning],
  );
  return found.rows;
}

/** Ends the key that the decision names. @param word id of the decision, of this transaction */
export async function endSenderKey(client: pg.ClientBase, word: string): Promise<void> {
  await client.query('select tieout.end_sender_key($1)', [word]);
}

/** Notes a use, at most once a minute: a key that is used all the time must not be written all the time. */
export async function noteUse(client: pg.ClientBase | pg.Pool, keyId: string, at: string): Promise<void> {
  await client.query(
    `update tieout.sender_key set used_at = $2
      where key_id = $1 and (used_at is null or used_at < $2::timestamptz - interval '1 minute')`,
    [keyId, at],
  );
}
