// Open entries that take each other back to nothing: a sale and its void, a sale and its full refund. Whatever a document holds,
// it holds it with them as well as without: no sum speaks for them.
import type { HeldEntry } from './coverHeld.ts';

/** Which entries of a set have their exact opposite in it. */
export class Undone {
  readonly #opposites = new Map<HeldEntry, readonly HeldEntry[]>();

  constructor(entries: readonly HeldEntry[]) {
    const byCells = new Map<string, HeldEntry[]>();
    for (const entry of entries) {
      const key = keyOf(entry, 1n);
      byCells.set(key, [...(byCells.get(key) ?? []), entry]);
    }
    for (const entry of entries) {
      const opposites = byCells.get(keyOf(entry, -1n));
      if (opposites !== undefined) this.#opposites.set(entry, opposites);
    }
  }

  isIn(set: readonly HeldEntry[]): boolean {
    return set.some((entry) => this.#opposites.get(entry)?.some((other) => set.includes(other)) ?? false);
  }

  /** The set without facts and their corrections, which bear one name. */
  without(set: readonly HeldEntry[]): HeldEntry[] {
    const left = new Set(set);
    for (const entry of set) {
      const other = this.#opposites
        .get(entry)
        ?.find((one) => left.has(one) && one.name === entry.name && left.has(entry));
      if (other === undefined) continue;
      left.delete(entry);
      left.delete(other);
    }
    return [...left];
  }
}

const keyOf = ({ cells }: HeldEntry, sign: 1n | -1n): string =>
  [...cells]
    .map(([cell, amount]) => `${cell}=${sign * amount}`)
    .sort()
    .join('\u001e');
