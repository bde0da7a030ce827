// The simulator's own random numbers: sfc32 forked by labels, 32-bit integers only. Each order, store-day and mistake
// draws from a stream of its own, so that changing one part of the world leaves every other byte as it was.

/** A stream of random 32-bit integers; the same labels give the same stream on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...labels: readonly (string | number)[]) {
    const text = labels.join('\u001f');
    this.#a = hash32(text, 0x9e3779b9);
    this.#b = hash32(text, 0x85ebca6b);
    this.#c = hash32(text, 0xc2b2ae35);
    for (let warmUp = 0; warmUp < 12; warmUp += 1) this.next();
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    const result = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) >>> 0;
    return result;
  }

  /** A whole number between both bounds, both inside. */
  int(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }

  /** True `permille` times of a thousand. */
  chance(permille: number): boolean {
    return this.next() % 1000 < permille;
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.next() % from.length];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }

  /** Index of a weight, drawn in proportion to it. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let rest = this.next() % total;
    for (const [index, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return index;
    }
    return weights.length - 1;
  }
}

/** FNV-1a over UTF-16 units with a final avalanche (murmur3's). */
function hash32(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
