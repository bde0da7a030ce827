// Lists in sentences are cut where nobody would read on, and say how much they leave out.
import { expect, test } from 'vitest';
import { fewOf, fewOfMany } from '../src/fewOf.ts';

test('a short list is whole, a long one says how many more there are', () => {
  expect(fewOf([], 2)).toBe('');
  expect(fewOf(['a', 'b'], 2)).toBe('a, b');
  expect(fewOf(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(fewOf(['a', 'b', 'c'], 2, 'articles')).toBe('a, b and 1 more articles');
  expect(fewOfMany(['a'], 16_666)).toBe('a and 16665 more');
});
