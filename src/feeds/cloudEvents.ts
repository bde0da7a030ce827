// CloudEvents as a JSON document: one event, or an array of them (the batch format). What came over HTTP or a stream is
// replayed by this feed, and a file of that form can be taken in by it.
import { isUtf8 } from 'node:buffer';

import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import type { EventFeed, EventRecord, FeedFile } from './feed.ts';
import { jsonElements } from './jsonElements.ts';
import { brokenUtf8At } from './lines.ts';

/** A document is held in memory as a whole. */
const LARGEST_DOCUMENT = 64 * 1024 * 1024;

export const cloudEvents: EventFeed = {
  name: 'cloudevents',
  grouping: 'each',
  async *read(files: readonly FeedFile[]): AsyncGenerator<EventRecord[]> {
    for (const file of files) {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of file.bytes()) {
        bytes += chunk.length;
        if (bytes <= LARGEST_DOCUMENT) chunks.push(chunk);
      }
      const whole = Buffer.concat(chunks);
      if (bytes > LARGEST_DOCUMENT) {
        const expected = `a document of at most ${LARGEST_DOCUMENT} bytes; one event a line has no limit (feed canonical)`;
        yield [refused(whole.subarray(0, 65_536), refusalOf('TOO_LARGE', '', expected, `${bytes} bytes`))];
      } else yield recordsOf(whole);
    }
  },
};

function recordsOf(whole: Buffer): EventRecord[] {
  const texts = eventTexts(whole);
  if ('refusal' in texts) return [refused(whole, texts.refusal)];
  return texts.texts.map((text, index) => ({
    outcome: 'event',
    position: index + 1,
    byteOffset: 0,
    text,
    raw: () => Buffer.from(text),
  }));
}

const refused = (raw: Buffer, refusal: Refusal): EventRecord => ({
  outcome: 'refused',
  position: 1,
  byteOffset: 0,
  raw: () => raw,
  refusal,
});

/** Of a list of events; deeper ones would cost memory before anyone sees that they are none. */
const MAX_DEPTH = 1_000;

/** Of any text, JSON or not: brackets within strings do not count. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) quoted = !quoted;
    else if (quoted) i += code === 0x5c ? 1 : 0;
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** The events of a document as their texts; a refusal where it is none, or no JSON. */
export function eventTexts(bytes: Buffer): { texts: string[]; batch: boolean } | { refusal: Refusal } {
  if (!isUtf8(bytes)) {
    const at = brokenUtf8At(bytes);
    const found = `byte 0x${(bytes[at] ?? 0).toString(16)} at byte ${at + 1}`;
    return { refusal: refusalOf('NOT_JSON', '', 'UTF-8 text', found) };
  }
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (isTooDeep(text))
    return { refusal: refusalOf('SCHEMA', '', `at most ${MAX_DEPTH} levels of nesting`, 'more') };
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return { texts: jsonElements(text), batch: true };
    if (typeof parsed === 'object' && parsed !== null) return { texts: [text], batch: false };
  } catch {
    const found =
      text === '' ? 'nothing' : JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
    return { refusal: refusalOf('NOT_JSON', '', 'a JSON document', found) };
  }
  return {
    refusal: refusalOf('NOT_JSON', '', 'an object, or a list of objects', JSON.stringify(text.slice(0, 60))),
  };
}
