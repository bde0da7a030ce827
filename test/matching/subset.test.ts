// Which members of a group sum to a target. It never guesses: `unique` is said of one set only, of one that is there.
import { expect, test } from 'vitest';

import { findSubset } from '../../src/matching/subset.ts';

const found = (target: bigint, amounts: bigint[], limits = {}): unknown =>
  findSubset(target, amounts, limits);

test('one set, of any size up to six, with refunds in it', () => {
  expect(found(50n, [10n, 50n, 7n])).toEqual({ verdict: 'unique', picks: [1] });
  expect(found(3n, [10n, -7n, 50n])).toEqual({ verdict: 'unique', picks: [0, 1] });
  const powers = [1n, 10n, 100n, 1_000n, 10_000n, 100_000n, 1_000_000n];
  expect(found(1_111n, powers)).toEqual({ verdict: 'unique', picks: [0, 1, 2, 3] });
  expect(found(11_111n, powers)).toEqual({ verdict: 'unique', picks: [0, 1, 2, 3, 4] });
  expect(found(111_111n, powers)).toEqual({ verdict: 'unique', picks: [0, 1, 2, 3, 4, 5] });
});

test('two sets that both fit are several, equal amounts too', () => {
  expect(found(30n, [30n, 10n, 20n])).toEqual({ verdict: 'several', examples: [[0], [1, 2]] });
  expect(found(10n, [10n, 10n])).toMatchObject({ verdict: 'several' });
});

test('no member counts twice', () => {
  expect(found(20n, [10n, 3n])).toEqual({ verdict: 'none' });
  // 1 + 2 twice, or one of three powers more than once: nothing that is there sums to it.
  expect(found(6n, [1n, 2n, 100n, 1_000n])).toEqual({ verdict: 'none' });
  expect(found(2_220n, [10n, 100n, 1_000n, 50_000n, 70_000n, 90_000n])).toEqual({ verdict: 'none' });
});

test('a search that was cut short does not say that nothing fits', () => {
  const many = Array.from({ length: 30 }, (_, i) => BigInt(2 * i + 2));
  expect(found(1n, many, { maxSteps: 100 })).toMatchObject({ verdict: 'gave-up' });
});
