// COPY into a table: the fast way in for bulk rows (about 185,000 rows/s with a unique key against 13,000 by insert).
// Rows travel in the text format, gathered into chunks, because one write a row costs more than the row.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import { Fault } from '../errors.ts';

const CHUNK = 1 << 16;
const TARGET = /^(?:[a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]* ?\([a-z0-9_", ]+\)$/;

/**
 * Copies lines made by `copyLine` (or ready-made COPY text) into `target`, which is `schema.table(column, column)` from
 * a constant in code, never from data. A row may come in pieces, as text or as bytes. Returns the number of rows. The
 * transaction is the caller's.
 */
export async function copyIn(
  client: pg.ClientBase,
  target: string,
  rows: Iterable<string | Buffer> | AsyncIterable<string | Buffer>,
): Promise<number> {
  if (!TARGET.test(target)) throw new Fault(`not a COPY target: ${target}`);
  const stream = client.query(copyFrom(`copy ${target} from stdin`));
  await pipeline(Readable.from(inChunks(rows), { objectMode: true, highWaterMark: 4 }), stream);
  return stream.rowCount;
}

/** Rows in pieces, made as they are sent: the server need not wait for the last. */
export function* piecesOf<T>(
  rows: readonly T[],
  rowOf: (row: T, index: number) => readonly (string | Buffer)[],
): Generator<string | Buffer> {
  for (const [index, row] of rows.entries()) yield* rowOf(row, index);
}

async function* inChunks(
  rows: Iterable<string | Buffer> | AsyncIterable<string | Buffer>,
): AsyncGenerator<Buffer> {
  const gathered = new Gathered();
  // `for await` over a plain iterable waits once per row; telling the two apart makes a million rows 0.4 s cheaper.
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      const full = gathered.add(row);
      if (full !== undefined) yield full;
    }
  } else {
    for await (const row of rows) {
      const full = gathered.add(row);
      if (full !== undefined) yield full;
    }
  }
  if (gathered.bytes.length > 0) yield gathered.bytes;
}

const MOST_BYTES_A_UNIT = 3;

/** Rows as bytes, one behind the other. */
class Gathered {
  #chunk = Buffer.allocUnsafe(CHUNK);
  #length = 0;

  get bytes(): Buffer {
    return this.#chunk.subarray(0, this.#length);
  }

  /** Takes a row in; returns what was gathered before where it did not fit behind that. */
  add(row: string | Buffer): Buffer | undefined {
    const most = typeof row === 'string' ? row.length * MOST_BYTES_A_UNIT : row.length;
    let full: Buffer | undefined;
    if (this.#length + most > this.#chunk.length) {
      full = this.bytes;
      this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK, most));
      this.#length = 0;
    }
    this.#length +=
      typeof row === 'string' ? this.#chunk.write(row, this.#length) : row.copy(this.#chunk, this.#length);
    return full;
  }
}

const SPECIAL = /[\\\t\n\r\0]/;
const EVERY_SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One row as COPY text with its line end. `null` is SQL null. Throws on U+0000, which PostgreSQL text cannot hold. */
export function copyLine(values: readonly (string | null)[]): string {
  return copyCells(values) + '\n';
}

/** The same without a line end: some cells of a row, to be joined with others by a tab. */
export function copyCells(values: readonly (string | null)[]): string {
  // Joined, not added up: a text of sixty pieces that waits for its turn costs ten times its memory, and a million ledger
  // lines then spent 4.2 s in garbage collection instead of 1.0 s.
  const cells: string[] = [];
  for (const value of values) {
    cells.push(value === null ? '\\N' : SPECIAL.test(value) ? escaped(value) : value);
  }
  return cells.join('\t');
}

function escaped(value: string): string {
  if (value.includes('\0')) throw new Fault('U+0000 in a text value: it had to be refused before storage');
  return value.replace(EVERY_SPECIAL, (character) => ESCAPED[character] ?? character);
}
