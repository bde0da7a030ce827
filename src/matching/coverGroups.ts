// Entries that a source or an ERP may sum up: all of one day, session, payout, tender or key of the source. A group is compared
// as a whole, and without one or two of its entries.
import type { Held, HeldEntry } from './coverHeld.ts';
import { sumOf, ties } from './coverSubsets.ts';
import type { Tick } from '../money/ticks.ts';

export interface Group {
  entries: readonly HeldEntry[];
  sums: ReadonlyMap<string, Tick>;
  /** The cell that most entries have: whatever two are left out, it is still one of the set's. */
  pivot: string;
  byAmount: ReadonlyMap<Tick, readonly HeldEntry[]>;
  firstDay: number;
  lastDay: number;
}

/** Pairs left out that are tried of one group beside one document; amounts alike (fixed prices) make many. */
const MOST_PAIRS = 2_000;

/** Node 20 has no Map.groupBy. */
export function groupedBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [one]);
    else there.push(one);
  }
  return groups;
}

/** Groups of two entries or more. */
export function groupsOf(entries: readonly HeldEntry[]): Group[] {
  const keyed = entries.flatMap((entry) => [...new Set(entry.groups)].map((key) => ({ key, entry })));
  return [...groupedBy(keyed, ({ key }) => key).values()]
    .filter((group) => group.length > 1)
    .map((group) => groupOf(group.map(({ entry }) => entry)));
}

function groupOf(entries: readonly HeldEntry[]): Group {
  const counts = new Map<string, number>();
  for (const { cells } of entries)
    for (const cell of cells.keys()) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const pivot = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] as string;
  const days = entries.map(({ day }) => day);
  return {
    entries,
    sums: sumOf(entries),
    pivot,
    byAmount: groupedBy(entries, ({ cells }) => cells.get(pivot) ?? 0n),
    firstDay: days.reduce((a, b) => Math.min(a, b)),
    lastDay: days.reduce((a, b) => Math.max(a, b)),
  };
}

/** The group, or the first set without one or two (`most`) of its entries that agrees with what is held. */
export function wholeOrWithoutFew(group: Group, document: Pick<Held, 'cells'>, most: 1 | 2): HeldEntry[][] {
  const { entries, sums, pivot, byAmount } = group;
  const over = (sums.get(pivot) as Tick) - (document.cells.get(pivot) ?? 0n);
  if (over === 0n && ties(sums, document)) return [[...entries]];
  const without = (...left: readonly HeldEntry[]): HeldEntry[][] => {
    const set = entries.filter((entry) => !left.includes(entry));
    return set.length > 0 && ties(sumOf(set), document) ? [set] : [];
  };
  for (const entry of byAmount.get(over) ?? []) {
    const found = without(entry);
    if (found.length > 0) return found;
  }
  if (most === 1) return [];
  let pairs = 0;
  for (const [amount, alike] of byAmount) {
    const others = byAmount.get(over - amount);
    if (others === undefined || amount > over - amount) continue;
    for (const entry of alike) {
      for (const other of others) {
        if (other === entry) continue;
        if ((pairs += 1) > MOST_PAIRS) return [];
        const found = without(entry, other);
        if (found.length > 0) return found;
      }
    }
  }
  return [];
}
