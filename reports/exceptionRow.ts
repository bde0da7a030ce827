// One exception as reports show it: amounts are decimal text, days YYYY-MM-DD.
import type { IsoDate } from '../src/accounting/dates.ts';
import type { NearestCandidate } from '../src/matching/explain.ts';

/** The part of a difference that lies in one cell; ledger minus expected. */
export interface ExceptionLeg {
  reconciliation: string;
  /** The unit's columns, company and ledger among them. */
  unit: Readonly<Record<string, string>>;
  ledger: string;
  account: string;
  currency: string;
  amount: string;
}

export interface ExceptionRow {
  id: string;
  class: 'difference' | 'control';
  reason: string;
  /** The reason in plain words, from the rulebook. */
  title: string;
  also: readonly string[];
  status: 'open' | 'accepted';
  legs: readonly ExceptionLeg[];
  exposure: string | null;
  currency: string;
  company: string;
  businessDate: IsoDate | null;
  ageDays: number;
  eventIds: readonly { source: string; id: string }[];
  references: readonly string[];
  ledger: readonly { document: string; line: string; account: string; amount: string }[];
  owner: string;
  dueDate: IsoDate | null;
  rootCause: string;
  why: string;
  /** For its lines the candidates that came nearest, each with what the pass had against it. */
  nearest: readonly NearestCandidate[];
  proposal: string;
}
