// What a rederivation changes, as data: for the person who proposes it, for the one who approves it, and for the hash that
// binds the second word to the first.
import type { LaterStanding } from '../db/intake/storeDecided.ts';
import type { FamilyLine } from './familyMember.ts';

export type DerivedStanding = LaterStanding;

/** One family of events. */
export interface FamilyChange {
  standings: DerivedStanding[];
  ended: FamilyLine[];
  added: FamilyLine[];
  /** The new rules refuse one of them: the whole family stays as it is. */
  refused?: { source: string; id: string; why: string };
}

/** What ends and what comes on one account. Amounts are decimal text, debit positive. */
export interface AccountChange {
  reconciliation: string;
  company: string;
  ledger: string;
  account: string;
  currency: string;
  ended: { lines: number; amount: string };
  added: { lines: number; amount: string };
}

/** One event before and after. */
export interface RederiveExample {
  event: { source: string; id: string };
  reference: string;
  /** `4000 S001 -100.00 USD` */
  ended: string[];
  added: string[];
}

/** What is left as it is, and why. */
export interface HeldBack {
  /** `event /oms S-1`, or `12 ledger lines`. */
  what: string;
  why: string;
  todo: string;
}

export interface RederivePlan {
  rulebookHash: string;
  /** Of every line that ends and every line that comes; the same whatever ids the database gave them. */
  planHash: string;
  /** Events whose entry becomes another one. */
  events: number;
  /** Expected lines of events that end, and that come. */
  ended: number;
  added: number;
  /** Ledger lines, opening items and others that only change their home. */
  moved: number;
  accounts: AccountChange[];
  examples: RederiveExample[];
  held: HeldBack[];
}

/** True where there is nothing to propose. */
export function nothingChanges(plan: RederivePlan): boolean {
  return plan.events === 0 && plan.moved === 0;
}
