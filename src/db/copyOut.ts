// COPY out of a table, in the same text format that goes in: every value comes back as exactly what it was.
import type { Readable } from 'node:stream';

import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

import type { TableContents } from './contents.ts';
import { quoted } from './contents.ts';

/** The rows of a table as COPY text. The order is the table's own; the snapshot is the transaction's. */
export function copyOut(client: pg.ClientBase, table: TableContents): Readable {
  const columns = table.columns.map(quoted).join(', ');
  return client.query(copyTo(`copy tieout.${quoted(table.name)} (${columns}) to stdout`));
}
