// The compiled rulebook: what every other room may know of it. Frozen data; compiled from YAML once, by content hash.
import type { IsoDate } from '../accounting/dates.ts';
import type { Decimal } from '../money/decimal.ts';
import type { Place } from '../events/model.ts';

/** Columns that units may be made of; both shapes carry them. Company and ledger are always among them. */
export const UNIT_COLUMNS = ['company', 'ledger', 'location', 'dimension'] as const;
export type UnitColumn = (typeof UNIT_COLUMNS)[number];

/** Columns a pass may compare (closed list; matching/compile.ts maps each to SQL). */
export const KEY_COLUMNS = [
  'reference',
  'businessDate',
  'accountingDate',
  'location',
  'dimension',
  'document',
  'assignment',
  'text',
  'taxCode',
  'documentType',
  'postingReference',
  'partnerCompany',
  'orderId',
  'shipmentId',
  'returnId',
  'exchangeId',
  'session',
  'payout',
  'transferId',
  'receiptId',
  'subject',
  'eventId',
] as const;
/** A key column, or a further id that the source itself names under `data.keys`. */
export type KeyColumn = (typeof KEY_COLUMNS)[number] | `keys.${string}`;

/** What is done to a key's text before it is compared, in order. */
export type Normaliser =
  | { kind: 'upper' }
  | { kind: 'alphanumeric' }
  | { kind: 'stripZeros' }
  | { kind: 'extract'; pattern: string };

/** One compared key: a column on each side (the first that is not empty, where several are named). */
export interface Key {
  expected: readonly KeyColumn[];
  ledger: readonly KeyColumn[];
  normalise: readonly Normaliser[];
}

export type MatchType = 'one-to-one' | 'one-to-many' | 'many-to-one' | 'many-to-many' | 'net';

/** Signed bounds of ledger minus expected, in one currency. */
export interface Bounds {
  from: Decimal;
  to: Decimal;
}

/** Signed tolerance; what it leaves is typed to `account` and counted against the budgets. */
export interface Tolerance {
  /** Bounds per currency; `*` for any other. */
  absolute?: ReadonlyMap<string, Bounds>;
  /** Percent of the expected amount, with an optional cap per currency. */
  percent?: { from: Decimal; to: Decimal; cap?: ReadonlyMap<string, Decimal> };
  /** Name in accounts.yaml. */
  account: string;
  budget: { perLine?: Decimal; perUnit?: Decimal; perRun?: Decimal; perPeriod?: Decimal };
}

/** Signed days from expected business date to ledger business date. */
export interface Window {
  from: number;
  to: number;
  /** Name of a configured business calendar; absent: calendar days. */
  calendar?: string;
  /** For grouping passes: filter lines before grouping, or compare group dates after. */
  when: 'before' | 'after';
}

export interface Pass {
  name: string;
  type: MatchType;
  keys: readonly Key[];
  tolerance?: Tolerance;
  window?: Window;
  /**
   * Summaries dated otherwise: the expected lines of one business day are one group, and the window says which days the
   * ledger lines of that group may bear. Amounts of different ledger days are never added.
   */
  perDay: boolean;
  /** Which lines the pass sees; absent: all. */
  where: PassFilter;
  result: 'confirmed' | 'suggested';
  /** One of its keys compares an id of the event. Every other pass is a summary pass. */
  identifies: boolean;
  /** many-to-one: debits and credits grouped together (default) or apart. */
  sides: 'together' | 'separate';
  /** Lifts the account from the keys; can only suggest. */
  acrossAccounts: boolean;
  active: boolean;
  /** First 8 hex digits of the hash of its compiled form: the pass's version. */
  version: string;
}

/** What a pass asks of an expected line: each list takes a text as it is, `*` any text, `text*` a beginning. */
export interface ExpectedFilter {
  channels?: readonly string[];
  eventTypes?: readonly string[];
  brands?: readonly string[];
}

/** What a pass asks of a ledger line: lists as for expected lines, and regular expressions that have to be found. */
export interface LedgerFilter {
  documentTypes?: readonly string[];
  journalSources?: readonly string[];
  reference?: string;
  text?: string;
}

/** Which lines a pass sees: all that is asked must hold, and nothing of what `not` asks may. */
export interface PassFilter {
  expected?: ExpectedFilter & { not?: ExpectedFilter };
  ledger?: LedgerFilter & { not?: LedgerFilter };
}

/** Which ledger lines the events explain; absent lists take all. */
export interface ScopeFilter {
  documentTypes?: readonly string[];
  notDocumentTypes?: readonly string[];
  journalSources?: readonly string[];
  notJournalSources?: readonly string[];
}

export interface Reconciliation {
  name: string;
  title: string;
  /** Names in accounts.yaml. */
  accounts: readonly string[];
  /** Companies and ledgers that it takes part in; absent companies: all. Default ledger: GL. */
  companies?: readonly string[];
  ledgers: readonly string[];
  /** Always starts with company, ledger. */
  unit: readonly UnitColumn[];
  graceDays: number;
  /** Business calendar of the grace days; absent: calendar days. */
  calendar?: string;
  /** Control reasons of matches that do not speak here: `controls: { WRONG_PERIOD: off }`. */
  silenced?: readonly string[];
  scope: ScopeFilter;
  passes: readonly Pass[];
}

/** A query that owns no line: sums expected lines of `accounts` by `by` over all units; what stays is `reason`. */
export interface ControlReconciliation {
  name: string;
  title: string;
  accounts: readonly string[];
  by: readonly ('reference' | 'dimension' | 'location')[];
  graceDays: number;
  reason: 'TAX_ASSESSED_VARIANCE' | 'IN_TRANSIT_AGED' | 'TRANSFER_VARIANCE';
}

export interface Account {
  name: string;
  /** For people; `name` where none is given. */
  title: string;
  number: string;
  /** Other number per company. */
  companies: ReadonlyMap<string, string>;
  normalSide: 'debit' | 'credit';
  /** What `dimension` holds on this account, e.g. `jurisdiction`; '' for none. */
  dimension: string;
  /** The financial statement that it is shown in; absent where nobody said. For people, never for matching. */
  statement?: 'income' | 'balance';
}

/** One line template of a posting rule. */
export interface PostingLine {
  side: 'debit' | 'credit';
  /**
   * Default account name, and others: where a tax engine assesses the company's documents, then by company, channel
   * (`marketplace:*` takes every marketplace) or location; the first that fits wins, in that order.
   */
  account: string;
  accountBy?: {
    taxAssessed?: string;
    companies?: ReadonlyMap<string, string>;
    channels?: ReadonlyMap<string, string>;
    locations?: ReadonlyMap<string, string>;
  };
  /** Other accounts for members of the measure (`food*` takes what begins so); they win over all others, first fit counts. */
  accountOf?: readonly { by: string; accounts: ReadonlyMap<string, string> }[];
  measure: string;
  /** Takes one member of the measure, by the division that it belongs to. */
  of?: { by: string; member: string };
  /** A line for each member of this division; the member becomes the line's dimension where the account has one. */
  by?: string;
  at: Place;
}

export interface PostingRule {
  /** File name without extension plus `#n` where a file holds several. */
  name: string;
  event: string;
  effectiveFrom: IsoDate;
  effectiveTo?: IsoDate;
  /** For people: what happened, in a few words. */
  title: string;
  /** Every field must fit one of its patterns: a text as it is, `*` any text, `text*` a beginning, '' absent. */
  when: ReadonlyMap<string, readonly string[]>;
  ledger: string;
  /** Field the reference is taken from; the event type's default is already in `BusinessEvent.reference`. */
  reference?: string;
  lines: readonly PostingLine[];
  /** `entry: none, because: TEXT`. */
  noneBecause?: string;
  /** File and line, for messages. */
  file: string;
}

/** A worked example of a posting rule: what an accountant expects to be booked for an event. */
export interface WorkedExample {
  rule: string;
  title: string;
  where: string;
  /** Facts of the made-up company that differ from the usual ones. */
  company: {
    currency?: string;
    inventoryMethod?: 'cost' | 'retail';
    costOfSales?: 'events' | 'erp';
    taxAssessed?: boolean;
  };
  /** `data` of the event, or a whole event. */
  given: Record<string, unknown>;
  /** Empty: the entry is none. */
  expect: readonly ExampleLine[];
}

/** One expected line of a worked example; currency: the event's where none is given. */
export interface ExampleLine {
  side: 'debit' | 'credit';
  /** Name in accounts.yaml. */
  account: string;
  amount: Decimal;
  location: string;
  dimension: string;
  currency?: string;
  companyAmount?: Decimal;
  where: string;
}

/** Plain words for one reason: title, owner, due days, usual action. */
export interface ExceptionPolicy {
  reason: string;
  title: string;
  owner: string;
  owners: readonly { account?: string; location?: string; over?: Decimal; owner: string }[];
  dueDays: number;
  action: string;
}

export interface Rulebook {
  /** SHA-256 (hex) of the canonical compiled rules, without titles and examples. */
  hash: string;
  accounts: ReadonlyMap<string, Account>;
  postings: readonly PostingRule[];
  reconciliations: readonly Reconciliation[];
  controls: readonly ControlReconciliation[];
  /** Journal sources that pay what was sold: their lines prove no posting. */
  settlement: readonly string[];
  exceptions: ReadonlyMap<string, ExceptionPolicy>;
  /** The same canonical form that was hashed, for storage and comparison. */
  canonical: string;
}
