// Which members of a group sum to a target: exact, mixed signs (refunds), bounded by size and steps. It never guesses:
// the answer is one of unique, several, none, or gave up.
import type { Tick } from '../money/ticks.ts';

export type SubsetVerdict =
  | { verdict: 'unique'; picks: number[] }
  /** At least two different subsets fit; the first two found, smallest first. */
  | { verdict: 'several'; examples: number[][] }
  | { verdict: 'none' }
  | { verdict: 'gave-up'; steps: number };

export interface SubsetLimits {
  /** Most members in the subset; 6 by default. */
  maxSize?: number;
  /** Most sums looked at; 2 million by default, about a second. */
  maxSteps?: number;
}

/** Thrown inside to leave nested loops when the steps are spent; never leaves this file. */
class StepsSpent extends Error {}

/**
 * Looks for non-empty subsets of `amounts` that sum to `target`, smallest subsets first. Only `unique` says that no other
 * subset up to `maxSize` fits. Sizes 1 to 3 are direct, 4 to 6 meet in the middle over sums of two and three.
 * @param amounts signed ticks; equal amounts are different members, so interchangeable ones make it `several`
 */
export function findSubset(target: Tick, amounts: readonly Tick[], limits: SubsetLimits = {}): SubsetVerdict {
  const search = new Search(target, amounts, limits.maxSteps ?? 2_000_000);
  const most = Math.min(limits.maxSize ?? 6, 6, amounts.length);
  try {
    for (let size = 1; size <= most && search.hits.size < 2; size += 1) search.size(size);
  } catch (error) {
    if (!(error instanceof StepsSpent)) throw error;
    return search.hits.size > 1 ? search.answer() : { verdict: 'gave-up', steps: search.steps };
  }
  return search.answer();
}

class Search {
  readonly hits = new Map<string, number[]>();
  steps = 0;
  readonly #target: Tick;
  readonly #amounts: readonly Tick[];
  readonly #most: number;
  readonly #places = new Map<Tick, number[]>();
  #pairs: Map<Tick, [number, number][]> | undefined;

  constructor(target: Tick, amounts: readonly Tick[], most: number) {
    this.#target = target;
    this.#amounts = amounts;
    this.#most = most;
    amounts.forEach((amount, i) => {
      const places = this.#places.get(amount);
      if (places === undefined) this.#places.set(amount, [i]);
      else places.push(i);
    });
  }

  answer(): SubsetVerdict {
    const found = [...this.hits.values()];
    if (found.length === 0) return { verdict: 'none' };
    if (found.length > 1) return { verdict: 'several', examples: found.slice(0, 2) };
    return { verdict: 'unique', picks: found[0] as number[] };
  }

  /** All subsets of one size; stops early once two are known. */
  size(size: number): void {
    if (size <= 3) this.#extend(size - 1, 0, [], 0n);
    else if (size === 4) this.#joinPairs();
    else this.#joinTriples(size - 3);
  }

  #count(): void {
    this.steps += 1;
    if (this.steps > this.#most) throw new StepsSpent();
  }

  #hit(picks: number[]): void {
    if (new Set(picks).size !== picks.length) return;
    const sorted = picks.toSorted((a, b) => a - b);
    this.hits.set(sorted.join(','), sorted);
  }

  /** Chooses `free` members in order, then looks the last one up. */
  #extend(free: number, from: number, picks: number[], sum: Tick): void {
    if (this.hits.size > 1) return;
    if (free === 0) {
      this.#count();
      const last = picks.at(-1) ?? -1;
      for (const i of this.#places.get(this.#target - sum) ?? []) if (i > last) this.#hit([...picks, i]);
      return;
    }
    for (let i = from; i < this.#amounts.length; i += 1) {
      this.#extend(free - 1, i + 1, [...picks, i], sum + (this.#amounts[i] as Tick));
    }
  }

  #pairSums(): Map<Tick, [number, number][]> {
    if (this.#pairs !== undefined) return this.#pairs;
    const pairs = new Map<Tick, [number, number][]>();
    for (let i = 0; i < this.#amounts.length; i += 1) {
      for (let j = i + 1; j < this.#amounts.length; j += 1) {
        this.#count();
        const sum = (this.#amounts[i] as Tick) + (this.#amounts[j] as Tick);
        const known = pairs.get(sum);
        if (known === undefined) pairs.set(sum, [[i, j]]);
        else known.push([i, j]);
      }
    }
    this.#pairs = pairs;
    return pairs;
  }

  /** Two pairs. */
  #joinPairs(): void {
    const pairs = this.#pairSums();
    for (const [sum, firsts] of pairs) {
      const seconds = pairs.get(this.#target - sum);
      if (seconds === undefined) continue;
      for (const first of firsts) {
        for (const second of seconds) {
          this.#count();
          this.#hit([...first, ...second]);
          if (this.hits.size > 1) return;
        }
      }
    }
  }

  /** Three members in order, and two or three more from the sums of pairs. */
  #joinTriples(rest: number): void {
    const pairs = this.#pairSums();
    const n = this.#amounts.length;
    const triples = rest === 3 ? new Map<Tick, [number, number, number][]>() : undefined;
    for (let i = 0; i < n; i += 1) {
      for (let j = i + 1; j < n; j += 1) {
        for (let k = j + 1; k < n; k += 1) {
          this.#count();
          const sum = (this.#amounts[i] as Tick) + (this.#amounts[j] as Tick) + (this.#amounts[k] as Tick);
          const others =
            triples === undefined ? pairs.get(this.#target - sum) : triples.get(this.#target - sum);
          for (const other of others ?? []) this.#hit([i, j, k, ...other]);
          if (this.hits.size > 1) return;
          if (triples === undefined) continue;
          const known = triples.get(sum);
          if (known === undefined) triples.set(sum, [[i, j, k]]);
          else if (known.length < 64) known.push([i, j, k]);
          else throw new StepsSpent();
        }
      }
    }
  }
}
