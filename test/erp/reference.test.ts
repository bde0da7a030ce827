// A reference in front of a line's text comes back from whatever the field has kept of it.
import { describe, expect, it } from 'vitest';

import { describeLine, referenceIn } from '../../src/erp/reference.ts';

describe('a business reference in a text', () => {
  const line = { reference: 'SO-1001', text: 'shipment' };

  it.each([
    [60, 'SO-1001 | shipment', 'shipment'],
    [14, 'SO-1001 | ship', 'ship'],
    [10, 'SO-1001 |', ''],
    [9, 'SO-1001 |', ''],
    [3, 'SO-1001 |', ''],
  ])('in %i characters stands as %j and is read back', (length, written, text) => {
    expect(describeLine(line, length)).toBe(written);
    expect(referenceIn(written)).toEqual({ reference: 'SO-1001', text });
    expect(referenceIn(`${written.trimEnd()}`)).toEqual({ reference: 'SO-1001', text });
  });

  it('is not made of a text that has none', () => {
    expect(referenceIn('shipment SO-1001')).toEqual({ reference: '', text: 'shipment SO-1001' });
    expect(describeLine({ reference: '', text: 'shipment' }, 4)).toBe('ship');
  });
});
