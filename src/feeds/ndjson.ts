// Canonical events, one JSON document a line. A bad line is refused by itself; its neighbours go on.
import { isUtf8 } from 'node:buffer';

import { refusalOf } from '../events/cursor.ts';
import type { EventFeed, EventRecord, FeedFile } from './feed.ts';
import { brokenUtf8At, LONGEST_KEPT, readLines } from './lines.ts';
import type { RawLine } from './lines.ts';

/** Longest event, in bytes. A larger one is a mistake (an order has some hundred lines), and one line must fit in memory. */
export const LONGEST_EVENT = 1 << 20;

export const canonicalEvents: EventFeed = {
  name: 'canonical',
  grouping: 'each',
  async *read(files: readonly FeedFile[]): AsyncGenerator<EventRecord[]> {
    for (const file of files) {
      for await (const lines of readLines(file.bytes(), LONGEST_EVENT)) {
        yield lines.filter((line) => !isBlank(line.bytes)).map(toRecord);
      }
    }
  },
};

function toRecord(line: RawLine): EventRecord {
  const delivered = { position: line.number, byteOffset: line.offset, raw: () => line.bytes };
  if (line.tooLarge) {
    return {
      ...delivered,
      outcome: 'refused',
      refusal: refusalOf(
        'TOO_LARGE',
        '',
        `an event of at most ${LONGEST_EVENT} bytes`,
        `a longer line; its first ${LONGEST_KEPT} bytes are kept`,
      ),
    };
  }
  if (!isUtf8(line.bytes)) {
    const at = brokenUtf8At(line.bytes);
    const found = `byte 0x${(line.bytes[at] ?? 0).toString(16)} at byte ${at + 1} of the line`;
    return { ...delivered, outcome: 'refused', refusal: refusalOf('NOT_JSON', '', 'UTF-8 text', found) };
  }
  const { text } = line;
  if (!line.ended && !text.trimEnd().endsWith('}')) {
    const found = `the file ends in the middle of this line, after ${line.bytes.length} bytes`;
    return {
      ...delivered,
      outcome: 'refused',
      refusal: refusalOf('NOT_JSON', '', 'a whole JSON document', found),
    };
  }
  return { ...delivered, outcome: 'event', text };
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
