// The hash chain of the audit rows: each row's hash covers the one before it, so a changed, moved or missing row shows.
// Pure: the rows come from src/db/audit.ts. A cut tail shows only against a head that was written down elsewhere.
import { createHash } from 'node:crypto';

const VERSION = 'tieout-audit-1';
/** What the first row of a stream names as its predecessor. */
export const GENESIS = '0'.repeat(64);

/** One stored row. `seq` counts from 1 without gaps within its stream; `payload` is canonical JSON as stored. */
export interface AuditRow {
  readonly stream: string;
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
  readonly payload: string;
}

/** Where a stream stands: its last row, or the genesis. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = Object.freeze({ seq: 0, hash: GENESIS });

/** SHA-256 in hex over version, stream, seq, previous hash and payload; line breaks cannot occur in the first four. */
export function auditHash(row: Omit<AuditRow, 'hash'>): string {
  return createHash('sha256')
    .update(`${VERSION}\n${row.stream}\n${row.seq}\n${row.previous}\n`)
    .update(row.payload)
    .digest('hex');
}

/** The row that follows `head`. */
export function nextRow(stream: string, head: ChainHead, payload: string): AuditRow {
  const row = { stream, seq: head.seq + 1, previous: head.hash, payload };
  return { ...row, hash: auditHash(row) };
}

/** What is wrong with `row` as the successor of `head`; undefined when it fits. */
export function brokenBy(row: AuditRow, head: ChainHead): string | undefined {
  if (row.seq !== head.seq + 1) return `row ${row.seq} follows row ${head.seq}: rows are missing or doubled`;
  if (row.previous !== head.hash) return `row ${row.seq} names another predecessor than the row before it`;
  if (row.hash !== auditHash(row)) return `row ${row.seq} was changed after it was written`;
  return undefined;
}
