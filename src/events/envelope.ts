// The envelope around `data`: CloudEvents 1.0.2, structured JSON. Only what we use is checked; extension attributes are
// kept with the event and are no content.
import { parseInstant } from './businessDate.ts';
import { describe } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { choice, isObject, optional, record, text } from './fields.ts';
import type { JsonObject, Read } from './fields.ts';

const TIME_FORM = 'a time with offset like 2026-10-14T23:52:11-05:00';

const SHAPE = {
  specversion: choice('1.0'),
  id: text(),
  source: text(),
  type: text(),
  subject: optional(text()),
  time: text(),
  datacontenttype: optional(text()),
};
const ENVELOPE = record(SHAPE);
/** Its attributes as JSON Schema; `data` is the type's. */
export const ENVELOPE_SCHEMA = ENVELOPE.schema;

export interface Envelope extends Read<typeof SHAPE> {
  instantMs: number;
  data: JsonObject;
}

/** Reads the attributes; what is wrong goes to the cursor and the result is undefined. */
export function readEnvelope(whole: JsonObject, cursor: Cursor): Envelope | undefined {
  const attributes = ENVELOPE.read(whole, cursor);
  if (cursor.refusal !== undefined) return undefined;
  const { time, datacontenttype } = attributes;
  const instantMs = parseInstant(time);
  if (instantMs === undefined) return cursor.refuse('BAD_TIME', 'time', TIME_FORM, describe(time));
  if (datacontenttype !== undefined && !/^application\/(?:[\w.+-]+\+)?json\b/i.test(datacontenttype)) {
    return cursor.refuse('SCHEMA', 'datacontenttype', 'application/json', describe(datacontenttype));
  }
  const { data } = whole;
  if (!isObject(data)) return cursor.refuse('SCHEMA', 'data', 'an object', describe(data));
  return { ...attributes, instantMs, data };
}
