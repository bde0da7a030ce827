// Cuts bytes into lines without ever holding more than a few of them: position and raw bytes of each line are kept, so
// that a refused record can be shown, stored and read again exactly as it came.
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';

import { UserError } from '../errors.ts';
import type { Gap } from './feed.ts';

/** One line as delivered, without its line end. Its bytes are cut out only when they are asked for. */
export class RawLine {
  /** 1 = first line of the file. */
  readonly number: number;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** Longer than the limit: only its beginning was kept. */
  readonly tooLarge: boolean;
  /** False for a last line without a line end. */
  readonly ended: boolean;
  /** Its end was CRLF. */
  readonly crlf: boolean;
  readonly #chunk: Buffer;
  readonly #from: number;
  readonly #to: number;

  constructor(
    at: { number: number; offset: number },
    chunk: Buffer,
    from: number,
    to: number,
    ended: boolean,
    tooLarge: boolean,
  ) {
    this.number = at.number;
    this.offset = at.offset;
    this.ended = ended;
    this.tooLarge = tooLarge;
    this.crlf = !tooLarge && ended && to > from && chunk[to - 1] === CR;
    this.#chunk = chunk;
    this.#from = from;
    this.#to = this.crlf ? to - 1 : to;
  }

  get length(): number {
    return this.#to - this.#from;
  }

  /** The bytes without line end and byte order mark; only the first `LONGEST_KEPT` where too large. */
  get bytes(): Buffer {
    return this.#chunk.subarray(this.#from, this.#to);
  }

  /** As UTF-8 text; U+FFFD where the bytes are none. */
  get text(): string {
    return this.#chunk.toString('utf8', this.#from, this.#to);
  }
}

/** Of a line above the limit so much is kept as evidence. */
export const LONGEST_KEPT = 64 * 1024;
// What a chunk becomes (rows, fields, texts) should die young: with 1 MiB half the time of a million rows went into garbage.
const CHUNK = 1 << 16;
const LF = 10;
const CR = 13;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);
const NO_GAP: Gap = { lines: 0, bytes: 0 };

/**
 * The bytes of a file in chunks; a missing or unreadable file is the person's to fix.
 * @param range first and last byte, both read, from 0
 */
export async function* fileBytes(
  path: string,
  range: { start?: number; end?: number } = {},
): AsyncGenerator<Buffer> {
  try {
    const stream = createReadStream(path, { highWaterMark: CHUNK, ...range });
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What to say about a file that cannot be read. */
export function unreadable(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  const found: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'no permission to read it',
    EISDIR: 'a folder',
    ENOTDIR: 'a file where a folder was expected',
  };
  if (code === undefined || found[code] === undefined) return error as Error;
  return new UserError({
    where: path,
    what: 'cannot read the file',
    found: found[code],
    todo: 'check the path and its permissions',
  });
}

/**
 * Lines of a byte stream, many at a time (one `await` per line would cost more than the line).
 * Accepts LF and CRLF; a byte order mark at the start is dropped.
 * @param limit bytes above which a line is cut and marked `tooLarge`
 * @param gap what the source leaves out behind its first line
 */
export async function* readLines(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  limit: number,
  gap: Gap = NO_GAP,
): AsyncGenerator<RawLine[]> {
  let carry: Buffer[] = [];
  let carried = 0;
  const at = { number: 1, offset: 0 };
  const cut = (chunk: Buffer, start: number, end: number, ended: boolean): RawLine => {
    let [bytes, from, to] = [chunk, start, end];
    const length = carried + end - start;
    if (carry.length > 0) {
      bytes = Buffer.concat([...carry, chunk.subarray(start, end)]);
      [from, to] = [0, bytes.length];
      carry = [];
      carried = 0;
    }
    if (at.number === 1 && bytes.subarray(from, from + BOM.length).equals(BOM)) from += BOM.length;
    const tooLarge = length > limit;
    const line = new RawLine(
      at,
      bytes,
      from,
      tooLarge ? Math.min(to, from + LONGEST_KEPT) : to,
      ended,
      tooLarge,
    );
    const skipped = at.number === 1 ? gap : NO_GAP;
    at.number += 1 + skipped.lines;
    at.offset += length + (ended ? 1 : 0) + skipped.bytes;
    return line;
  };
  for await (const chunk of source) {
    const lines: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      lines.push(cut(chunk, start, end, true));
      start = end + 1;
    }
    // Past the limit only the beginning is kept: a file that is one endless line must not fill the memory.
    if (start < chunk.length && carried <= limit) carry.push(chunk.subarray(start));
    carried += chunk.length - start;
    if (lines.length > 0) yield lines;
  }
  if (carried > 0) yield [cut(NOTHING, 0, 0, false)];
}

/** Where bytes stop being UTF-8: position of the first byte of the broken character, from 0; -1 where all is well. */
export function brokenUtf8At(bytes: Buffer): number {
  if (isUtf8(bytes)) return -1;
  // Halve to the longest prefix that is UTF-8 but for a character cut at its end, then step back over that one.
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  while (!isUtf8(bytes.subarray(0, good))) good -= 1;
  return good;
}

function isPrefix(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
