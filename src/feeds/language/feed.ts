// A compiled feed: what the engine runs. Two feeds of the same hash read the same bytes alike.
import type { ErrorParts } from '../../errors.ts';
import type { FileDefinition, RowSet } from './definition.ts';
import type { Fault, Getter, Context, Test } from './model.ts';
import type { GroupScope, Scope, Shared } from './scope.ts';
import type { LookupSpec } from './lookups.ts';
import type { Example } from './readExamples.ts';

/** What kinds of records a feed gives. */
export const KINDS = ['event', 'ledger', 'balances', 'periods', 'opening'] as const;
export type Kind = (typeof KINDS)[number];

/** On what a shipped feed stands: a real file with its truth, documented columns, or neither. */
export const STANDINGS = ['proven', 'documented', 'sketch'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface Join {
  /** Set whose rows find a partner. */
  rows: string;
  with: string;
  /** Pairs of keys: of the rows, of the partner. */
  on: readonly { rows: Getter; with: Getter; name: string }[];
  missing: 'refuse' | 'skip' | 'empty';
}

export interface GroupDefinition extends GroupScope {
  startsAt: Test | undefined;
  adjacent: boolean;
}

/** Writes a value into a record, '' and undefined left out; what is wrong is added to the faults. */
export type Builder = (context: Context, faults: Fault[]) => unknown;

export interface Emit {
  kind: Kind;
  /** Row set or group. */
  per: string;
  isGroup: boolean;
  when: Test | undefined;
  /** Of tables: by column. */
  columns: ReadonlyMap<string, Getter>;
  /** Of events: the whole event. */
  event: Builder | undefined;
  eventType: string;
  /** Records of this kind that a feed gives, in order: tells apart those of one row. */
  index: number;
}

export interface Must {
  zero: Getter;
  name: string;
  /** Row set or group. */
  per: string;
  isGroup: boolean;
  report: boolean;
}

/** What the feed itself claims of its file (spec: feeds, Control). */
export interface ControlRules {
  /** Fields of a control file. */
  fields: ReadonlyMap<string, { get: Getter; list: boolean }>;
  sums: readonly { stated: Getter; found: Getter; name: string; per: string; isGroup: boolean }[];
  running: readonly { balance: Getter; amount: Getter; of: Getter | undefined; name: string; set: string }[];
  sequence: readonly { by: Getter; of: Getter | undefined; name: string; set: string }[];
}

export interface Feed {
  name: string;
  version: string;
  title: string;
  standing: Standing | undefined;
  /** File that it was read from. */
  where: string;
  /** SHA-256 (hex) of its meaning. */
  hash: string;
  set: readonly string[];
  periods: 'fiscal' | 'calendar';
  shared: Shared;
  files: readonly FileDefinition[];
  sets: ReadonlyMap<string, RowSet>;
  /** Names outside of rows: `set`, heads, file names. */
  outside: Scope;
  lookups: readonly LookupSpec[];
  joins: readonly Join[];
  groups: readonly GroupDefinition[];
  emits: readonly Emit[];
  musts: readonly Must[];
  control: ControlRules | undefined;
  examples: readonly Example[];
  /** Kinds that it gives, in the order of `KINDS`. */
  kinds: readonly Kind[];
}

export type ReadFeed = { ok: true; feed: Feed } | { ok: false; problems: readonly ErrorParts[] };
