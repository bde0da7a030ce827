// What an extract comes to while it is read: rows, sums, scope, and what was found on the way.
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { ControlTotals } from './control.ts';
import type { StatedPeriods } from './statedPeriods.ts';

/** What an extract holds, as it was read. */
export interface ExtractTotals extends ControlTotals {
  skipped: number;
  delivered: readonly LedgerColumn[];
  companies: Set<string>;
  ledgers: Set<string>;
  accounts: Set<string>;
  refusedAccounts: Set<string>;
  from: string | null;
  to: string | null;
  units: Map<string, Unit>;
  /** Lines that went directly. */
  direct: number;
  /** Rows that say what they said before, word for word. */
  same: number;
  /** Rows with blanks around a reference or text; with a date or reference that nothing hangs on and nobody can read. */
  trimmed: number;
  unread: number;
  /** Of the rows that say a period. */
  periods: StatedPeriods;
}
