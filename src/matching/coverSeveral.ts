// Two or three documents that together hold a whole group, or all of it but one: the till sessions of a day, under names that
// no rule knows. Which entry lies in which document is not asked.
import { groupsOf, type Group, wholeOrWithoutFew } from './coverGroups.ts';
import { DAYS_EITHER_WAY, type HeldDocument, type HeldEntry, type Hit, partOf } from './coverHeld.ts';
import { sumOf } from './coverSubsets.ts';

/** Documents nearest in date that are tried with each other: 28 pairs and 56 threes. */
const MOST_NEAR = 8;

/** For each group of one place the first such documents, if any. */
export function severalDocuments(entries: readonly HeldEntry[], documents: readonly HeldDocument[]): Hit[] {
  const byPlace = new Map<string, HeldDocument[]>();
  for (const document of documents)
    for (const place of placesOf(document)) byPlace.set(place, [...(byPlace.get(place) ?? []), document]);
  const entriesAt = new Map<string, HeldEntry[]>();
  for (const entry of entries) {
    const [place = '', ...more] = placesOf(entry);
    if (more.length > 0 || !byPlace.has(place)) continue;
    entriesAt.set(place, [...(entriesAt.get(place) ?? []), entry]);
  }
  return [...entriesAt].flatMap(([place, there]) =>
    groupsOf(there).flatMap((group) => holding(group, byPlace.get(place) ?? [])),
  );
}

/** Company, ledger, currency and location of its cells. */
const placesOf = ({ cells }: { cells: HeldEntry['cells'] }): string[] => [
  ...new Set(
    [...cells.keys()].map((cell) => {
      const [company, ledger, , currency, location] = cell.split('\u001f');
      return [company, ledger, currency, location].join('\u001f');
    }),
  ),
];

/** The first two or three documents that hold the group. */
function holding(group: Group, documents: readonly HeldDocument[]): Hit[] {
  const off = ({ day }: HeldDocument): number => Math.max(group.firstDay - day, day - group.lastDay, 0);
  const near = documents
    .filter((document) => off(document) <= DAYS_EITHER_WAY && isPart(document, group))
    .sort((a, b) => off(a) - off(b) || (a.id < b.id ? -1 : 1))
    .slice(0, MOST_NEAR);
  for (const set of fewOf(near)) {
    const [found] = wholeOrWithoutFew(group, { cells: sumOf(set) }, 1);
    if (found !== undefined) return [{ documents: set, entries: found }];
  }
  return [];
}

/** Not larger than the group on any cell that the group has, and on one of them at all. */
function isPart({ cells }: HeldDocument, { sums }: Group): boolean {
  const shared = [...sums].filter(([cell]) => cells.has(cell));
  return shared.length > 0 && shared.every(([cell, sum]) => partOf(cells.get(cell) ?? 0n, sum));
}

/** Pairs first, then threes. */
function fewOf<T>(all: readonly T[]): T[][] {
  const pairs = all.flatMap((a, i) => all.slice(i + 1).map((b, j) => ({ set: [a, b], next: i + j + 2 })));
  return [
    ...pairs.map(({ set }) => set),
    ...pairs.flatMap(({ set, next }) => all.slice(next).map((c) => [...set, c])),
  ];
}
