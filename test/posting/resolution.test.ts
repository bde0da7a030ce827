// What a person's evidence says of a posting that the machine cannot settle.
import { expect, test } from 'vitest';

import { readEvidence } from '../../src/posting/resolution.ts';

test.each([
  ['document 4900001 seen in FB03', { outcome: 'posted', documentId: '4900001' }],
  ['posted as 4900001, seen', { outcome: 'posted', documentId: '4900001' }],
  ['absent: searched by reference', { outcome: 'absent', documentId: '' }],
  ['void: reversed by hand as 4900002', { outcome: 'void', documentId: '' }],
  ['posted by hand as 4900002', undefined],
  ['document is there', undefined],
  ['looks fine', undefined],
])('%s', (evidence, said) => {
  expect(readEvidence(evidence)).toEqual(said);
});
