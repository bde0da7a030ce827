// Canonical text and content hash of an event. Content is type, subject, time as an instant, and data; the stored text has
// all attributes. What the canonical form cannot hold (a key twice, an integer that lost digits) is refused here.
import { CanonicalWriter, quote, sha256, sortNames } from './canonicalJson.ts';
import type { Cursor } from './cursor.ts';
import type { Envelope } from './envelope.ts';
import type { JsonObject } from './fields.ts';
import { duplicateKey, lostInteger } from './jsonText.ts';
import type { JsonSurvey } from './jsonText.ts';

/** An event as it is stored and compared. */
export interface Canonical {
  text: string;
  hash: string;
  /** The instant, UTC, ISO with milliseconds. */
  time: string;
}

/** @param whole the event after its checks, its decimals at fixed scale; `text` is what it was parsed from */
export function canonicalOf(
  whole: JsonObject,
  data: JsonObject,
  { type, subject, instantMs }: Envelope,
  cursor: Cursor,
  survey: JsonSurvey,
  text: string,
): Canonical | undefined {
  const writer = new CanonicalWriter();
  const dataText = writer.write(data);
  const time = new Date(instantMs).toISOString();
  const names = sortNames(Object.keys(whole));
  writer.keys += names.length;
  const attributes = names.map(
    (name) => `${quote(name)}:${name === 'data' ? dataText : writer.write(whole[name])}`,
  );
  if (writer.keys !== survey.keys) {
    return cursor.refuse('SCHEMA', duplicateKey(text), 'each key once', 'the same key twice');
  }
  if (writer.lostDigits) {
    const path = lostInteger(whole) ?? '';
    return cursor.refuse('SCHEMA', path, 'an integer below 2^53, or the digits in quotes', 'a larger number');
  }
  const hash = contentHashOf(dataText, { subject: subject ?? '', time, type });
  return { text: `{${attributes.join(',')}}`, hash, time };
}

/** The hash of an event's content. @param data its canonical text */
export function contentHashOf(
  data: string,
  { subject, time, type }: { subject: string; time: string; type: string },
): string {
  return sha256(`{"data":${data},"subject":${quote(subject)},"time":"${time}","type":${quote(type)}}`);
}
