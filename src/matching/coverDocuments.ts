// One entry, up to three documents: they hold exactly what it expects, on each of its cells. What else a document holds (a
// bank's line, a fee) is not asked. The nearest in date are tried first.
import { type Held, type HeldDocument, partOf } from './coverHeld.ts';
import type { Tick } from '../money/ticks.ts';

/** Documents that hold the entry; `searched: false` where more could fit than were tried. */
export interface DocumentSet {
  documents: readonly HeldDocument[];
  /** Each of them by itself; else all together. */
  each: boolean;
  searched: boolean;
}

const MOST_DOCUMENTS = 3;
const MOST_CANDIDATES = 40;

/**
 * @param sameAmounts documents that agree in one amount: one that holds the entry alone is among them
 * @param sameCells documents that have any cell in common; asked only where none holds it alone
 */
export function documentSets(
  entry: Held,
  sameAmounts: readonly HeldDocument[],
  sameCells: () => readonly HeldDocument[],
): DocumentSet {
  const alone = sameAmounts
    .filter((document) => [...entry.cells].every(([cell, amount]) => document.cells.get(cell) === amount))
    .sort(nearestFirst(entry));
  if (alone[0] !== undefined)
    return { documents: alone.slice(0, MOST_DOCUMENTS), each: true, searched: true };
  const parts = sameCells()
    .filter((document) => isPart(document, entry))
    .sort(nearestFirst(entry));
  const tried = parts.slice(0, MOST_CANDIDATES);
  const found = exactly(entry.cells, tried, MOST_DOCUMENTS);
  if (found !== undefined) return { documents: found, each: found.length === 1, searched: true };
  return { documents: [], each: true, searched: tried.length === parts.length };
}

/** A part holds no more than is missing on any cell, and is not about other facts. */
function isPart(document: HeldDocument, entry: Held): boolean {
  if (document.names.some((name) => name !== entry.id)) return false;
  for (const [cell, amount] of document.cells) {
    const whole = entry.cells.get(cell);
    if (whole !== undefined && !partOf(amount, whole)) return false;
  }
  return true;
}

export const nearestFirst =
  (to: Held) =>
  (a: Held, b: Held): number =>
    Math.abs(a.day - to.day) - Math.abs(b.day - to.day) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The first set of at most `most` documents whose cells are exactly `target`; undefined where there is none. The last of a set
 * is looked up by what is left: tried one by one, three of forty took up to 10,000 steps an entry.
 */
function exactly(
  target: ReadonlyMap<string, Tick>,
  documents: readonly HeldDocument[],
  most: number,
): HeldDocument[] | undefined {
  const cells = [...target.keys()];
  const amounts = documents.map((document) => cells.map((cell) => document.cells.get(cell) ?? 0n));
  const byFirst = new Map<Tick | undefined, number[]>();
  for (const [i, held] of amounts.entries()) {
    const alike = byFirst.get(held[0]);
    if (alike === undefined) byFirst.set(held[0], [i]);
    else alike.push(i);
  }
  const isAll = (i: number, whole: readonly Tick[]): boolean =>
    (amounts[i] as readonly Tick[]).every((amount, cell) => amount === whole[cell]);
  const search = (whole: readonly Tick[], from: number, left: number): number[] | undefined => {
    if (left === 1) {
      const last = byFirst.get(whole[0])?.find((i) => i >= from && isAll(i, whole));
      return last === undefined ? undefined : [last];
    }
    for (let i = from; i < amounts.length; i += 1) {
      const held = amounts[i] as readonly Tick[];
      if (!held.every((amount, cell) => amount === 0n || partOf(amount, whole[cell] as Tick))) continue;
      const rest = whole.map((amount, cell) => amount - (held[cell] as Tick));
      if (rest.every((amount) => amount === 0n)) return [i];
      const more = search(rest, i + 1, left - 1);
      if (more !== undefined) return [i, ...more];
    }
    return undefined;
  };
  return search([...target.values()], 0, most)?.map((i) => documents[i] as HeldDocument);
}
