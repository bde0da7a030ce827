// Numbers that no file brought: a hole stays until another file of the same feed, company and sequence has them all.
import { expect, test } from 'vitest';
import { sequenceItems, type SeenSequence } from '../../src/exceptions/sequenceHoles.ts';

const batch = (id: string, from: string, to: string, holes: SeenSequence['holes'], company = 'US01') => ({
  batch: id,
  feed: 'till',
  company,
  path: `day-${id}.csv`,
  sequences: [{ name: 'receipt of S001', from, to, holes }],
});
const whys = (...batches: ReturnType<typeof batch>[]): string[] =>
  sequenceItems(batches).map(({ why }) => why);

test('a hole is told with its numbers and its file', () => {
  expect(
    whys(
      batch('1', '1', '9', [
        ['3', '3'],
        ['5', '7'],
      ]),
    ),
  ).toEqual([
    'day-1.csv lacks numbers of the sequence receipt of S001: 3, 5 to 7; no other file of the feed till brings them',
  ]);
});

test('what the next file brings is not missing; what it lacks too, or another company brings, is', () => {
  const day = batch('1', '1', '9', [['3', '3']]);
  expect(whys(day, batch('2', '3', '12', []))).toEqual([]);
  expect(whys(day, batch('2', '10', '12', []))).toHaveLength(1);
  expect(whys(day, batch('2', '2', '12', [['3', '4']]))).toHaveLength(2);
  expect(whys(day, batch('2', '3', '12', [], 'DE01'))).toHaveLength(1);
});

test('numbers longer than a float holds', () => {
  const long = batch('1', '900000000000000001', '900000000000000005', [
    ['900000000000000003', '900000000000000003'],
  ]);
  expect(whys(long)[0]).toContain(': 900000000000000003;');
});
