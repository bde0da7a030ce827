// What classification works on and what it answers.
import type { OpenLine } from '../matching/model.ts';
import type { Reconciliation } from '../rulebook/model.ts';
import type { DifferenceReason } from '../rulebook/reasons.ts';

/** An open line that no pass took, with what is needed to say why. */
export interface ResidueLine extends OpenLine {
  reconciliation: string;
  company: string;
  ledger: string;
  location: string;
  dimension: string;
  reference: string;
  /** Fiscal period as the ERP (ledger line) or the calendar (expected line) names it. */
  period: string;
  /** How people name it: ERP document and line, or event type and key. */
  label: string;
  /** Key text per pass of its reconciliation, as in the work table; null where a key is empty. */
  keys: readonly (string | null)[];
  /** Label of the matched ledger line that states the same fact; '' where there is none. */
  duplicateOf: string;
  /** True once nothing may still arrive for it: grace days are over and, for expected lines, the ledger is complete. */
  graceOver: boolean;
  /** A ledger line of a journal source that pays what was sold: it books nothing on another account. */
  settles?: boolean;
  /** Other lines of the same event or document are all matched. */
  othersMatched: boolean;
}

/** Lines that a pass left undecided or only suggests. */
export interface PassNote {
  reconciliation: string;
  pass: string;
  kind: 'tie' | 'many' | 'suggested';
  lines: ResidueLine[];
  /** For `suggested`: why it was not confirmed. */
  because?: string;
}

/** What has to be known of a line that an item owns. */
export type ItemLine = Pick<
  ResidueLine,
  'unit' | 'lineId' | 'side' | 'ext' | 'company' | 'currency' | 'businessDate'
>;

/** One difference exception: its reason, the lines it owns, and the sentence that explains it. */
export interface Item {
  reason: DifferenceReason;
  also: DifferenceReason[];
  lines: readonly ItemLine[];
  why: string;
  detail: Record<string, unknown>;
}

/** An item made of lines that were looked at with all that is known of them. */
export interface Classified extends Item {
  lines: ResidueLine[];
}

/** A ledger line that no pass sees, and that bears the reference of an open expected line. */
export interface AsideLine {
  label: string;
  account: string;
  /** Why no pass sees it: it is on an account of no reconciliation, or out of the scope of its own. */
  because: 'outside the rulebook' | 'out of scope';
}

export interface ClassifyInput {
  lines: readonly ResidueLine[];
  /** By `unit/line` of an expected line: those of its place and amount. */
  aside?: ReadonlyMap<string, readonly AsideLine[]>;
  notes: readonly PassNote[];
  reconciliations: ReadonlyMap<string, Reconciliation>;
  /** Account numbers whose dimension is a tax jurisdiction. */
  taxAccounts: ReadonlySet<string>;
  /** Name of the account of a line, alike in all companies; its number where there is none. */
  accountName?: (line: { company: string; account: string }) => string;
}
