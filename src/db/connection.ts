// Opens the database, ours (embedded) or the one that DATABASE_URL names, with one way to read values: dates, amounts,
// big integers and instants come back as text, because a Date or a float between database and rule loses money or days.
import pg from 'pg';

import { Fault, UserError } from '../errors.ts';
import { joinEmbeddedServer } from './embedded.ts';

export interface DatabaseOptions {
  /** Folder of the embedded server; used only when `url` is undefined. */
  dataDir: string;
  /** DATABASE_URL, when set. */
  url?: string;
  /** What `pg_stat_activity` shows for our connections. */
  applicationName?: string;
  /** Upper bound of the pool; 8 unless told. */
  maxConnections?: number;
  /**
   * Longest statement in milliseconds; 0 (default) = no limit. With a limit nothing waits longer than the limit and
   * ANSWER_MS, though the network swallow the answer, and a session whose client went away in a transaction is ended.
   */
  statementTimeoutMs?: number;
}

export interface Database {
  readonly pool: pg.Pool;
  readonly url: string;
  readonly embedded: boolean;
  /** Ends all connections; the last process out stops the embedded server. Safe to call twice. */
  close(): Promise<void>;
}

const OLDEST_SERVER = 150000;
/** How long after a statement's own limit its answer, or its refusal, may still be on the way. */
const ANSWER_MS = 3_000;

const asText = (value: string): string => value;
/** `2026-03-31 10:00:00.5+00` -> `2026-03-31T10:00:00.5Z`; the session's time zone is UTC, so it always ends in +00. */
const asInstant = (value: string): string => value.replace(' ', 'T').replace(/\+00$/, 'Z');
/** The driver's own parser; its types know scalars only. */
const valueParser = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown;
const TEXT_ARRAY = 1009;
const textArray = valueParser(TEXT_ARRAY);

const PARSERS: ReadonlyMap<number, (value: string) => unknown> = new Map<number, (value: string) => unknown>([
  [20, asText], // int8
  [1082, asText], // date
  [1114, asText], // timestamp
  [1184, asInstant], // timestamptz
  [1700, asText], // numeric
  [1016, textArray], // int8[]
  [1182, textArray], // date[]
  [1185, textArray], // timestamptz[]
  [1231, textArray], // numeric[]; the driver's own parser makes floats of it
]);

/** How values come back from the database; the TypeORM data source uses the same table. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || valueParser(oid, format)) as typeof pg.types.getTypeParser,
};

const SESSION = `set search_path to tieout, public; set time zone 'UTC'; set datestyle to 'ISO, YMD';
  set intervalstyle to 'iso_8601'; set extra_float_digits to 1; set client_min_messages to warning; set jit to off`;

/** The pool waits for this promise before it lends the connection, which its published type does not say. */
function prepareSession(statementTimeoutMs: number): (client: pg.ClientBase) => void {
  const prepare = (client: pg.ClientBase): Promise<unknown> =>
    client.query(
      `${SESSION}; set statement_timeout to ${statementTimeoutMs}; set idle_in_transaction_session_timeout to ${statementTimeoutMs}`,
    );
  return prepare as (client: pg.ClientBase) => void;
}

/** What the server did not do and only warned about (tables that are not this login's), by connection. */
const skipped = new WeakMap<pg.ClientBase, string>();

/**
 * A statement that the server passed over with a warning did not happen: what relies on it would be slow or wrong later.
 * @throws Fault with the server's words
 */
export function requireNothingSkipped(client: pg.ClientBase): void {
  const message = skipped.get(client);
  skipped.delete(client);
  if (message !== undefined) throw new Fault(`the database did not do what it was told: ${message}`);
}

/** As many as `reconcile --workers` may ask for, and some beside them. They are opened when they are needed. */
const MOST_CONNECTIONS = 20;

/** Opens a pool and checks that the server answers and is new enough. A `UserError` says why it cannot. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const server =
    options.url === undefined
      ? await joinEmbeddedServer(options.dataDir)
      : { url: options.url, leave: async () => {} };
  const statementTimeoutMs = options.statementTimeoutMs ?? 0;
  const pool = new pg.Pool({
    connectionString: server.url,
    application_name: options.applicationName ?? 'tieout',
    max: options.maxConnections ?? MOST_CONNECTIONS,
    types: valueTypes,
    keepAlive: true,
    connectionTimeoutMillis:
      statementTimeoutMs === 0 ? 15_000 : Math.min(15_000, statementTimeoutMs + ANSWER_MS),
    ...(statementTimeoutMs === 0 ? {} : { query_timeout: statementTimeoutMs + ANSWER_MS }),
    onConnect: prepareSession(statementTimeoutMs),
  });
  // An idle connection that breaks (server restarted) is dropped by the pool; the next query opens another one.
  pool.on('error', () => {});
  // Nor does one that breaks while it is lent out: its next query fails, and that error is handled where it is asked.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    client.on('notice', ({ message }) => {
      if (message !== undefined && /skipping/.test(message)) skipped.set(client, message);
    });
  });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await pool.end();
    await server.leave();
  };
  try {
    const answer = await pool.query<{ version: number; shown: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_version') as shown`,
    );
    const row = answer.rows[0];
    if (row === undefined || row.version < OLDEST_SERVER) {
      throw new UserError({
        where: withoutPassword(server.url),
        what: 'the database server is too old',
        expected: 'PostgreSQL 15 or later',
        found: `PostgreSQL ${row?.shown ?? 'unknown'}`,
        todo: 'upgrade the server, or name another one in DATABASE_URL',
      });
    }
  } catch (error) {
    await close();
    throw explainConnectError(error, server.url);
  }
  return { pool, url: server.url, embedded: options.url === undefined, close };
}

/**
 * One transaction: commits what `work` did, or rolls all of it back and throws its error.
 * A connection lost inside COMMIT is a `Fault` of its own: nobody knows whether it happened, so nobody may just repeat it.
 */
export async function transaction<T>(db: Database, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  let broken: Error | undefined;
  const remember = (error: Error): void => {
    broken = error;
  };
  client.on('error', remember);
  try {
    return await transactionOn(client, () => work(client), remember);
  } finally {
    client.off('error', remember);
    client.release(broken);
  }
}

/** The same on a connection that the caller holds. @param broken told that the connection is of no use any more */
export async function transactionOn<T>(
  client: pg.ClientBase,
  work: () => Promise<T>,
  broken: (error: Error) => void = () => {},
): Promise<T> {
  await client.query('begin');
  let result: T;
  try {
    result = await work();
    requireNothingSkipped(client);
  } catch (error) {
    // A connection that swallowed an answer would swallow the next one too: it is thrown away, the server rolls back.
    if (isSwallowed(error)) broken(error);
    else await client.query('rollback').catch(broken);
    throw error;
  }
  await commit(client, broken);
  return result;
}

async function commit(client: pg.ClientBase, remember: (error: Error) => void): Promise<void> {
  try {
    const answer = await client.query('commit');
    if (answer.command !== 'COMMIT') {
      throw new Fault(
        'the transaction was rolled back: a statement in it had failed and its error was not passed on',
      );
    }
  } catch (error) {
    if (error instanceof Fault || !outcomeUnknown(error)) throw error;
    remember(error as Error);
    throw new Fault(
      'the connection to the database was lost during COMMIT: the outcome is unknown; read back before repeating',
      { cause: error },
    );
  }
}

/** True for the driver's own time-out: the statement's answer never came. */
function isSwallowed(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** True where the server did not say that it refused: no SQLSTATE at all, a connection class (08) or a shutdown (57P). */
function outcomeUnknown(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  const code = error.code ?? '';
  return code === '' || code.startsWith('08') || code.startsWith('57P');
}

/** The URL as it may be shown: user, host, port and database, never the password. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:@/]*):[^@]*@/i, '$1@').replace(/([?&]password=)[^&]*/gi, '$1***');
}

function explainConnectError(error: unknown, url: string): Error {
  if (error instanceof UserError || error instanceof Fault) return error;
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const reason = first instanceof Error ? first.message : String(first);
  return new Fault(
    `the database does not answer: ${withoutPassword(url)}\n  found:    ${reason}\n` +
      '  to do:    check that the server runs and that DATABASE_URL names it (postgres://user:password@host:port/database)',
    { cause: error },
  );
}
