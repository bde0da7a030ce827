// The words of matching: a line as a pass sees it, and what a pass answers. The meaning of every pass is in definition.ts;
// compile.ts says the same in SQL, and a property test holds the two against each other.
import type { Tick } from '../money/ticks.ts';
import type { Side } from '../accounting/line.ts';
import type { KeyColumn, Pass } from '../rulebook/model.ts';
import type { FilterFacts } from '../rulebook/passFilter.ts';

/** An open line as passes compare it. */
export interface OpenLine {
  unit: string;
  lineId: string;
  side: Side;
  /** External key: fixed order of twins, anchor of exceptions. */
  ext: string;
  account: string;
  currency: string;
  amount: Tick;
  /** null where not known. */
  companyAmount: Tick | null;
  businessDate: string;
  accountingDate: string;
  /** Key columns by name; '' = absent. */
  columns: Partial<Record<KeyColumn, string>>;
  /** What `where` of a pass asks; absent: nothing is said. */
  facts?: Partial<FilterFacts>;
}

/** A group of lines that a pass takes: the expected and the ledger lines, and ledger minus expected. */
export interface Found {
  pass: string;
  version: string;
  expected: OpenLine[];
  ledger: OpenLine[];
  variance: Tick;
}

/** Lines that fit each other equally well, or keys with more lines than the pass may take: nothing is confirmed. */
export interface Undecided {
  pass: string;
  /** `tie`: candidates fit equally well; `many`: several lines where the pass takes one. */
  kind: 'tie' | 'many';
  lines: OpenLine[];
}

/** What one pass over one set of open lines answers. */
export interface PassAnswer {
  found: Found[];
  undecided: Undecided[];
}

/** Scope within which lines may meet in a pass: unit, currency, and the account unless the pass lifts it. */
export function poolOf(line: OpenLine, pass: Pass): string {
  return JSON.stringify([line.unit, line.currency, pass.acrossAccounts ? '' : line.account]);
}

/** Byte order, the database's COLLATE "C" for well-formed text: JavaScript's own order compares UTF-16 units instead. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
