// Summaries that lie at another place than the sales that they hold: whose day they are, on every account at once.
import { fewOf } from '../fewOf.ts';
import { partOf } from '../matching/coverHeld.ts';
import type { Classified } from './model.ts';
import { type Group, type Part, type Store, sum, type SummaryLine } from './summaryStores.ts';

/** Groups that have no ledger line: a summary at another place may be theirs. Each is taken once. */
export type Waiting = Set<Group>;

export function wholeOf({ groups, gaps }: Store): Part {
  return {
    name: '',
    lines: groups.flatMap(({ L }) => L),
    sums: new Map([...gaps].map(([group, gap]) => [group, -gap])),
  };
}

export function together(one: Part, other: Part): Part {
  const sums = new Map(one.sums);
  for (const [group, amount] of other.sums) sums.set(group, (sums.get(group) ?? 0n) + amount);
  return { name: `${one.name} ${other.name}`, lines: [...one.lines, ...other.lines], sums };
}

/** Of each group of the document the group of another place that has its sum, where exactly one place has all of them. */
export function placeOf(document: Part, waiting: Waiting): Map<Group, Group> | undefined {
  const [first] = document.lines;
  if (first === undefined) return undefined;
  const fitting = placesOf(first, waiting).flatMap(([, groups]) => {
    const pairs = new Map<Group, Group>();
    for (const [group, amount] of document.sums) {
      const own = groups.find(({ cell, pass }) => cell === group.cell && pass === group.pass);
      if (own !== undefined && sum(own.E) === amount) pairs.set(group, own);
    }
    return pairs.size === document.sums.size ? [pairs] : [];
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

export function elsewhere(L: SummaryLine[], { E, passName }: Group): Classified {
  return {
    reason: 'WRONG_LOCATION',
    also: [],
    lines: [...E, ...L],
    why: `posted at ${L[0]?.location || 'no location'} (${namesOf(L)}), expected at ${E[0]?.location || 'no location'}: the sum of ${E.length} expected ${E.length === 1 ? 'line' : 'lines'} (${namesOf(E)}), on every account`,
    detail: { pass: passName },
  };
}

/** A line that may lie elsewhere, and the sentence that says where. */
export interface HeldLine {
  line: SummaryLine;
  why: string;
}

/**
 * Facts of a place without any summary that fit into what the store's documents are too much, on every account (one alone says
 * nothing): a summary at the wrong place whose own sum does not agree either.
 */
export function heldElsewhere(store: Store, waiting: Waiting): HeldLine[] {
  const surplus = new Map([...store.gaps].map(([group, gap]) => [cellOf(group), -gap]));
  const first = store.groups[0]?.L[0];
  if (first === undefined) return [];
  const facts = new Map<string, { line: SummaryLine; cell: string }[]>();
  for (const group of placesOf(first, waiting).flatMap(([, groups]) => groups))
    for (const line of group.E) {
      const own = facts.get(line.fact) ?? [];
      own.push({ line, cell: cellOf(group) });
      facts.set(line.fact, own);
    }
  const why = `${namesOf(store.groups.flatMap(({ L }) => L))} at ${first.location || 'no location'} may hold it: a summary that is more than its group`;
  // Sales and refunds of a day meet in one sum: of one that goes the other way only the account of its own says more.
  const fits = (amount: bigint, more: bigint): boolean =>
    more !== 0n && (amount < 0n === more > 0n || partOf(amount, more));
  return [...facts.values()].flatMap((lines) =>
    new Set(lines.map(({ cell }) => cell)).size > 1 &&
    lines.every(({ line, cell }) => fits(line.amount, surplus.get(cell) ?? 0n))
      ? lines.map(({ line }) => ({ line, why }))
      : [],
  );
}

const cellOf = ({ cell, pass }: Group): string => `${pass} ${cell}`;

/** Waiting groups of other places about the day of a summary's line, place by place. */
function placesOf(first: SummaryLine, waiting: Waiting): [string, Group[]][] {
  const { from, to } = first.window ?? { from: 0, to: 0 };
  const places = new Map<string, Group[]>();
  for (const group of waiting) {
    const [line] = group.E;
    if (line === undefined || line.company !== first.company || line.ledger !== first.ledger) continue;
    if (group.E.some(({ graceOver }) => !graceOver) || line.location === first.location) continue;
    if (first.day - line.day < from || first.day - line.day > to) continue;
    const at = JSON.stringify([line.location, line.day]);
    places.set(at, [...(places.get(at) ?? []), group]);
  }
  return [...places];
}

export const namesOf = (lines: readonly SummaryLine[]): string =>
  fewOf([...new Set(lines.map(({ label }) => label))].sort(), 3);
