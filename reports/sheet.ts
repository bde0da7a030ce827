// A sheet as typed data: what it says, apart from how it is drawn. `text.ts` draws it as aligned text, `workbook.ts` as a
// worksheet, so that what a golden test holds is what finance opens.
import type { Rows } from './rows.ts';

export type ColumnKind = 'text' | 'amount' | 'integer' | 'date' | 'datetime' | 'percent';

/** How a value strikes the eye. */
export type Tone = 'good' | 'bad' | 'warn' | 'quiet' | 'strong';

export interface Column {
  readonly key: string;
  readonly title: string;
  readonly kind: ColumnKind;
  /** Characters. */
  readonly width: number;
  /** Long text goes on in further lines of the cell. */
  readonly wrap?: boolean;
  /** Amounts: where their currency, and so their decimals, come from: another column of the row, or one for all. */
  readonly currency?: { readonly column: string } | { readonly code: string };
  readonly tone?: Tone;
  /** Text in the middle: short words that are read down the column. */
  readonly centered?: true;
  /** Zero is drawn as a dash, so that what is not zero stands out. */
  readonly dashZero?: true;
  /** For a person to fill in: its cells are not locked. */
  readonly input?: true;
  /** For a program; not shown. */
  readonly hidden?: true;
  /** Column that holds what may be chosen here in this row, with commas between; it is not drawn. */
  readonly choices?: string;
}

/** Where things stand once drawn: what a formula may speak of. */
export interface Cells {
  /** The cell of this row in a column. */
  here(key: string): string;
  /** All data cells of a column of this section; for totals. */
  column(key: string): string;
  /**
   * The sum of a column of another, already drawn section over its rows where each named column equals the criterion (a
   * cell, or a quoted constant of ours; never text from data, which SUMIFS would read as a pattern or a number).
   */
  sumWhere(section: string, key: string, where: readonly (readonly [key: string, equals: string])[]): string;
}

/** A value with more to it than its text. Empty is null. */
export interface Entry {
  readonly value: string | null;
  readonly tone?: Tone;
  /** A formula of ours, without `=`, that must give `value`. */
  readonly formula?: (cells: Cells) => string;
  /** Name of the sheet to jump to. */
  readonly link?: string;
}

/** Values by column key; plain text is decimal text for numbers, ISO for days and instants. */
export type Row = Readonly<Record<string, string | null | Entry>>;

/** A bar chart beside a section, drawn from its own columns. */
export interface ChartOf {
  readonly title: string;
  readonly categories: string;
  readonly values: string;
  /** Zero-based column at which it begins. */
  readonly column: number;
}

/** A table with its heading. */
export interface Section {
  /** By which formulas of later sheets find it. */
  readonly id: string;
  readonly heading?: string;
  readonly columns: readonly Column[];
  readonly rows: Rows<Row>;
  /** Asked for when all rows have been drawn. */
  readonly totals?: () => readonly Row[];
  /** Columns whose cells must be zero: green where they are, red where not. */
  readonly zero?: readonly string[];
  /** Said instead of rows where there are none. */
  readonly empty: string;
  readonly chart?: ChartOf;
}

/** A label and what is to be said about it, above the tables. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly tone?: Tone;
  readonly link?: string;
}

export interface Sheet {
  readonly name: string;
  /** Position among the tabs; sheets are drawn in another order, details first. */
  readonly tab: number;
  readonly title: string;
  readonly subtitle: string;
  readonly facts?: readonly Fact[];
  readonly sections: readonly Section[];
  /** Columns that stay in place; the header row does where the sheet has one section. */
  readonly frozenColumns?: number;
  /** Print only so many columns, from the left; the others are for the screen. */
  readonly printColumns?: number;
  /** Print everything on one page. */
  readonly onePage?: boolean;
  /** Its cells cannot be changed but where a column is for input. It guards against slips, not against people. */
  readonly locked?: boolean;
  /** Not shown among the tabs. */
  readonly hidden?: boolean;
}

/** The text of a value, empty for none. */
export function plain(value: string | null | Entry | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : (value.value ?? '');
}

/** A value as an entry. */
export function entry(value: string | null | Entry | undefined): Entry {
  return typeof value === 'object' && value !== null ? value : { value: value ?? null };
}

/** The currency of an amount column in a row; empty where it has none. */
export function currencyOf(column: Column, row: Row): string {
  if (column.currency === undefined) return '';
  return 'code' in column.currency ? column.currency.code : plain(row[column.currency.column]);
}
