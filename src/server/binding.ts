// CloudEvents 1.0.2 over HTTP: binary (attributes in `ce-` headers), structured (one event as JSON) and batch. Written by
// hand: the public library invents ids and times that are missing and reads amounts as floats.
import type { IncomingMessage } from 'node:http';

import { eventTexts } from '../feeds/cloudEvents.ts';
import { Problem } from './problem.ts';

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const MOST_EVENTS = 1_000;
/** Of one event; a batch may have five times as much. */
export const MOST_EVENT_BYTES = 1_048_576;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

export type Mode = 'binary' | 'structured' | 'batch';

/**
 * The mode of a request by its headers, before its body is read.
 * @throws Problem 415 for what is no event, or is packed
 */
export function modeOf({ headers }: IncomingMessage): Mode {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity')
    throw unsupported('content-encoding', 'no content-encoding: bodies are not unpacked', encoding);
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((one) => one.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw unsupported('content-type', 'charset=utf-8', charset);
  if (type === BATCH) return 'batch';
  if (type === STRUCTURED) return 'structured';
  const isBinary = Object.keys(headers).some((name) => name.startsWith('ce-'));
  if (isBinary && JSON_TYPE.test(type)) return 'binary';
  const expected = `${STRUCTURED}, ${BATCH}, or application/json with ce- headers`;
  const found = type === '' ? 'nothing' : JSON.stringify(type);
  throw unsupported(
    'content-type',
    expected,
    isBinary || !JSON_TYPE.test(type) ? found : `${found} without ce- headers`,
  );
}

function unsupported(path: string, expected: string, found: string): Problem {
  return new Problem(415, { detail: `${path}: expected ${expected}, found ${found}`, path, expected, found });
}

/**
 * The events of a request as texts of structured JSON.
 * @throws Problem 400 for a body that is no JSON or no events, 413 for too many
 */
export function textsOf(request: IncomingMessage, mode: Mode, body: Buffer): string[] {
  if (mode === 'binary') return [binaryText(request, body)];
  const read = eventTexts(body);
  if ('refusal' in read) throw bad('body', read.refusal.expected, read.refusal.found);
  if (read.batch !== (mode === 'batch')) {
    const expected = mode === 'batch' ? 'a list of events' : `one event; a list of them comes as ${BATCH}`;
    throw bad('body', expected, read.batch ? 'a list' : 'one object');
  }
  const { texts } = read;
  if (texts.length > MOST_EVENTS) throw tooMany(texts.length);
  if (texts.length > 0 && !texts.some((text) => text.startsWith('{')))
    throw bad('body', 'a list of events, which are objects', 'a list without an object');
  return texts;
}

function bad(path: string, expected: string, found: string): Problem {
  return new Problem(400, { detail: `${path}: expected ${expected}, found ${found}`, path, expected, found });
}

function tooMany(count: number): Problem {
  const expected = `at most ${MOST_EVENTS} events`;
  return new Problem(413, {
    detail: `body: expected ${expected}, found ${count}`,
    path: 'body',
    expected,
    found: `${count}`,
  });
}

/** Attributes from headers around the body as it came: its numbers stay text. */
function binaryText(request: IncomingMessage, body: Buffer): string {
  const data = eventTexts(body);
  if ('refusal' in data) throw bad('body', data.refusal.expected, data.refusal.found);
  const attributes = new Map<string, string>();
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const header = request.rawHeaders[i]!.toLowerCase();
    if (!header.startsWith('ce-')) continue;
    const name = header.slice('ce-'.length);
    if (!/^[a-z0-9]{1,20}$/.test(name) || name === 'data' || name === 'datacontenttype')
      throw bad(header, 'an attribute of letters and digits; data is the body', header);
    if (attributes.has(name)) throw bad(header, 'each attribute once', 'the same header twice');
    attributes.set(name, headerValue(header, request.rawHeaders[i + 1]!));
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  attributes.set('datacontenttype', type);
  const members = [...attributes].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const payload = data.batch ? `[${data.texts.join(',')}]` : data.texts[0]!;
  return `{${members.join(',')},"data":${payload}}`;
}

/** A header's text: quotes taken off, percent-encoded UTF-8 decoded (protocol binding, 3.1.3.2). */
function headerValue(header: string, raw: string): string {
  const value = /^"(?:[^"\\]|\\.)*"$/.test(raw) ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw;
  if (/[^\x20-\x7e]/.test(value))
    throw bad(header, 'printable ASCII, other characters percent-encoded', 'another character');
  try {
    return decodeURIComponent(value.replace(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    throw bad(header, 'percent-encoded UTF-8', JSON.stringify(value.slice(0, 60)));
  }
}
