// What is asked before a journal is proposed: the entry, and the ledger lines without a match that may be it already.
import type { IsoDate } from '../accounting/dates.ts';
import type { OpenEntry } from '../matching/cover.ts';

/** A live line of the ledger in no match and in no item by name. */
export interface UnmatchedLine {
  company: string;
  ledger: string;
  fiscalYear: string;
  document: string;
  account: string;
  location: string;
  currency: string;
  /** Signed decimal text. */
  amount: string;
  scope: string;
  reference: string;
  assignment: string;
  businessDate: IsoDate;
  /** Ids (as of entries) of the facts of its own company and ledger whose own id its reference is. */
  names: readonly string[];
  /** Of a unit that was asked about: the others count by their names only. */
  isNear: boolean;
}

/** What is to be explained: an event's lines in one company and ledger. */
export interface ToExplain extends OpenEntry {
  company: string;
  ledger: string;
  /** References that its rule gave its lines. */
  ownIds: readonly string[];
  /** Ids that other events may carry as well: order, shipment, payout, session. */
  sharedIds: readonly string[];
}
