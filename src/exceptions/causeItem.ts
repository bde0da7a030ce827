// A difference as the search for root causes sees it: its reason and its lines, with what lines may have in common.
import type { Tick } from '../money/ticks.ts';

export interface CauseLine {
  side: 'E' | 'L';
  /** Key of the event (expected) or document (ledger) that it is of. */
  fact: string;
  /** How people name that event or document. */
  name: string;
  company: string;
  account: string;
  location: string;
  dimension: string;
  taxCode: string;
  currency: string;
  amount: Tick;
  /** Accounting date; '' of an opening item, whose day is only that of the start. */
  day: string;
  /** Batch that brought it; '' of an opening item. */
  batch: string;
  /** Its unit is one of a location, so that it counts in its store's day. */
  placed: boolean;
}

export interface CauseItem {
  id: string;
  reason: string;
  lines: readonly CauseLine[];
}

/** What is worth counting as a whole. */
export interface Suspects {
  /** By batch: with this many documents or events it is not wrong as a whole, however many more there are. */
  files: ReadonlyMap<string, number>;
  /** Keys of company, location and day (`storeDayKey`). */
  storeDays: readonly string[];
}

/** How much there is of a file or a store's day, differences and matches together. */
export interface CauseTotals {
  /** By batch: its path, and the documents or events that it brought; exact only below the number that acquits it. */
  files: ReadonlyMap<string, { path: string; facts: number }>;
  /** Placed lines of a store's day (`storeDayKey`), by account and side. */
  storeDays: ReadonlyMap<string, ReadonlyMap<string, { E: number; L: number }>>;
}

/** Exceptions with one cause, and the sentence that says what they share. */
export interface Cause {
  label: string;
  items: readonly CauseItem[];
}

/** Documents or events that must share something before it is more than chance. */
export const FEWEST_FACTS = 3;

export const linesOf = ({ lines }: CauseItem, side: 'E' | 'L'): CauseLine[] =>
  lines.filter((line) => line.side === side);

/** Distinct facts of a side over items. */
export function factsOf(items: readonly CauseItem[], side: 'E' | 'L'): Set<string> {
  return new Set(items.flatMap((item) => linesOf(item, side).map((line) => line.fact)));
}

/** Company, location and day of a line, as one key. */
export const storeDayKey = ({ company, location, day }: CauseLine): string =>
  [company, location, day].join('\u001f');

/** The one value that all lines have; undefined where they differ or there is none. */
export function only<T>(values: readonly T[]): T | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}

/** Items by a key, in the order of keys; items without one are left out. */
export function byKey(
  items: Iterable<CauseItem>,
  keyOf: (item: CauseItem) => string | undefined,
): [key: string, items: CauseItem[]][] {
  const groups = new Map<string, CauseItem[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
