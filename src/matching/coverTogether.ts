// One document, several entries: whole groups (a day, a session, a payout, a tender, a key of the source), each also without
// one or two of its entries, then free subsets of the entries nearest in date. Done once for all entries, document by
// document; what documents with the same cells share (the entries inside, their groups and sums) is worked out once. Last come
// two or three documents that hold a group together.
import {
  DAYS_EITHER_WAY,
  type Held,
  type HeldDocument,
  type HeldEntry,
  type Hit,
  partOf,
} from './coverHeld.ts';
import { type Group, groupedBy, groupsOf, wholeOrWithoutFew } from './coverGroups.ts';
import { severalDocuments } from './coverSeveral.ts';
import { subsetsOf } from './coverSubsets.ts';
import { Undone } from './coverUndone.ts';
import type { Tick } from '../money/ticks.ts';

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

const FREE_ENTRIES = 12;

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
    for (const set of sets)
      if (speaksFor([document], set)) note(hits, { documents: [document], entries: set }, taken);
    if (parts.length > FREE_ENTRIES && document.names.length === 0)
      for (const { id } of parts) unsearched.add(id);
  }
  for (const hit of severalDocuments(entries, documents))
    if (speaksFor(hit.documents, hit.entries)) note(hits, hit, new Set());
  return { hits, unsearched };
}

/** Documents that name facts hold no others. */
const speaksFor = (documents: readonly HeldDocument[], set: readonly HeldEntry[]): boolean =>
  documents.every(({ names }) => names.every((name) => set.some(({ id }) => id === name)));

/** @param taken entries that one set of the document has already: the first one speaks for them */
function note(hits: Map<string, Hit[]>, hit: Hit, taken: Set<HeldEntry>): void {
  for (const entry of hit.entries) {
    if (taken.has(entry)) continue;
    taken.add(entry);
    const there = hits.get(entry.id);
    if (there === undefined) hits.set(entry.id, [hit]);
    else there.push(hit);
  }
}

function insideOf(document: Held, byLowestCell: ReadonlyMap<string, readonly HeldEntry[]>): Inside {
  const found = [...document.cells.keys()]
    .flatMap((cell) => byLowestCell.get(cell) ?? [])
    .filter(({ cells }) => [...cells.keys()].every((each) => document.cells.has(each)));
  const signs = new Set(
    found.flatMap(({ cells }) => [...cells].map(([cell, amount]) => cell + sign(amount))),
  );
  const mixed = [...document.cells.keys()].filter((cell) => signs.has(`${cell}+`) && signs.has(`${cell}-`));
  return { byDay: groupedBy(found, ({ day }) => day), groups: groupsOf(found), mixed: new Set(mixed) };
}

const sign = (amount: Tick): string => (amount < 0n ? '-' : '+');

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
      : wholeOrWithoutFew(group, document, 2),
  );
}
