// Which keys are alike. Three ordinary keys that are not: SHP-12 and SHP-1-2, A-10 and A-1, 1001 and 1010.
import { describe, expect, it } from 'vitest';

import { keyRuns } from '../../src/events/likeness.ts';

describe('keys', () => {
  it('are alike but for case, leading zeros and separators', () => {
    for (const key of ['SHP-007/a', 'shp_7-A', 'Shp 0007.a', 'shp7a']) expect(keyRuns(key)).toBe('shp 7 a');
    expect(keyRuns('0')).toBe('0');
  });

  it('are not alike where runs, or their order, differ', () => {
    const keys = ['SHP-12', 'SHP-1-2', '12-SHP', 'SHP-120', 'SHP-1', 'SHP-10'];
    expect(new Set(keys.map(keyRuns)).size).toBe(keys.length);
  });
});
