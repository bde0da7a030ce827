// The one entry of a zip archive that fits a pattern. Its directory is held against the limits of workbooks before a byte is
// unpacked, and every entry against what the directory says of it.
import { Inflate } from 'fflate';

import type { FeedFile } from '../feed.ts';
import { checkSizes, isArchive, readDirectory } from '../xlsx/archive.ts';
import { collect } from '../xlsx/asCsv.ts';
import { FileRefused } from './refusals.ts';

const SLICE = 1 << 16;

/** The bytes of the entry; of a file that is no archive, its own. */
export async function* unzipped(file: FeedFile, pattern: RegExp): AsyncGenerator<Buffer> {
  const source = chunksOf(file.bytes());
  const first = await source.next();
  if (first.done === true) return;
  if (!isArchive(first.value)) {
    yield first.value;
    yield* source;
    return;
  }
  const bytes = await collect(first.value, source);
  const entries = readDirectory(bytes);
  const refused = Array.isArray(entries) ? checkSizes(bytes, entries) : entries;
  if (!Array.isArray(entries) || refused !== undefined)
    throw new FileRefused(
      'TOO_LARGE',
      file.path,
      refused?.what.replace('workbook', 'archive') ?? '',
      refused?.expected,
      refused?.found,
    );
  const fitting = entries.filter(({ name }) => pattern.test(name.slice(name.lastIndexOf('/') + 1)));
  const [entry] = fitting;
  if (entry === undefined || fitting.length > 1)
    throw new FileRefused(
      'NOT_THIS_FEED',
      file.path,
      `${fitting.length} files of the archive fit`,
      `one that fits ${pattern.source}`,
      entries
        .map(({ name }) => name)
        .slice(0, 10)
        .join(', '),
    );
  const packed = bytes.subarray(entry.start, entry.start + entry.packed);
  if (entry.method === 0) {
    yield Buffer.from(packed);
    return;
  }
  let ready: Buffer[] = [];
  const inflate = new Inflate((chunk) => ready.push(Buffer.from(chunk)));
  for (let at = 0; at < packed.length; at += SLICE) {
    inflate.push(packed.subarray(at, at + SLICE), at + SLICE >= packed.length);
    yield* ready;
    ready = [];
  }
}

async function* chunksOf(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
}
