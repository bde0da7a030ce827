// Parts always sum to the whole, no part is off by a unit from its exact share, and the same input gives the same parts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate } from '../../src/money/allocate.ts';

describe('allocate', () => {
  test.each<[string, bigint, bigint[], bigint[]]>([
    ['a third each: the first takes the cent', 10000n, [1n, 1n, 1n], [3334n, 3333n, 3333n]],
    ['a refund splits as its sale', -10000n, [1n, 1n, 1n], [-3334n, -3333n, -3333n]],
    ['the largest fraction first', 100n, [1n, 2n, 3n], [17n, 33n, 50n]],
    ['fewer units than parts', 2n, [1n, 1n, 1n, 1n], [1n, 1n, 0n, 0n]],
    ['a weight of nothing gets nothing', 5n, [0n, 1n, 0n, 1n], [0n, 3n, 0n, 2n]],
    ['nothing to split', 0n, [3n, 7n], [0n, 0n]],
    ['nothing, by nothing', 0n, [0n, 0n], [0n, 0n]],
    ['nothing, to no one', 0n, [], []],
  ])('%s', (_what, whole, weights, parts) => {
    expect(allocate(whole, weights)).toEqual(parts);
  });

  test('refuses what cannot be split', () => {
    expect(() => allocate(1n, [])).toThrow('1 cannot be split: the weights sum to zero');
    expect(() => allocate(1n, [0n])).toThrow('1 cannot be split: the weights sum to zero');
    expect(() => allocate(1n, [2n, -1n])).toThrow('a weight of an allocation is negative');
  });

  test('property: sums to the whole, each part within one unit of its share, negative mirrors positive', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), weights, (whole, shares) => {
        const total = shares.reduce((sum, share) => sum + share, 0n);
        fc.pre(total > 0n);
        const parts = allocate(whole, shares);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(whole);
        parts.forEach((part, i) => {
          const scaled = part * total - whole * (shares[i] ?? 0n);
          expect(scaled > -total && scaled < total).toBe(true);
        });
        expect(allocate(-whole, shares).map((part) => -part)).toEqual(parts);
        expect(allocate(whole, shares)).toEqual(parts);
      }),
    );
  });
});
