// What the cover search compares: the amounts of an entry or a document by cell, and its day.
import type { Tick } from '../money/ticks.ts';

/** Amounts by cell (company, ledger, account, currency, location); what nets to nothing is left out. */
export interface Held {
  id: string;
  name: string;
  /** Days since 1970-01-01. */
  day: number;
  cells: ReadonlyMap<string, Tick>;
}

export interface HeldEntry extends Held {
  groups: readonly string[];
}

export interface HeldDocument extends Held {
  names: readonly string[];
}

/** A set of entries that agrees with a document, or with two or three together, on every cell the set has. */
export interface Hit {
  documents: readonly HeldDocument[];
  entries: readonly HeldEntry[];
}

// A month either way: a late or early booking of the same business is rarely further off, and a wider search finds
// documents of other business that happen to sum up.
export const DAYS_EITHER_WAY = 31;

/** True where two things are close enough in time to be the same business. */
export function isNear(a: Held, b: Held): boolean {
  return Math.abs(a.day - b.day) <= DAYS_EITHER_WAY;
}

/** True where `amount` has the sign of `whole` and is not larger. */
export function partOf(amount: Tick, whole: Tick): boolean {
  return amount < 0n ? whole <= amount : whole >= amount;
}

export const namesOf = (held: readonly Held[]): string[] => [...new Set(held.map(({ name }) => name))].sort();
