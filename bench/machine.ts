// What a figure was measured on, as the lines above the table: processor, memory, versions, and the server's settings. A
// figure without them says nothing.
import { cpus, loadavg, totalmem } from 'node:os';

import type { Database } from '../src/db/connection.ts';

const SHOWN = ['shared_buffers', 'work_mem', 'max_wal_size', 'wal_level', 'fsync', 'synchronous_commit'];
const GB = 2 ** 30;

/** Markdown lines. */
export async function machineText(db: Database): Promise<string> {
  const settings = await db.pool.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from unnest($1::text[]) as s (name)',
    [SHOWN],
  );
  const version = await db.pool.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  const [cpu] = cpus();
  return [
    `- Machine: ${cpus().length} x ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / GB)} GB; load when it began: ${(loadavg()[0] ?? 0).toFixed(1)}`,
    `- Node ${process.versions.node}, PostgreSQL ${version.rows[0]?.version ?? ''} (embedded): ${settings.rows.map(({ name, value }) => `${name} ${value}`).join(', ')}`,
    '',
  ].join('\n');
}
