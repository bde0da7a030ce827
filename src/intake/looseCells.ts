// Texts of a ledger row that refuse nothing (spec: ledger): their ends are trimmed of what nobody sees, and what cannot be what
// its column says is kept as it came. Both are counted, because a change of the export shows there first.
import { trimUnseen } from '../accounting/keyFault.ts';
import type { LedgerCells } from '../accounting/ledgerColumns.ts';

export interface LooseCells {
  cells: LedgerCells;
  /** Something at an end of a text was not taken along. */
  trimmed: boolean;
  /** A spreadsheet made a number of a reference: no document will be found by it. */
  unread: boolean;
}

const LOOSE = ['reference', 'assignment', 'text', 'reversal_of'] as const;
// `5E10` and `5E-10` may be keys; with a plus, or a point before it, only a number is written so.
const SPOILT_KEY = /^-?\d+[eE]\+\d+$|^-?\d+\.\d+[eE][+-]?\d+$|^\d+\.0+$/;

/** True for a key that a spreadsheet made a number of: it has lost digits or got some. */
export function isSpoiltKey(text: string): boolean {
  return SPOILT_KEY.test(text);
}

/** The cells as they count. Nearly all rows have nothing to trim: then they are the same object. */
export function looseCells(cells: LedgerCells): LooseCells {
  let trimmed: Record<string, string> | undefined;
  for (const column of LOOSE) {
    const text = cells[column];
    if (text === '') continue;
    const kept = trimUnseen(text);
    if (kept !== text) trimmed = { ...trimmed, [column]: kept };
  }
  const unread = isSpoiltKey(cells.reference) || isSpoiltKey(cells.reversal_of);
  return {
    cells: trimmed === undefined ? cells : { ...cells, ...trimmed },
    trimmed: trimmed !== undefined,
    unread,
  };
}
