// A message of a stream as the intake takes it: the text of one event. What is no text, or of a source that this stream may not
// carry, is refused here, with its bytes.
import { refusalOf } from '../events/cursor.ts';
import { eventTexts } from '../feeds/cloudEvents.ts';
import type { Message } from '../intake/messages.ts';
import { fewOf } from '../fewOf.ts';

const SHOWN = 5;

/** @param sources that the stream may carry */
export function messageOf(data: Uint8Array, sources: readonly string[]): Message {
  const raw = Buffer.from(data);
  const read = eventTexts(raw);
  if ('refusal' in read) return { refusal: read.refusal, raw };
  if (read.batch) {
    return { refusal: refusalOf('SCHEMA', '', 'one event a message', 'a list'), raw };
  }
  const text = read.texts[0]!;
  const { source, id, type } = JSON.parse(text) as Record<string, unknown>;
  if (typeof source !== 'string' || sources.includes(source)) return { text };
  const expected = `a source that this stream may carry (${fewOf(sources, SHOWN)})`;
  const refusal = refusalOf('UNKNOWN_SOURCE', 'source', expected, JSON.stringify(source.slice(0, 200)));
  const told = {
    ...(source.length <= 200 && { source }),
    ...(typeof id === 'string' && id.length <= 200 && { id }),
    ...(typeof type === 'string' && { type }),
  };
  return { refusal: { ...refusal, ...told }, raw };
}
