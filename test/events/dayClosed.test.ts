// A day close that contradicts itself is refused where it does; a till without sales and a counter that began anew are ordinary.
import { expect, it, test } from 'vitest';
import { STORE_DAY_CLOSED } from '../../src/events/dayClosed.ts';
import { eventOf, read, refusal } from './context.ts';

const closeOf = (...receipts: object[]): object => eventOf(STORE_DAY_CLOSED.type, { receipts });

test.each([
  [{ till: '1', first: 5, last: 4, count: 1 }, 'SCHEMA', 'data.receipts[0].last'],
  [{ till: '1', first: 1, last: 1_000_000, count: 1_000_000 }, 'SCHEMA', 'data.receipts[0].last'],
  [{ till: '1', first: 1, last: 4, count: 3, gaps: [5] }, 'SCHEMA', 'data.receipts[0].gaps'],
  [{ till: '1', first: 1, last: 4, count: 3 }, 'TOTAL_MISMATCH', 'data.receipts[0].count'],
  [{ till: '1', first: 1, last: 4, count: 2, gaps: [2, 2] }, 'TOTAL_MISMATCH', 'data.receipts[0].count'],
])('%j is refused', (receipts, reason, path) => {
  expect(refusal(closeOf(receipts))).toMatchObject({ reason, path });
});

it('takes a day without sales, a gap that is named, and a till that is stated twice', () => {
  for (const receipts of [
    [],
    [{ till: '1', first: 1, last: 4, count: 3, gaps: [2] }],
    [
      { till: '1', first: 9998, last: 9999, count: 2 },
      { till: '1', first: 1, last: 3, count: 3 },
    ],
  ])
    expect(read(closeOf(...receipts)).type).toBe(STORE_DAY_CLOSED.type);
});
