// What a compiled feed works on: values that are text or a fault, rows as they were delivered, groups of rows. Everything is
// worked out when it is asked for and remembered, so that a fault counts only where a record, condition or key needs it.
import type { SecretOf } from './masks.ts';

/** Why a value of a row cannot be used (spec: feeds, Refusals). */
export type FaultReason =
  | 'BAD_DATE'
  | 'BAD_NUMBER'
  | 'BAD_KEY'
  | 'BAD_SIGN'
  | 'BAD_TIME'
  | 'NOT_MAPPED'
  | 'NOT_IN_LOOKUP'
  | 'NO_PARTNER'
  | 'MISSING_COLUMN'
  | 'DIFFERS_IN_GROUP'
  | 'DOES_NOT_ADD_UP'
  | 'IN_REFUSED_GROUP';

/** A value that could not be read: where, what was expected and what was found. */
export class Fault {
  readonly reason: FaultReason;
  readonly column: string;
  readonly expected: string;
  readonly found: string;
  constructor(reason: FaultReason, column: string, expected: string, found: string) {
    this.reason = reason;
    this.column = column;
    this.expected = expected;
    this.found = found;
  }
}

/** Text ('' is empty; decimals plain, dates `YYYY-MM-DD`, times RFC 3339), or why there is none. */
export type Value = string | Fault;

/** What does not change during one reading of a delivery. */
export interface Run {
  /** Values of `set`, of the file's name and of `head`, by name. */
  readonly outside: Map<string, Value>;
  readonly lookups: ReadonlyMap<string, LookupTable>;
  /** Secrets of pseudonyms, by name. */
  readonly secretOf: SecretOf;
}

/** A lookup table as it is asked. */
export interface LookupTable {
  /** @param day `YYYY-MM-DD` where entries have dates, else '' */
  find(keys: readonly string[], day: string): readonly string[] | undefined;
}

/** A row or a group: what a function is worked out of. */
export interface Context {
  readonly run: Run;
  /** Values by slot, as far as somebody asked for them. */
  readonly memo: (Value | undefined)[];
}

/** Works a value out of a row (or, in the scope of a group, of the group). */
export type Getter = (context: Context) => Value;
/** Whether a condition holds; a fault where what it asks for cannot be read. */
export type Test = (context: Context) => boolean | Fault;

/** One row as it came, after `fill`. */
export class Row implements Context {
  readonly run: Run;
  readonly memo: (Value | undefined)[] = [];
  /** Name of its row set. */
  readonly set: string;
  /** Line or number in its file, 1 = first. */
  readonly position: number;
  readonly byteOffset: number;
  /** Fields as delivered; a column's field is `fields[binding[column]]`. */
  readonly fields: string[];
  readonly binding: readonly number[];
  /** What the last section row above said, by column. */
  readonly section: Readonly<Record<string, string>> | undefined;
  /** The row that the join found, by the name of its set. */
  partners: Record<string, Row> | undefined;
  /** The number of each `order` and `hash` at this row, by their place in the feed. */
  ordinals: (number | undefined)[] | undefined;
  /** The groups that it is part of, by their place in the feed. */
  groups: (Group | undefined)[] | undefined;
  /** Why the whole row cannot be used, whatever is asked of it. */
  fault: Fault | undefined;

  constructor(
    run: Run,
    set: string,
    place: { position: number; byteOffset: number },
    fields: string[],
    binding: readonly number[],
    section?: Readonly<Record<string, string>>,
  ) {
    this.run = run;
    this.set = set;
    this.position = place.position;
    this.byteOffset = place.byteOffset;
    this.fields = fields;
    this.binding = binding;
    this.section = section;
    this.partners = undefined;
    this.ordinals = undefined;
    this.groups = undefined;
    this.fault = undefined;
  }

  /** The text of a column as delivered, '' where it is absent. */
  cell(column: number): string {
    return this.fields[this.binding[column] ?? -1] ?? '';
  }
}

/** Rows that are one thing. */
export class Group implements Context {
  readonly run: Run;
  readonly memo: (Value | undefined)[] = [];
  readonly rows: Row[] = [];
  /** What shares of its values came to, by the function that asked. */
  readonly shares = new Map<object, ReadonlyMap<Row, Value>>();
  fault: Fault | undefined;

  constructor(run: Run) {
    this.run = run;
  }
}

/** Remembers what a getter gives in the context's slot. */
export function remembered(slot: number, getter: Getter): Getter {
  return (context) => (context.memo[slot] ??= getter(context));
}

/** A text as messages show it. */
export function shown(text: string): string {
  const MOST = 60;
  return JSON.stringify(text.length > MOST ? `${text.slice(0, MOST)}...` : text);
}
