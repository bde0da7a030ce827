// The one contract that every ERP is behind. Posting and reading are two halves, because a file drop can only take
// journals: its extracts come as files. What is read comes as rows of our canonical files (spec: ledger line, balances,
// periods), so that an extract over the wire and one from a folder are checked, stored and explained the same way.
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import type { BalanceColumn, PeriodColumn } from '../accounting/tableColumns.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type {
  Capabilities,
  LookOutcome,
  OutgoingJournal,
  PostOutcome,
  Project,
} from '../posting/outgoing.ts';

export type {
  Capabilities,
  DocumentAmount,
  ErpDocument,
  LookOutcome,
  OutgoingJournal,
  OutgoingLine,
  PostOutcome,
  Project,
  RefusalCode,
} from '../posting/outgoing.ts';

/** A file under a name of ours, with its words. */
export interface OurFile {
  postingReference: string;
  /** Folder and name. */
  place: string;
  content: string;
}

/** Columns of the canonical ledger line, balances and periods; absent = empty. Amounts and dates are text. */
export type LedgerRow = Readonly<Partial<Record<LedgerColumn, string>>>;
export type BalanceRow = Readonly<Partial<Record<BalanceColumn, string>>>;
export type PeriodRow = Readonly<Record<PeriodColumn, string>>;

/** An account of the ERP's chart. */
export interface ErpAccount {
  company: string;
  number: string;
  name: string;
  /** False where nothing can be posted to it (closed, header account). */
  postable: boolean;
}

/** Which part of a ledger to read: both days inside; no accounts = all. */
export interface ReadScope {
  company: string;
  ledger: string;
  from: IsoDate;
  to: IsoDate;
  accounts?: readonly string[];
}

/** What a call may use: its number, for the log; and the signal that drops the socket when the lease ends. */
export interface ErpCall {
  attempt: number;
  signal: AbortSignal;
  /** Who we are; absent where nothing is posted or looked for. */
  project?: Project;
}

/**
 * Takes journals. No method retries by itself, or throws for anything the ERP or the network did: those are outcomes.
 * A thrown error is a fault of the adapter and counts as `unknown`.
 */
export interface ErpPoster {
  readonly capabilities: Capabilities;
  /** Sends one journal, once. An unposted draft of the same reference is taken up again, not created twice. */
  post(journal: OutgoingJournal, call: ErpCall): Promise<PostOutcome>;
  /** Looks for posted documents of this journal's reference. The journal's other fields are for look by amount and date. */
  look(journal: OutgoingJournal, call: ErpCall): Promise<LookOutcome>;
  /** Only where the ERP has a marker of who sends to it: what stands in the way of sending now; '' for nothing. Reads only. */
  closed?(project: Project): Promise<string>;
  /** Only with `closed`, and where that found nothing: enters us in the marker. Called before each attempt. */
  enter?(project: Project): Promise<void>;
  /** Only where files are dropped: those under names of ours that lie there now, whoever wrote them. Throws where it cannot look. */
  ourFiles?(): Promise<readonly OurFile[]>;
  /** Only with `closed`: makes what holds the marker where it is not there. @returns what was made */
  setUp?(): string[];
  /** Only where `post` can answer `accepted`: what became of that job; `accepted` again while it waits. */
  poll?(jobId: string, journal: OutgoingJournal, call: ErpCall): Promise<PostOutcome>;
  /** Deletes unposted drafts of ours older than `olderThanMs`, except those of `live` references; returns how many. */
  sweepDrafts?(olderThanMs: number, live: ReadonlySet<string>, call: ErpCall): Promise<number>;
  /** Closes connections and sessions. */
  close?(): Promise<void>;
}

/** Reads an ERP. Pages are yielded as they come; an unreachable ERP is a thrown `Fault`. */
export interface ErpReader {
  readLedger(scope: ReadScope, call: ErpCall): AsyncIterable<readonly LedgerRow[]>;
  readBalances(scope: ReadScope, call: ErpCall): Promise<readonly BalanceRow[]>;
  readPeriods(company: string, call: ErpCall): Promise<readonly PeriodRow[]>;
  readAccounts(company: string, call: ErpCall): Promise<readonly ErpAccount[]>;
}

/** An ERP behind an interface: takes journals and can be read. */
export type ErpAdapter = ErpPoster & ErpReader;
