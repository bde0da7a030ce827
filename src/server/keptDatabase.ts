// The server's own database: opened when the process begins to work, opened again when it was lost. While there is none,
// every question of it is answered with 503 and the time to come back.
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import type { Database } from '../db/connection.ts';
import { Fault } from '../errors.ts';
import type { Log } from '../log/logger.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** No statement of an answer takes longer; one that does waits for a lock that is not given, or for a network that is away. */
const STATEMENT_TIMEOUT_MS = 30_000;

export interface KeptDatabaseOptions {
  open: (applicationName: string, statementTimeoutMs?: number) => Promise<Database>;
  name: string;
  log: Log;
}

export class KeptDatabase {
  readonly #options: KeptDatabaseOptions;
  readonly #stop = new AbortController();
  #db: Database | undefined;
  #opening: Promise<void> | undefined;

  constructor(options: KeptDatabaseOptions) {
    this.#options = options;
  }

  /** Undefined while it is away. */
  get db(): Database | undefined {
    return this.#db;
  }

  /** Opens it in the background, as often as it takes. */
  begin(): void {
    if (this.#db !== undefined || this.#stop.signal.aborted) return;
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
  }

  async #open(): Promise<void> {
    const { open, name, log } = this.#options;
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !this.#stop.signal.aborted;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    ) {
      try {
        const db = await open(`${name} http`, STATEMENT_TIMEOUT_MS);
        if (this.#stop.signal.aborted) return await db.close();
        this.#db = db;
        return;
      } catch (error) {
        log.error('the database does not answer; will try again', { worker: name, ms: pauseMs, error });
        await sleep(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  /** To be told of every error: where the database was lost, it is opened anew. */
  async look(db: Database): Promise<void> {
    if (this.#db !== db) return;
    const answers = await db.pool.query('select 1').then(
      () => true,
      () => false,
    );
    if (answers || this.#db !== db) return;
    this.#db = undefined;
    void db.close().catch(() => undefined);
    this.begin();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#opening?.catch(() => undefined);
    await this.#db?.close();
    this.#db = undefined;
  }
}

/** PostgreSQL: connection lost, shutting down, out of connections, memory or disk, a statement that took too long. */
const AWAY = /^(?:08|53|57)/;

/** True of an error after which the same request may succeed later: the database was away, or too busy. */
export function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return AWAY.test(error.code ?? '');
  if (error instanceof Fault) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message : '';
  return (
    /^E(?:CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND)/.test(code) ||
    /connection terminated|timeout exceeded when trying to connect|query read timeout|cannot use a pool after|not queryable/i.test(
      text,
    )
  );
}
