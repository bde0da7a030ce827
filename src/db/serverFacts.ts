// What the database's server says of itself.
import type pg from 'pg';

export interface ServerFacts {
  /** `18.4` */
  version: string;
  /** Its clock, milliseconds since 1970. */
  nowMs: number;
}

export async function serverFacts(client: pg.ClientBase | pg.Pool): Promise<ServerFacts> {
  const { rows } = await client.query<{ version: string; now: string }>(
    `select current_setting('server_version') as version, (extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
  );
  const { version, now } = rows[0]!;
  return { version, nowMs: Number(now) };
}
