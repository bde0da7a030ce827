// What JSON.parse does not tell about a text: whether a key stands twice in an object, how deep it nests, and how its
// numbers were written. Decided here: a duplicate key is refused (two readers of such a text may take different values,
// and money depends on which), and a number is taken for an amount only as it was written, never after it became a double.
import { NUMBER_MARK } from './cursor.ts';

/** What one scan of a valid JSON text counts. */
export interface JsonSurvey {
  keys: number;
  depth: number;
  /** True where a number outside strings has a point or an exponent. */
  inexactNumbers: boolean;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/** Scans text that JSON.parse has accepted: about 1 us per KB. */
export function surveyJson(text: string): JsonSurvey {
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  let inexactNumbers = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case COLON:
        keys++;
        break;
      case 0x7b: // {
      case 0x5b: // [
        if (++depth > deepest) deepest = depth;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        break;
      case 0x2e: // .
        inexactNumbers = true;
        break;
      case 0x45: // E
      case 0x65: // e, which `true` and `false` have too, but never after a digit
        inexactNumbers ||= isDigit(text.charCodeAt(i - 1));
        break;
    }
  }
  return { keys, depth: deepest, inexactNumbers };
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (text.charCodeAt(end - 1) === BACKSLASH && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** True where an odd number of backslashes stands before `at`. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Parses again with every inexact number as a marked string, so that a refusal can show it as it was written. */
export function parseMarkingNumbers(text: string): unknown {
  const marked = text.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || !/[.eE]/.test(token) ? token : JSON.stringify(NUMBER_MARK + token),
  );
  return JSON.parse(marked);
}

const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The first key that stands twice in its object, as a path without list positions; '' where there is none. */
export function duplicateKey(text: string): string {
  const open: { names: Set<string>; name: string }[] = [];
  let previous = '';
  for (const [token] of text.matchAll(STRING_OR_BRACKET)) {
    const here = open.at(-1);
    if (token === '{' || token === '[') open.push({ names: new Set(), name: '' });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && here !== undefined) {
      here.name = JSON.parse(previous) as string;
      if (here.names.has(here.name))
        return open
          .map(({ name }) => name)
          .filter((name) => name !== '')
          .join('.');
      here.names.add(here.name);
    }
    previous = token;
  }
  return '';
}

const UNICODE_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;

/** True where an escape may make a character that PostgreSQL text cannot hold (U+0000) or that has no UTF-8. */
export function mayHoldUnstorableText(text: string): boolean {
  return text.includes('\\u') && UNICODE_ESCAPE.test(text);
}

const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Path of the first string or key with U+0000 or half a surrogate pair; undefined where every string can be stored. */
export function unstorableText(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${name}]` : `${path === '' ? '' : '.'}${name}`;
    if (unstorableText(name) !== undefined) return path;
    const found = unstorableText(member, path + step);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Path of the first integer beyond 2^53, whose last digits JSON.parse has lost; undefined where there is none. */
export function lostInteger(value: unknown, path = ''): string | undefined {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${name}]` : `${path === '' ? '' : '.'}${name}`;
    const found = lostInteger(member, path + step);
    if (found !== undefined) return found;
  }
  return undefined;
}
