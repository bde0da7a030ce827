// What the program knows of one event type: its fields, its key, where its business day is counted, its checks and its
// measures. One file a type calls `defineEvent`; registry.ts lists them.
import type { Cursor } from './cursor.ts';
import { record } from './fields.ts';
import type { JsonObject, JsonSchema, Read, Shape } from './fields.ts';
import type { Head } from './head.ts';
import { MeasureSheet } from './measures.ts';
import type { Place } from './model.ts';
import { AMOUNT_SCALE, printScaled } from './scaled.ts';

type Places = Partial<Record<Place, string>>;

/** What the author of an event type writes. */
export interface EventSpec<S extends Shape, F> {
  type: string;
  /** What people call one: `Sale`. */
  noun: string;
  /** Fields of `data` that make the business key, in order. */
  key: readonly string[];
  /** Common fields that this type requires. */
  needs: readonly ('currency' | 'channel' | 'location')[];
  /** Field whose location gives time zone and day cut-off. */
  dayAt: Exclude<Place, 'sellingLocation'>;
  /** Field that derived lines carry as reference. */
  reference: string;
  /** All ids of the type, kept as further references. */
  ids: readonly string[];
  fields: S;
  places?(data: Read<S>): Places;
  /** Sums that checks and measures both need. Absent for types without accounting. */
  figures?(data: Read<S>): F;
  /** Refuses through the cursor what the fields alone cannot tell. */
  check?(data: Read<S>, figures: F, cursor: Cursor, head: Head): void;
  measures?(data: Read<S>, figures: F, sheet: MeasureSheet): void;
}

/** What reading one event's own fields gave. */
export interface Body {
  measures: MeasureSheet['measures'];
  places: Places;
}

export interface EventDefinition {
  readonly type: string;
  readonly noun: string;
  readonly key: readonly string[];
  readonly dayAt: Place;
  readonly reference: string;
  readonly ids: readonly string[];
  /** Common fields that it requires beside the company. */
  readonly needs: readonly string[];
  /** Its own fields as JSON Schema. */
  readonly fields: JsonSchema;
  /** False for the types kept for timing only. */
  readonly accounting: boolean;
  /** Reads, checks and measures; a refusal goes to the cursor and the result is undefined. */
  read(data: JsonObject, head: Head, cursor: Cursor): Body | undefined;
}

/** Compiles a type's schema once. */
export function defineEvent<const S extends Shape, F = undefined>(spec: EventSpec<S, F>): EventDefinition {
  const body = record(spec.fields);
  const keyOnly = record(
    Object.fromEntries(spec.key.map((name) => [name, spec.fields[name] ?? missing(spec, name)])),
  );
  return {
    type: spec.type,
    noun: spec.noun,
    key: spec.key,
    dayAt: spec.dayAt,
    reference: spec.reference,
    ids: spec.ids,
    needs: spec.needs,
    fields: body.schema,
    accounting: spec.figures !== undefined,
    read(data, head, cursor) {
      if (head.correction === 'void') {
        keyOnly.read(data, cursor);
        // Many senders repeat the whole sale in its void. Only the key is read: intake holds it against the target's.
        return cursor.refusal === undefined ? { measures: [], places: placesOf(head) } : undefined;
      }
      requireCommon(spec.needs, head, cursor);
      const read = body.read(data, cursor);
      if (cursor.refusal !== undefined) return undefined;
      const sheet = new MeasureSheet(cursor.currency, cursor.costCurrency);
      if (spec.figures !== undefined) {
        const figures = spec.figures(read);
        spec.check?.(read, figures, cursor, head);
        if (cursor.refusal !== undefined) return undefined;
        spec.measures?.(read, figures, sheet);
      }
      return { measures: sheet.measures, places: Object.assign(placesOf(head), spec.places?.(read)) };
    },
  };
}

function missing(spec: { type: string }, name: string): never {
  throw new RangeError(`${spec.type}: the key field ${name} is not among its fields`);
}

function placesOf(head: Head): Places {
  return head.location === undefined ? {} : { location: head.location, sellingLocation: head.location };
}

const COMMON_EXPECTED = {
  currency: 'an ISO 4217 currency code',
  channel: 'a sales channel like store or web',
  location: 'a store or warehouse code',
} as const;

function requireCommon(needs: EventSpec<Shape, never>['needs'], head: Head, cursor: Cursor): void {
  for (const name of needs) {
    if (head[name] === undefined) cursor.refuse('SCHEMA', `data.${name}`, COMMON_EXPECTED[name], 'nothing');
  }
}

/**
 * Refuses a stated total that is not the sum of its parts, naming the difference (found minus expected).
 * @param parts in words, only called when it differs
 */
export function checkTotal(
  cursor: Cursor,
  path: string,
  found: bigint,
  expected: bigint,
  parts: (print: (units: bigint) => string) => string,
): void {
  if (found === expected) return;
  const print = (units: bigint): string => printScaled(units, AMOUNT_SCALE, cursor.minorUnits);
  cursor.refuse(
    'TOTAL_MISMATCH',
    path,
    `${print(expected)} = ${parts(print)}`,
    print(found),
    print(found - expected),
  );
}
