// A delivery: the files that are taken together, what they hash to, and what became of their records. The same bytes
// again change nothing; that is decided here, before any record is read.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { fileBytes, unreadable } from '../feeds/lines.ts';
import type { FeedFile } from '../feeds/feed.ts';

/** What became of one delivery: the shape of `ingest --json` (spec: command line). */
export interface DeliveryReport extends Remarks {
  path: string;
  sha256: string;
  batch: string;
  received: number;
  accepted: number;
  duplicates: number;
  skipped: number;
  quarantined: number;
  control: { ok: boolean; expected: ControlFigures; found: ControlFigures } | null;
  /** What came and what went in the header since the feed's last batch; absent: nothing. */
  headerChanged?: string;
}

/** Rows of which something is to be said, among those counted as accepted or duplicate; absent: none. */
export interface Remarks {
  /** Of an older extract than what stands: what stands stays. */
  older?: number;
  /** With blanks around reference, assignment or text, which were not taken along. */
  trimmed?: number;
  /** With a date or reference that nobody can read and nothing hangs on. */
  unread?: number;
}

/** What a control file says of an extract, or the extract of itself: rows and sums; and of its scope what differs. */
export type ControlFigures = {
  rows?: number;
  debit?: string;
  credit?: string;
  companies?: string;
  ledgers?: string;
  accounts?: string;
  from?: string;
  to?: string;
};

/** Told while files are read; bytes read so far of all bytes. */
export type Progress = (read: number, total: number) => void;

export interface Delivery {
  /** Names joined, as people see them. */
  path: string;
  sha256: string;
  bytes: number;
  files: readonly FeedFile[];
}

/** Hashes the files (0.4 s a GB) and opens them for the feed; a missing file is a `UserError`. */
export async function openDelivery(paths: readonly string[], progress: Progress): Promise<Delivery> {
  let bytes = 0;
  const hashes: string[] = [];
  for (const path of paths) {
    const hash = createHash('sha256');
    for await (const chunk of fileBytes(path)) hash.update(chunk);
    hashes.push(hash.digest('hex'));
    bytes += (await stat(path).catch((error: unknown) => Promise.reject(unreadable(path, error)))).size;
  }
  let read = 0;
  const files = paths.map((path) => ({
    path,
    async *bytes(): AsyncGenerator<Buffer> {
      for await (const chunk of fileBytes(path)) {
        yield chunk;
        read += chunk.length;
        progress(Math.min(read, bytes), bytes);
      }
    },
  }));
  const sha256 =
    hashes.length === 1 ? hashes[0]! : createHash('sha256').update(hashes.join('\n')).digest('hex');
  return {
    path: paths.map((path) => (paths.length === 1 ? path : basename(path))).join(' + '),
    sha256,
    bytes,
    files,
  };
}
