// An exception as the database has it; its row in a report is reports/exceptionRow.ts.
import type { NearestCandidate } from '../../matching/explain.ts';

/** Names a line among those of an item. */
export interface OwnedLine {
  unit: string;
  line: string;
  reconciliation: string;
}

/** What the database tells of one exception; owner and words are added from the rulebook. */
export interface StoredException {
  id: string;
  class: 'difference' | 'control';
  reason: string;
  also: string[];
  status: 'open' | 'accepted' | 'closed';
  why: string;
  detail: Record<string, unknown>;
  exposure: string | null;
  currency: string;
  company: string;
  businessDate: string | null;
  openedOn: string;
  dueDate: string;
  owner: string;
  rootCause: string;
  legs: {
    reconciliation: string;
    company: string;
    location: string;
    dimension: string;
    ledger: string;
    account: string;
    currency: string;
    amount: string;
  }[];
  events: { source: string; id: string }[];
  references: string[];
  documents: { document: string; line: string; account: string; amount: string }[];
  proposal: string;
  /** The first of the lines that it owns, where they do not just wait. */
  lines: OwnedLine[];
  /** Added by who knows the passes. */
  nearest: NearestCandidate[];
}
