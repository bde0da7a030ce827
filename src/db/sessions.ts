// Sessions of the console and links into a demonstration: functions of the database write and judge them
// (entities/migrations/0007_console.sql); here only hashes go in, except where a token is proved.
import type pg from 'pg';

import type { SecretKey } from './decision.ts';

type Client = pg.ClientBase | pg.Pool;

export interface SessionPerson {
  name: string;
  role: string;
  /** Only what is of these; none named: of all. */
  companies: string[];
  /** '' for a session by a link. */
  keyId: string;
}

/** Whose session it is now; undefined where it is nobody's, or over. */
export async function personOfSession(client: Client, token: SecretKey): Promise<SessionPerson | undefined> {
  const found = await client.query<SessionPerson & { name: string | null }>(
    `select user_name as name, role, companies, key_id as "keyId" from tieout.session_of($1)`,
    [token.reveal()],
  );
  const [person] = found.rows;
  return person?.name === null ? undefined : person;
}

/** Begins a session for the holder of a key that is good now. */
export async function beginSession(client: Client, key: SecretKey, tokenHash: Buffer): Promise<void> {
  await client.query('select tieout.begin_session($1, $2)', [key.reveal(), tokenHash]);
}

/** @param everywhere all sessions of its person */
export async function endSession(client: Client, token: SecretKey, everywhere: boolean): Promise<void> {
  await client.query('select tieout.end_session($1, $2)', [token.reveal(), everywhere]);
}

/** Ends every session and link: of a database that was restored, for one. Only the owner of the tables may. */
export async function endAllSessions(client: pg.ClientBase): Promise<void> {
  await client.query('update tieout.user_session set ended_at = clock_timestamp() where ended_at is null');
  await client.query('update tieout.once_link set used_at = clock_timestamp() where used_at is null');
}

/** The auditor whom the link will sign in; undefined where there is none. */
export async function makeOnceLink(client: Client, linkHash: Buffer): Promise<string | undefined> {
  const made = await client.query<{ auditor: string | null }>('select tieout.make_once_link($1) as auditor', [
    linkHash,
  ]);
  return made.rows[0]?.auditor ?? undefined;
}

/** False where the link is unknown, was used, or is older than five minutes. */
export async function useOnceLink(client: Client, link: SecretKey, tokenHash: Buffer): Promise<boolean> {
  const used = await client.query<{ ok: boolean }>('select tieout.use_once_link($1, $2) as ok', [
    link.reveal(),
    tokenHash,
  ]);
  return used.rows[0]?.ok === true;
}
