// JSON whose numbers stay text. `JSON.parse` turns 4503599627370497.35 into a float before anyone can object, so numbers
// are read as the characters that were sent, and written as the characters that we have.

/** Parsed JSON; a number is its own text, as is a string: the reader knows which field is which. */
export type JsonText = string | boolean | null | JsonText[] | { [key: string]: JsonText };

/** A number to be written without quotes, from decimal text. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text))
      throw new RangeError(`not a decimal number: ${JSON.stringify(text)}`);
    this.text = text;
  }
}

/** What can be written: no JavaScript number, so that no amount passes through one by mistake. */
export type JsonOut =
  string | boolean | null | JsonNumber | readonly JsonOut[] | { readonly [key: string]: JsonOut };

// A string, or a number outside of one. Strings come first, so digits inside them are never seen as numbers.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * Reads JSON with every number as its text.
 * @throws SyntaxError where it is not JSON
 */
export function parseJsonText(text: string): JsonText {
  return JSON.parse(
    text.replace(TOKEN, (token) => (token.startsWith('"') ? token : quoted(token))),
  ) as JsonText;
}

function quoted(number: string): string {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(number))
    throw new SyntaxError(`bad number: ${number}`);
  return `"${number}"`;
}

/** Writes JSON, numbers as the text they were given. */
export function writeJson(value: JsonOut): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${(value as readonly JsonOut[]).map(writeJson).join(',')}]`;
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${writeJson(member as JsonOut)}`,
  );
  return `{${members.join(',')}}`;
}

/** The object behind a value, or an empty one: for reading answers whose shape has to be checked field by field. */
export function asObject(value: JsonText | undefined): { [key: string]: JsonText } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** The list behind a value, or an empty one. */
export function asList(value: JsonText | undefined): JsonText[] {
  return Array.isArray(value) ? value : [];
}

/** The text behind a value; '' for null, absent, false (Odoo's empty) and whatever is no text. */
export function asText(value: JsonText | undefined): string {
  return typeof value === 'string' ? value : '';
}
