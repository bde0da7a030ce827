// The vocabulary that event schemas are written in. Our own, not a validation library, because a refusal must name path,
// expected and found exactly, and because reading an amount must also leave its fixed-scale text for the content hash.
import { DAY_FORM, parseIsoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { unseenIn } from '../accounting/keyFault.ts';
import { NUMBER_MARK, describe } from './cursor.ts';
import type { Cursor } from './cursor.ts';

/** One field: how it is read, and what to say it should have been. */
export interface Field<T> {
  readonly optional: boolean;
  readonly expected: string;
  /** The same as JSON Schema 2020-12, for senders. */
  readonly schema: JsonSchema;
  /** Reads a present value; a refusal goes to the cursor and the result is then not to be used. */
  readonly read: (value: unknown, cursor: Cursor) => T;
}

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Fields by name, in the order they are read. */
export type Shape = Readonly<Record<string, Field<unknown>>>;
/** What reading a shape gives. */
export type Read<S extends Shape> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MAX_TEXT = 200;
// Half surrogates have no UTF-8.
const HALF_SURROGATE = /\p{Cs}/u;

/** A name or id: 1 to `longest` characters, none of them invisible, no blanks at the ends. */
export function text(longest = MAX_TEXT): Field<string> {
  const expected = `text of 1 to ${longest} characters`;
  return {
    optional: false,
    expected,
    schema: { type: 'string', minLength: 1, maxLength: longest },
    read(value, cursor) {
      if (typeof value !== 'string' || value.length === 0 || value.length > longest)
        cursor.wrong(expected, value);
      else if (value.startsWith(NUMBER_MARK) || HALF_SURROGATE.test(value)) cursor.wrong(expected, value);
      else {
        const fault = unseenIn(value);
        if (fault !== undefined) cursor.refuse('BAD_KEY', cursor.path(), fault.expected, fault.found);
      }
      return value as string;
    },
  };
}

/** One of a closed list of words. */
export function choice<const T extends string>(...words: readonly T[]): Field<T> {
  const expected = words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`;
  const known: ReadonlySet<unknown> = new Set(words);
  return {
    optional: false,
    expected,
    schema: words.length === 1 ? { const: words[0] } : { enum: words },
    read(value, cursor) {
      if (!known.has(value)) cursor.wrong(expected, value);
      return value as T;
    },
  };
}

export const flag: Field<boolean> = {
  optional: false,
  expected: 'true or false',
  schema: { type: 'boolean' },
  read(value, cursor) {
    if (typeof value !== 'boolean') cursor.wrong(flag.expected, value);
    return value as boolean;
  },
};

/** 1, 2, 3, ... as a JSON number. */
export const ordinal: Field<number> = {
  optional: false,
  expected: 'a whole number from 1',
  schema: { type: 'integer', minimum: 1 },
  read(value, cursor) {
    if (!Number.isSafeInteger(value) || (value as number) < 1) cursor.wrong(ordinal.expected, value);
    return value as number;
  },
};

/** `YYYY-MM-DD`, a day that exists. */
export const day: Field<IsoDate> = {
  optional: false,
  expected: `a date as ${DAY_FORM}`,
  schema: { type: 'string', format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  read(value, cursor) {
    if (typeof value !== 'string' || parseIsoDate(value) === undefined) cursor.wrong(day.expected, value);
    return value as IsoDate;
  },
};

/** A field that may be missing or null. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { optional: true, expected: field.expected, schema: field.schema, read: field.read };
}

function recordSchema(shape: Shape): JsonSchema {
  const fields = Object.entries(shape);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, { schema }]) => [name, schema])),
    required: fields.filter(([, { optional: mayLack }]) => !mayLack).map(([name]) => name),
  };
}

/** An object with these fields; others are kept and not looked at. */
export function record<S extends Shape>(shape: S): Field<Read<S>> {
  const names = Object.keys(shape);
  const fields = Object.values(shape);
  return {
    optional: false,
    expected: 'an object',
    schema: recordSchema(shape),
    read(value, cursor) {
      if (isObject(value)) return readFields(names, fields, value, cursor) as Read<S>;
      cursor.wrong('an object', value);
      return {} as Read<S>;
    },
  };
}

/** An object whose fields the sender names: 1 to 40 letters, digits, `_` or `-` each, with a text of its own. */
export function textMap(of: Field<string>): Field<Readonly<Record<string, string>>> {
  return {
    optional: false,
    expected: 'an object of names and texts',
    schema: {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]{0,39}$' },
      additionalProperties: of.schema,
    },
    read(value, cursor) {
      if (!isObject(value)) {
        cursor.wrong('an object of names and texts', value);
        return {};
      }
      for (const [name, each] of Object.entries(value)) {
        if (!/^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name))
          cursor.wrong('names of 1 to 40 letters, digits, _ or -, a letter first', name);
        cursor.enter(name);
        of.read(each, cursor);
        cursor.leave();
        if (cursor.refusal !== undefined) break;
      }
      return value as Record<string, string>;
    },
  };
}

function readFields(
  names: readonly string[],
  fields: readonly Field<unknown>[],
  from: JsonObject,
  cursor: Cursor,
): JsonObject {
  const read: JsonObject = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const field = fields[i]!;
    const value = from[name];
    if (value === undefined || value === null) {
      if (!field.optional)
        cursor.refuse('SCHEMA', cursor.path(name), field.expected, value === null ? 'null' : 'nothing');
      read[name] = undefined;
    } else {
      cursor.enter(name);
      read[name] = field.read(value, cursor);
      cursor.leave();
      if (cursor.fixed !== undefined) {
        from[name] = cursor.fixed;
        cursor.fixed = undefined;
      }
    }
    if (cursor.refusal !== undefined) break;
  }
  return read;
}

/** A list of such values; `atLeast` is 0 or 1. */
export function list<T>(of: Field<T>, atLeast: 0 | 1 = 0): Field<readonly T[]> {
  const expected = atLeast === 0 ? 'a list' : 'a list with at least one entry';
  return {
    optional: false,
    expected,
    schema: { type: 'array', items: of.schema, ...(atLeast === 0 ? {} : { minItems: atLeast }) },
    read(value, cursor) {
      const read: T[] = [];
      if (!Array.isArray(value) || value.length < atLeast) {
        cursor.refuse(
          'SCHEMA',
          cursor.path(),
          expected,
          Array.isArray(value) ? 'an empty list' : describe(value),
        );
        return read;
      }
      for (let i = 0; i < value.length && cursor.refusal === undefined; i++) {
        cursor.enter(i);
        read.push(of.read(value[i], cursor));
        cursor.leave();
      }
      return read;
    },
  };
}
