// The shape of a case, as `cases --json` prints it and workbook and screen show it. Amounts are decimal text at the scale of
// their currency; an amount of a difference is ledger minus expected.
import type { IsoDate } from '../src/accounting/dates.ts';
import type { ExceptionRow } from './exceptionRow.ts';

/** What people can do about a case. */
export const ACTIONS = [
  'book',
  'match',
  'reclass',
  'reverse',
  'writeOff',
  'accept',
  'wait',
  'correctSource',
  'notMine',
  'reopen',
] as const;
export type CaseActionName = (typeof ACTIONS)[number];

/** An action that is possible now, and what it would do. */
export interface CaseAction {
  action: CaseActionName;
  does: string;
  /** What has to be said with it. */
  needs: readonly ('until' | 'account' | 'assignee' | 'why')[];
}

export interface CaseEffect {
  company: string;
  account: string;
  title: string;
  /** null where accounts.yaml does not say. */
  statement: 'income' | 'balance' | null;
  currency: string;
  amount: string;
}

export interface CaseRow {
  case: string;
  title: string;
  /** `waiting`: until a day, or for a correction by its source; it opens again by itself. */
  status: 'open' | 'waiting' | 'accepted';
  until: IsoDate | null;
  waitsFor: 'wait' | 'correctSource' | null;
  company: string;
  /** The largest difference that it leaves on one account, in company currency; null where no amount is at stake. */
  amount: string | null;
  currency: string;
  /** What the ledger's profit is too high (+) or too low (-); null where it owns no line. */
  profitEffect: string | null;
  effects: readonly CaseEffect[];
  reasons: readonly string[];
  why: string;
  owner: string;
  /** People of the owner's team. */
  team: readonly string[];
  assignee: string;
  ageDays: number;
  dueDate: IsoDate;
  openedOn: IsoDate;
  /** Since the run before the last: new, changed, or neither. */
  changed: 'new' | 'changed' | '';
  comments: number;
  /** What it shares with other cases: a store's day, a file, a wrong account. */
  rootCause: string;
  references: readonly string[];
  documents: readonly string[];
  eventIds: readonly { source: string; id: string }[];
  /** What its place in the list is made of. */
  importance: Readonly<Record<'amount' | 'profit' | 'overdue' | 'close' | 'person' | 'total', string>>;
  actions: readonly CaseAction[];
  /** Ids of its exceptions. */
  items: readonly string[];
  /** What a decision about it is held against: it changes when reasons, amounts or statuses do. */
  seen: string;
  exceptions: readonly ExceptionRow[];
}
