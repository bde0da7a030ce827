// What a feed says of its files, as read from YAML: containers, row sets, columns. Everything here is data and compiled
// readers; the engine never looks at YAML.
import type { Mask } from './masks.ts';
import type { Path } from './path.ts';
import type { Getter, Test, Value } from './model.ts';
import type { Scope } from './scope.ts';

export const FORMATS = ['csv', 'fixed', 'xlsx', 'json', 'ndjson', 'xml', 'x12'] as const;
export type Format = (typeof FORMATS)[number];

/** A column of a row set. */
export interface Column {
  readonly name: string;
  /** Names of header cells, field numbers, character ranges or paths: the first that is there. */
  readonly from: readonly string[];
  /** The same of trees. */
  readonly paths: readonly Path[];
  /** All hits joined by a blank. */
  readonly each: boolean;
  readonly optional: boolean;
  /** Reads its trimmed text, which is not empty. */
  readonly type: string;
}

/** A value of the whole file. */
export interface Head {
  readonly name: string;
  /** Row and column, from 1, of the rows above and with the header. */
  readonly cell: readonly [number, number] | undefined;
  readonly paths: readonly Path[];
  readonly match: RegExp | undefined;
  readonly from: string;
  readonly read: (text: string) => Value;
}

/** Rows of one kind in a file. */
export interface RowSet {
  readonly name: string;
  /** Of trees: where its rows stand. */
  readonly at: Path | undefined;
  readonly columns: readonly Column[];
  readonly scope: Scope;
  /** Names of its values, in order. */
  readonly values: string[];
}

export interface SectionRule {
  readonly when: Test;
  /** Column of the row -> name that it gives to all rows below. */
  readonly set: readonly { name: string; column: number }[];
}

export interface TotalRule {
  readonly when: Test;
  readonly of: 'file' | 'section' | 'sinceTotal';
  readonly sums: readonly { stated: Getter; statedName: string; added: Getter; addedName: string }[];
}

export interface SkipRule {
  readonly name: string;
  readonly when: Test;
  readonly amount: Getter | undefined;
  /** At most so much is skipped: a sum of amounts, or a share of all rows in percent. */
  readonly most: { text: string; amount: string } | { text: string; percent: number } | undefined;
}

/** What marks rows that are no records. */
export interface RowRules {
  readonly sections: readonly SectionRule[];
  readonly totals: readonly TotalRule[];
  readonly skip: readonly SkipRule[];
  /** Columns that an empty cell takes from the row above. */
  readonly fill: readonly number[];
}

export interface FileDefinition {
  /** '' for `file`, else the name under `files`. */
  readonly name: string;
  readonly format: Format;
  readonly encoding: string;
  readonly delimiter: string;
  readonly quote: string;
  /** First rows among which the header is; 0: there is none. */
  readonly within: number;
  readonly sheet: string | undefined;
  readonly zip: RegExp | undefined;
  readonly namePattern: { pattern: RegExp; names: readonly string[]; text: string } | undefined;
  readonly heads: readonly Head[];
  readonly sets: readonly RowSet[];
  readonly rules: RowRules;
  /** Header cells, columns or paths whose text never leaves the reader as it came. */
  readonly masks: readonly Mask[];
  /** X12: segments that begin a loop, and the segments that end it. */
  readonly loops: ReadonlyMap<string, readonly string[]>;
}

export const isTree = (format: Format): boolean => !['csv', 'fixed', 'xlsx'].includes(format);
