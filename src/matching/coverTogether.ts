// One document, several entries: whole groups (a day, a session, a payout, a tender, a key of the source), each also without
// one or two of its entries, then free subsets of the entries nearest in date. Done once for all entries, document by
// document; what documents with the same cells share (the entries inside, their groups and sums) is worked out once.
import { DAYS_EITHER_WAY, type Held, type HeldDocument, type HeldEntry, partOf } from './coverHeld.ts';
import { subsetsOf, sumOf, ties } from './coverSubsets.ts';
import { Undone } from './coverUndone.ts';
import type { Tick } from './model.ts';

/** A set of entries that agrees with a document on every cell the set has. */
export interface Hit {
  document: HeldDocument;
  entries: readonly HeldEntry[];
}

/** By entry id. `unsearched`: entries that a larger subset could take, which nobody tried. */
export interface Together {
  hits: ReadonlyMap<string, readonly Hit[]>;
  unsearched: ReadonlySet<string>;
}

/** Entries all of whose cells a document has. */
interface Inside {
  byDay: ReadonlyMap<number, readonly HeldEntry[]>;
  groups: readonly Group[];
  /** Cells with amounts above and below zero: there a larger amount may net down. */
  mixed: ReadonlySet<string>;
}

interface Group {
  entries: readonly HeldEntry[];
  sums: ReadonlyMap<string, Tick>;
  /** The cell that most entries have: whatever two are left out, it is still one of the set's. */
  pivot: string;
  byAmount: ReadonlyMap<Tick, readonly HeldEntry[]>;
  firstDay: number;
  lastDay: number;
}

const FREE_ENTRIES = 12;
/** Pairs left out that are tried of one group beside one document; amounts alike (fixed prices) make many. */
const MOST_PAIRS = 2_000;

/** @param entries and documents in a fixed order, so that the answer does not depend on the order of loading */
export function togetherWith(entries: readonly HeldEntry[], documents: readonly HeldDocument[]): Together {
  const hits = new Map<string, Hit[]>();
  const unsearched = new Set<string>();
  const byLowestCell = groupedBy(entries, ({ cells }) => [...cells.keys()].sort()[0] as string);
  const shared = new Map<string, Inside>();
  const undone = new Undone(entries);
  for (const document of documents) {
    const key = [...document.cells.keys()].sort().join('\u001e');
    const inside = shared.get(key) ?? insideOf(document, byLowestCell);
    shared.set(key, inside);
    const parts = partsOf(document, inside);
    const free = parts.slice(0, FREE_ENTRIES);
    const sets = [
      ...wholeGroups(document, inside).map((set) => undone.without(set)),
      ...subsetsOf(free, document).filter((set) => !undone.isIn(set)),
    ];
    const taken = new Set<HeldEntry>();
    for (const set of sets) {
      if (!document.names.every((name) => set.some(({ id }) => id === name))) continue;
      const hit = { document, entries: set };
      for (const entry of set) {
        if (taken.has(entry)) continue;
        taken.add(entry);
        const there = hits.get(entry.id);
        if (there === undefined) hits.set(entry.id, [hit]);
        else there.push(hit);
      }
    }
    if (parts.length > FREE_ENTRIES && document.names.length === 0)
      for (const { id } of parts) unsearched.add(id);
  }
  return { hits, unsearched };
}

/** Node 20 has no Map.groupBy. */
function groupedBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [one]);
    else there.push(one);
  }
  return groups;
}

function insideOf(document: Held, byLowestCell: ReadonlyMap<string, readonly HeldEntry[]>): Inside {
  const found = [...document.cells.keys()]
    .flatMap((cell) => byLowestCell.get(cell) ?? [])
    .filter(({ cells }) => [...cells.keys()].every((each) => document.cells.has(each)));
  const keyed = found.flatMap((entry) => [...new Set(entry.groups)].map((key) => ({ key, entry })));
  const groups = [...groupedBy(keyed, ({ key }) => key).values()]
    .filter((group) => group.length > 1)
    .map((group) => groupOf(group.map(({ entry }) => entry)));
  const signs = new Set(
    found.flatMap(({ cells }) => [...cells].map(([cell, amount]) => cell + sign(amount))),
  );
  const mixed = [...document.cells.keys()].filter((cell) => signs.has(`${cell}+`) && signs.has(`${cell}-`));
  return { byDay: groupedBy(found, ({ day }) => day), groups, mixed: new Set(mixed) };
}

const sign = (amount: Tick): string => (amount < 0n ? '-' : '+');

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

/** Entries that could be a part of the document, by their own amounts; the nearest in date first. */
function partsOf(document: Held, { byDay, mixed }: Inside): HeldEntry[] {
  const isPart = ({ cells }: Held): boolean => {
    for (const [cell, amount] of cells) {
      if (!mixed.has(cell) && !partOf(amount, document.cells.get(cell) as Tick)) return false;
    }
    return true;
  };
  const parts: HeldEntry[] = [];
  for (let off = 0; off <= DAYS_EITHER_WAY; off += 1) {
    for (const day of off === 0 ? [document.day] : [document.day - off, document.day + off]) {
      for (const entry of byDay.get(day) ?? []) if (isPart(entry)) parts.push(entry);
    }
  }
  return parts;
}

function wholeGroups(document: Held, { groups }: Inside): HeldEntry[][] {
  return groups.flatMap((group) =>
    group.firstDay < document.day - DAYS_EITHER_WAY || group.lastDay > document.day + DAYS_EITHER_WAY
      ? []
      : wholeOrWithoutTwo(group, document),
  );
}

/** The group, or the first set without one or two of its entries that agrees with the document. */
function wholeOrWithoutTwo(group: Group, document: Held): HeldEntry[][] {
  const { entries, sums, pivot, byAmount } = group;
  const over = (sums.get(pivot) as Tick) - (document.cells.get(pivot) as Tick);
  if (over === 0n && ties(sums, document)) return [[...entries]];
  const without = (...left: readonly HeldEntry[]): HeldEntry[][] => {
    const set = entries.filter((entry) => !left.includes(entry));
    return set.length > 0 && ties(sumOf(set), document) ? [set] : [];
  };
  for (const entry of byAmount.get(over) ?? []) {
    const found = without(entry);
    if (found.length > 0) return found;
  }
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
