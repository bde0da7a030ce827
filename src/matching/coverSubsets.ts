// Subsets of a few entries that agree with a document on every cell they have. Whole vectors of cells are compared, and a
// branch ends as soon as what is left can no longer make up for a cell.
import type { Held, HeldEntry } from './coverHeld.ts';
import type { Tick } from '../money/ticks.ts';

/** Sums by cell; a cell that nets to nothing stays, since the set has it. */
export function sumOf(set: readonly Held[]): Map<string, Tick> {
  const sums = new Map<string, Tick>();
  for (const { cells } of set)
    for (const [cell, amount] of cells) sums.set(cell, (sums.get(cell) ?? 0n) + amount);
  return sums;
}

/** True where the document says the same on every cell of the sums. */
export function ties(sums: ReadonlyMap<string, Tick>, document: Pick<Held, 'cells'>): boolean {
  for (const [cell, amount] of sums) if ((document.cells.get(cell) ?? 0n) !== amount) return false;
  return sums.size > 0;
}

/** What the entries from an index on can still add to each cell, below and above zero. */
interface Reach {
  below: Tick[];
  above: Tick[];
}

/**
 * Every subset of two or more.
 * @param entries few (12 make 4,096 subsets), all of whose cells the document has
 */
export function subsetsOf(entries: readonly HeldEntry[], document: Held): HeldEntry[][] {
  const cells = [...sumOf(entries).keys()];
  const amounts = entries.map((entry) => cells.map((cell) => entry.cells.get(cell) ?? 0n));
  const target = cells.map((cell) => document.cells.get(cell) ?? 0n);
  const reach = reachOf(amounts, cells.length);
  const sets: HeldEntry[][] = [];
  const picks: number[] = [];
  const search = (from: number, sums: readonly Tick[]): void => {
    if (picks.length > 1 && isTied(picks, amounts, sums, target))
      sets.push(picks.map((i) => entries[i] as HeldEntry));
    for (let i = from; i < entries.length; i += 1) {
      const held = amounts[i] as readonly Tick[];
      const next = sums.map((sum, cell) => sum + (held[cell] as Tick));
      picks.push(i);
      if (canReach(picks, amounts, next, target, reach[i + 1] as Reach)) search(i + 1, next);
      picks.pop();
    }
  };
  search(
    0,
    cells.map(() => 0n),
  );
  return sets;
}

function reachOf(amounts: readonly (readonly Tick[])[], width: number): Reach[] {
  const reach: Reach[] = [];
  let last: Reach = { below: Array<Tick>(width).fill(0n), above: Array<Tick>(width).fill(0n) };
  reach[amounts.length] = last;
  for (let i = amounts.length - 1; i >= 0; i -= 1) {
    const held = amounts[i] as readonly Tick[];
    last = {
      below: last.below.map((sum, cell) => sum + ((held[cell] as Tick) < 0n ? (held[cell] as Tick) : 0n)),
      above: last.above.map((sum, cell) => sum + ((held[cell] as Tick) > 0n ? (held[cell] as Tick) : 0n)),
    };
    reach[i] = last;
  }
  return reach;
}

const hasCell = (picks: readonly number[], amounts: readonly (readonly Tick[])[], cell: number): boolean =>
  picks.some((i) => (amounts[i] as readonly Tick[])[cell] !== 0n);

function isTied(
  picks: readonly number[],
  amounts: readonly (readonly Tick[])[],
  sums: readonly Tick[],
  target: readonly Tick[],
): boolean {
  return sums.every((sum, cell) => sum === target[cell] || !hasCell(picks, amounts, cell));
}

function canReach(
  picks: readonly number[],
  amounts: readonly (readonly Tick[])[],
  sums: readonly Tick[],
  target: readonly Tick[],
  { below, above }: Reach,
): boolean {
  return sums.every((sum, cell) => {
    const rest = (target[cell] as Tick) - sum;
    return ((below[cell] as Tick) <= rest && rest <= (above[cell] as Tick)) || !hasCell(picks, amounts, cell);
  });
}
