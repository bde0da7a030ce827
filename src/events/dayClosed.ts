// A store closes its day: which receipts each till gave out, by first and last number. It derives nothing; it says when all
// sales of the day have come, and which have not.
import type { Cursor } from './cursor.ts';
import { defineTimingEvent } from './definition.ts';
import { day, type Field, list, optional, ordinal, type Read, record, text } from './fields.ts';

/** More receipts of one till and day are a mistyped number, and would be counted one by one. */
const MOST_RECEIPTS = 100_000;

const TILL = {
  till: text(),
  first: ordinal,
  last: ordinal,
  count: ordinal,
  /** Numbers between them that became no receipt. */
  gaps: optional(list(ordinal)),
};
const anyTill = record(TILL);

/** Receipts of a till; one whose counter began anew during the day is stated twice. */
const till: Field<Read<typeof TILL>> = {
  ...anyTill,
  read(value, cursor) {
    const read = anyTill.read(value, cursor);
    if (cursor.refusal === undefined) checkCount(read, cursor);
    return read;
  },
};

function checkCount({ first, last, count, gaps = [] }: Read<typeof TILL>, cursor: Cursor): void {
  const stray = gaps.find((gap) => gap < first || gap > last);
  if (last < first) cursor.refuse('SCHEMA', cursor.path('last'), `${first} or more, as first`, `${last}`);
  else if (last - first >= MOST_RECEIPTS)
    cursor.refuse('SCHEMA', cursor.path('last'), `at most ${MOST_RECEIPTS} receipts`, `${first} to ${last}`);
  else if (stray !== undefined)
    cursor.refuse('SCHEMA', cursor.path('gaps'), `numbers from ${first} to ${last}`, `${stray}`);
  else {
    const expected = last - first + 1 - new Set(gaps).size;
    if (count !== expected)
      cursor.refuse(
        'TOTAL_MISMATCH',
        cursor.path('count'),
        `${expected} = ${first} to ${last} without ${gaps.length} gaps`,
        `${count}`,
      );
  }
}

export const STORE_DAY_CLOSED = defineTimingEvent({
  type: 'retail.store.dayClosed.v1',
  noun: 'Day close',
  key: ['location', 'businessDate'],
  needs: ['location'],
  dayAt: 'location',
  reference: 'location',
  ids: ['location'],
  example: {
    company: 'US01',
    location: 'S001',
    businessDate: '2026-10-05',
    receipts: [{ till: '1', first: 101, last: 148, count: 47, gaps: [120] }],
  },
  fields: { location: text(), businessDate: day, receipts: list(till) },
});
