// What would make an untied summary tie: the smallest sets of at most three facts without which every account of its documents
// ties at once. Account by account some set nearly always fits; over all of them together it says something.
import type { Tick } from '../money/ticks.ts';
import { type Part, partsOf, type Store } from './summaryStores.ts';

const MOST_FACTS = 3;
/** Sets of three are not tried of more facts: a day of 500 receipts would be 20 million. */
const MOST_OF_THREE = 150;
const MOST_SETS = 2;

/** Up to two such sets, of one size; twins (facts alike on all accounts) make no second one. Never all facts. */
export function lackingFacts(store: Store): Part[][] {
  const facts = partsOf(store, 'E');
  const groups = [...store.gaps.keys()];
  const wanted = groups.map((group) => store.gaps.get(group) ?? 0n);
  const vectors = facts.map(({ sums }) => groups.map((group) => sums.get(group) ?? 0n));
  const byVector = new Map<string, number[]>();
  vectors.forEach((vector, i) => byVector.set(keyOf(vector), [...(byVector.get(keyOf(vector)) ?? []), i]));
  for (let size = 1; size <= Math.min(MOST_FACTS, facts.length - 1); size += 1) {
    if (size === MOST_FACTS && facts.length > MOST_OF_THREE) break;
    const found = new Map<string, number[]>();
    search(size, 0, [], wanted);
    if (found.size > 0) return [...found.values()].map((picks) => picks.map((i) => facts[i] as Part));

    /** Chooses all but the last, which is looked up. */
    function search(left: number, from: number, picks: readonly number[], rest: readonly Tick[]): void {
      if (found.size >= MOST_SETS) return;
      if (left === 1) {
        const last = byVector.get(keyOf(rest))?.find((i) => i >= from);
        if (last === undefined) return;
        const set = [...picks, last];
        found.set(
          set
            .map((i) => keyOf(vectors[i] ?? []))
            .sort()
            .join(';'),
          set,
        );
        return;
      }
      for (let i = from; i < vectors.length; i += 1)
        search(
          left - 1,
          i + 1,
          [...picks, i],
          rest.map((tick, g) => tick - (vectors[i]?.[g] ?? 0n)),
        );
    }
  }
  return [];
}

const keyOf = (vector: readonly Tick[]): string => vector.join(',');
