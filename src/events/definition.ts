// What the program knows of one event type: its fields, its key, where its business day is counted, its checks, its measures,
// what rules may name, what it is about. One file a type calls `defineEvent` (or `defineTimingEvent`, for what never becomes
// lines); registry.ts lists them, and no other file says a type's name.
import type { Cursor } from './cursor.ts';
import { record } from './fields.ts';
import type { JsonObject, JsonSchema, Read, Shape } from './fields.ts';
import type { Head } from './head.ts';
import { MeasureSheet } from './measures.ts';
import type { Measure, Place } from './model.ts';
import type { RuleTerms } from './ruleTerms.ts';
import { AMOUNT_SCALE, printScaled } from '../money/scaled.ts';

type Places = Partial<Record<Place, string>>;

/** A fact that another is about: its kind, and the field that holds its id. */
type About<N> = readonly [kind: 'order' | 'shipment' | 'refund' | 'document', field: N];

/** How two events of a type are found to say the same under two keys. */
export interface TwinTerms<N extends string = string> {
  /** Ids that name the common subject; the first that is given counts. */
  by: readonly N[];
  withinSeconds: number;
}

/** What the author of an event type writes, whether it causes accounting or not. */
export interface TimingSpec<S extends Shape, N extends string = keyof S & string> {
  type: string;
  /** What people call one: `Sale`. */
  noun: string;
  /** Fields of `data` that make the business key, in order. */
  key: readonly N[];
  /** Common fields that this type requires. */
  needs: readonly ('currency' | 'channel' | 'location')[];
  /** Field whose location gives time zone and day cut-off. */
  dayAt: Exclude<Place, 'sellingLocation'>;
  /** Field that derived lines carry as reference. */
  reference: N;
  /** All ids of the type, kept as further references. */
  ids: readonly string[];
  /** The fact that it is about, the first whose id is given. */
  concerns?: readonly About<N>[];
  /** Set where another event may repeat what this one says, under another key. */
  twin?: TwinTerms<N>;
  /** The last part of the key counts revisions: a later one replaces the earlier, and lines are their difference. */
  revised?: true;
  fields: S;
  /** `data` of a right event, for the contract and the tests; `{ company: 'US01', ... }`. */
  example: JsonObject;
  places?(data: Read<S>): Places;
}

/** A type that causes accounting: what is not there is missed by the compiler, so that none is taken and never booked. */
export interface EventSpec<S extends Shape, F, M extends string> extends TimingSpec<S> {
  rules: RuleTerms<M, keyof S & string>;
  /** Sums that checks and measures both need. */
  figures(data: Read<S>, cursor: Cursor): F;
  /** Refuses through the cursor what the fields alone cannot tell. */
  check?(data: Read<S>, figures: F, cursor: Cursor, head: Head): void;
  measures(data: Read<S>, figures: F, sheet: MeasureSheet<NoInfer<M>>, head: Head): void;
}

/** What reading one event's own fields gave. */
export interface Body {
  measures: Measure[];
  places: Places;
}

export interface EventDefinition {
  readonly type: string;
  readonly noun: string;
  readonly key: readonly string[];
  readonly dayAt: Place;
  readonly reference: string;
  readonly ids: readonly string[];
  readonly concerns: readonly About<string>[];
  readonly twin: TwinTerms | undefined;
  readonly revised: boolean;
  readonly example: JsonObject;
  /** Common fields that it requires beside the company. */
  readonly needs: readonly string[];
  /** Its own fields as JSON Schema. */
  readonly fields: JsonSchema;
  /** What posting rules may name; undefined for the types kept for timing only. */
  readonly rules: RuleTerms | undefined;
  /** Reads, checks and measures; a refusal goes to the cursor and the result is undefined. */
  read(data: JsonObject, head: Head, cursor: Cursor): Body | undefined;
}

/** A type that causes accounting. Compiles its schema once. */
export function defineEvent<const S extends Shape, F, const M extends string>(
  spec: EventSpec<S, F, M>,
): EventDefinition {
  return compile(spec, spec.rules, (data: Read<S>, head, cursor) => {
    const sheet = new MeasureSheet<M>(cursor.currency, cursor.costCurrency);
    const figures = spec.figures(data, cursor);
    spec.check?.(data, figures, cursor, head);
    if (cursor.refusal !== undefined) return undefined;
    spec.measures(data, figures, sheet, head);
    return sheet.measures;
  });
}

/** A type without accounting: it is kept for timing and process measures, and derives nothing. */
export function defineTimingEvent<const S extends Shape>(spec: TimingSpec<S>): EventDefinition {
  return compile(spec, undefined, () => []);
}

function compile<const S extends Shape>(
  spec: TimingSpec<S>,
  rules: RuleTerms | undefined,
  measure: (data: Read<S>, head: Head, cursor: Cursor) => Measure[] | undefined,
): EventDefinition {
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
    concerns: spec.concerns ?? [],
    twin: spec.twin,
    revised: spec.revised === true,
    example: spec.example,
    needs: spec.needs,
    fields: body.schema,
    rules,
    read(data, head, cursor) {
      if (head.correction === 'void') {
        keyOnly.read(data, cursor);
        // Many senders repeat the whole sale in its void. Only the key is read: intake holds it against the target's.
        return cursor.refusal === undefined ? { measures: [], places: placesOf(head) } : undefined;
      }
      requireCommon(spec.needs, head, cursor);
      const read = body.read(data, cursor);
      if (cursor.refusal !== undefined) return undefined;
      const measures = measure(read, head, cursor);
      return measures && { measures, places: Object.assign(placesOf(head), spec.places?.(read)) };
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

function requireCommon(needs: TimingSpec<Shape>['needs'], head: Head, cursor: Cursor): void {
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
