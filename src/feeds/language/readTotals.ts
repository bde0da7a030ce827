// What became of the rows of a delivery: each ends as one of used, title, section, total, skipped or refused, and the counts
// add up. Refusals are summed by reason and column, with the first rows.
import { ExactSum, isDecimal } from './exact.ts';
import type { Fault } from './model.ts';

const ROWS_SHOWN = 5;

/** Refusals of one reason and column. */
export interface RefusedSum {
  reason: string;
  column: string;
  count: number;
  /** The first rows. */
  rows: number[];
  expected: string;
  found: string;
}

/** What a check of the file against itself came to. */
export interface ControlFinding {
  name: string;
  ok: boolean;
  expected: string;
  found: string;
  /** Where it was told and not refused. */
  report: boolean;
}

export class ReadTotals {
  rows = 0;
  used = 0;
  title = 0;
  section = 0;
  total = 0;
  skipped = 0;
  refused = 0;
  readonly skippedBy = new Map<string, { count: number; amount: ExactSum | undefined }>();
  readonly refusedBy = new Map<string, RefusedSum>();
  readonly leftEmpty = new Map<string, number>();
  readonly control: ControlFinding[] = [];
  /** What was seen of each sequence; the batch keeps it, so that holes can be told until a later file fills them. */
  readonly sequences: { name: string; from: string; to: string; holes: [string, string][] }[] = [];
  /** Header cells of each file. */
  readonly headers = new Map<string, readonly string[]>();
  readonly unused: string[] = [];

  skip(name: string, amount?: string): void {
    this.skipped += 1;
    const known = this.skippedBy.get(name) ?? { count: 0, amount: undefined };
    known.count += 1;
    if (amount !== undefined && isDecimal(amount)) {
      known.amount ??= new ExactSum();
      known.amount.add(amount);
    }
    this.skippedBy.set(name, known);
  }

  /** A text that nothing needs could not be read. */
  leaveEmpty({ column }: Fault): void {
    this.leftEmpty.set(column, (this.leftEmpty.get(column) ?? 0) + 1);
  }

  refuse(fault: Fault, row: number): void {
    const key = `${fault.reason} ${fault.column}`;
    const known = this.refusedBy.get(key);
    if (known === undefined) {
      const { reason, column, expected, found } = fault;
      this.refusedBy.set(key, { reason, column, count: 1, rows: [row], expected, found });
      return;
    }
    known.count += 1;
    if (known.rows.length < ROWS_SHOWN) known.rows.push(row);
  }
}
