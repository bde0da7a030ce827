// When a brake falls. Three ordinary situations in which it must not: a small correction run, a quiet store that lacks a day,
// a company whose nights are always bad.
import { describe, expect, it } from 'vitest';

import { BRAKES, linesChanged, muchMissing } from '../../src/posting/brakes.ts';

describe('a brake', () => {
  it('falls where an extract changed more than 1% of the matched lines, at least 20', () => {
    const changed = (n: number, all: number): boolean =>
      linesChanged(BRAKES, { path: 'next.csv', changed: n, all }) !== undefined;
    expect([changed(19, 19), changed(20, 2_000), changed(21, 2_000), changed(20, 20)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('falls where unusually much is newly missing', () => {
    const missing = (entries: number, due: number, before: number[] = []): string | undefined =>
      muchMissing(BRAKES, { entries, due, before });
    expect(missing(19, 20)).toBeUndefined();
    expect(missing(20, 1_001)).toBeUndefined();
    expect(missing(20, 1_000)).toBe('20 store-days have newly missing entries, of 1000 that became due');
    expect(missing(30, 100, Array<number>(10).fill(6))).toBeUndefined();
    expect(missing(31, 100, Array<number>(10).fill(6))).toContain('the median of the last 10 runs is 6');
  });
});
