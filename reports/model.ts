// What the reports are made of: the shapes of `statement --json` and `exceptions --json`, and those of journals, quarantine
// and runs. Amounts are decimal text, days `YYYY-MM-DD`, instants ISO in UTC. Whoever reads the database fills them.
import type { Rows } from './rows.ts';
import type { ExceptionRow } from './exceptionRow.ts';
import type { IsoDate } from '../src/accounting/dates.ts';
import type { CaseRow } from './caseModel.ts';
import type { WorkbookIdentity } from './workbookIdentity.ts';
import type { Outcome } from './outcome.ts';

export interface CountAndAmount {
  count: number;
  amount: string;
}

/** One row of the tie-out: a reconciliation's name, company, ledger, account and currency. */
export interface StatementRow {
  name: string;
  company: string;
  ledger: string;
  account: string;
  currency: string;
  /** What was unreconciled at the start, ledger minus expected; contained in the two sides below. */
  opening: string;
  expected: CountAndAmount;
  /** The ledger's lines in scope (`ledger: {count, amount}` of the JSON, whose name the ledger itself needs too). */
  ledgerLines: CountAndAmount;
  outOfScope: CountAndAmount;
  matched: { groups: number; expected: string; ledger: string; variance: string };
  /** Open difference exceptions with a leg here: items, and the sum of their legs. */
  exceptions: CountAndAmount;
  accepted: CountAndAmount;
  quarantined: CountAndAmount;
  /** Sum of absolute differences over the row's cells; zero, or the run would not have been committed. */
  unexplained: string;
  /** The ERP's closing balance; null where none was delivered. */
  balance: string | null;
  /** True: to the last line of the cut; null: without balances. */
  proven: boolean | null;
  /** Last period up to which every delivered balance agrees; null where none does. */
  provenTo: string | null;
  /** What the first balance that disagrees, or does not add up, is off by; null where none is. */
  balanceDifference: string | null;
}

/** An account that the rulebook does not know, or knows in no reconciliation. */
export interface OutsideRow extends CountAndAmount {
  company: string;
  ledger: string;
  account: string;
  currency: string;
}

/** The tie-out of a cut, rows in the order in which they are to be shown. */
export interface Statement {
  run: string;
  asOf: IsoDate;
  knownAt: string;
  rulebookHash: string;
  resultHash: string;
  reconciliations: readonly StatementRow[];
  /** Ledger lines on accounts that no reconciliation has. */
  outsideRulebook: readonly OutsideRow[];
  /** Corrections whose target has not come: what they take back or replace still counts. */
  waitingCorrections: number;
  /** What stops proposing and sending now, until two persons let go. */
  brakes: readonly { company: string; ledger: string; why: string; since: string }[];
}

/** One line of a journal; exactly one of debit and credit is given. */
export interface JournalLineRow {
  line: number;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  debit: string | null;
  credit: string | null;
  text: string;
}

export interface JournalRow {
  journal: string;
  postingReference: string;
  company: string;
  ledger: string;
  /** State of its posting: DRAFT, AWAITING_APPROVAL, POSTED, ... */
  state: string;
  rule: string;
  postingDate: IsoDate;
  period: string;
  reference: string;
  /** Why it is proposed, or what became of it. */
  why: string;
  proposedBy: string;
  approvedBy: string;
  document: string;
  eventIds: readonly { source: string; id: string }[];
  lines: readonly JournalLineRow[];
}

export interface QuarantineRow {
  id: string;
  kind: string;
  feed: string;
  path: string;
  position: number;
  reason: string;
  message: string;
  expected: string;
  found: string;
  company: string;
  accounts: readonly string[];
  document: string;
  currency: string;
  amount: string | null;
  receivedAt: string;
  /** The beginning of the record as it came. */
  excerpt: string;
}

/** A batch that was new to a run. */
export interface BatchRow {
  batch: string;
  kind: string;
  feed: string;
  path: string;
  receivedAt: string;
  received: number;
  accepted: number;
  duplicates: number;
  skipped: number;
  quarantined: number;
  complete: boolean;
  sha256: string;
}

export interface RunFacts {
  run: string;
  kind: string;
  state: string;
  startedBy: string;
  startedAt: string;
  /** When it completed; also the time that the workbook bears. */
  completedAt: string;
  asOf: IsoDate;
  /** Number of the last batch that it could see. */
  horizon: string;
  rulebookHash: string;
  /** Who approved the rulebook version, empty where nobody has. */
  rulebookApprovedBy: string;
  resultHash: string;
  engineVersion: string;
  /** Batches that the run saw and earlier ones had seen before. */
  earlierBatches: number;
  batches: readonly BatchRow[];
}

/** Everything that a workbook shows. */
export interface Report {
  statement: Statement;
  run: RunFacts;
  /** Of the last run only, which is the one that can be decided on: most important first. */
  cases?: { rows: Rows<CaseRow>; identity: WorkbookIdentity };
  /** Of a workbook that came back, in the one that answers it. */
  outcome?: Outcome;
  /** In order of importance, @see byImportance. */
  exceptions: Rows<ExceptionRow>;
  journals: Rows<JournalRow>;
  quarantine: Rows<QuarantineRow>;
}
