// Mistakes in the document that a store's day becomes, and in what is told of that day later.
import { addDays } from '../src/accounting/dates.ts';
import { accountNumber } from './accounts.ts';
import type { EntryLine } from './bookkeeping.ts';
import { amountText } from './cents.ts';
import type { Desk } from './desk.ts';
import { documentLines, linesOn, type LedgerDocument } from './documents.ts';
import { referenceOf } from './documentHeads.ts';
import { eventOf } from './eventText.ts';
import type { Refund, Shipment } from './facts.ts';
import { differences, type MistakeKind } from './mistake.ts';
import { freshStoreDay, largeSale } from './freshStoreDay.ts';
import { summarised } from './storeDays.ts';
import { habitOf } from './tills.ts';
import type { TruthEntry, TruthItem } from './truth.ts';
import { STORES, storesOf } from './world.ts';

/** Writes the truth about a store-day: the books name the day, events name its sales. */
export function tellStoreDay(
  desk: Desk,
  mistake: MistakeKind,
  documents: readonly LedgerDocument[],
  sales: readonly (Shipment | Refund)[],
  items: TruthItem[],
  more: Partial<TruthEntry> = {},
): void {
  const [first] = documents;
  desk.truth.add({
    kind: mistake.kind,
    reason: mistake.reason,
    class: mistake.class,
    note: mistake.note,
    company: first?.company ?? '',
    location: first?.lines[0]?.location ?? '',
    references: [...documents.map(({ reference }) => reference), ...sales.map(referenceOf)],
    documents: documents.map(({ document }) => ({ document })),
    eventIds: sales.map((sale) => {
      const { source, id } = eventOf(sale);
      return { source, id };
    }),
    items,
    ...more,
  });
}

const linesOf = (sale: Shipment) => documentLines(sale.company, summarised(sale));

/** Why nothing is proposed where only the summary's accounts lack a sale: its goods are booked. */
const heldAt = (store: string): string =>
  habitOf(store).goods ? '' : 'its goods are booked: some lines only';

export const MISTAKES_OF_STORES: readonly MistakeKind[] = [
  {
    kind: 'summary_short',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The day of a store was posted without one of its sales.',
    make(desk) {
      const { store, day } = freshStoreDay(desk);
      const sale = largeSale(desk, store, day);
      desk.storeDays.spoil(store.code, day, (documents, { facts }) => {
        tellStoreDay(desk, this, documents, [sale, ...facts], desk.items(linesOf(sale), -1n), {
          also: ['SPLIT_INCOMPLETE'],
          lacking: [referenceOf(sale)],
          held: heldAt(store.code),
        });
        return documents;
      });
    },
  },
  {
    kind: 'summary_short_of_two',
    reason: 'SPLIT_INCOMPLETE',
    class: 'difference',
    note: 'The day of a store was posted without two of its sales: which two, no sum can prove.',
    make(desk) {
      const { store, day } = freshStoreDay(desk);
      const sales = [largeSale(desk, store, day), largeSale(desk, store, day)];
      desk.storeDays.spoil(store.code, day, (documents, { facts }) => {
        const items = sales.flatMap((sale) => desk.items(linesOf(sale), -1n));
        tellStoreDay(desk, this, documents, [...sales, ...facts], items, {
          lacking: sales.map(referenceOf),
          held: 'no sum proves which sales are missing',
        });
        return documents;
      });
    },
  },
  {
    kind: 'summary_amount',
    reason: 'AMOUNT_VARIANCE',
    class: 'difference',
    note: 'The day of a store was posted with too much revenue, and the receivable with it.',
    make(desk, number) {
      const { store, day } = freshStoreDay(desk);
      desk.storeDays.add(largeSale(desk, store, day));
      const cents = BigInt(10_007 + number * 1_013);
      desk.storeDays.spoil(store.code, day, ([document, ...others], { facts }) => {
        if (document === undefined) return [];
        const spoiled = { ...document, lines: document.lines.map((line) => ({ ...line })) };
        for (const [name, by] of [['receivable', cents] as const, ['revenue', -cents] as const]) {
          const [line] = linesOn(spoiled, name);
          if (line === undefined) continue;
          line.cents += by;
          line.companyCents += by;
        }
        tellStoreDay(desk, this, [spoiled, ...others], facts, differences(document.lines, spoiled.lines));
        return [spoiled, ...others];
      });
    },
  },
  {
    kind: 'summary_missing',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The day of a store was never posted: every sale and refund of its tills is missing.',
    make(desk) {
      const { store, day } = freshStoreDay(desk);
      desk.storeDays.spoil(store.code, day, (documents, { company, sessions, facts }) => {
        const lines = [...sessions[1].values(), ...sessions[2].values()];
        const items = lines.map((line) => itemOf(line, company));
        tellStoreDay(desk, this, documents, facts, items, {
          // A summary of the store's next days that does not tie may hold them (law 5d): then a person decides.
          also: ['REVIEW_MATCH'],
          lacking: facts.map(referenceOf),
          held: 'a summary of the next days that does not tie may hold them',
        });
        return [];
      });
    },
  },
  {
    kind: 'summary_twice',
    reason: 'DUPLICATE_POSTING',
    class: 'difference',
    note: 'The summary of a store was posted twice.',
    make(desk) {
      const { store, day } = freshStoreDay(desk);
      desk.storeDays.spoil(store.code, day, (documents) => {
        const copies = documents.map((document) => desk.books.copyOf(document));
        const items = copies.flatMap((copy) => desk.items(copy.lines, 1n));
        tellStoreDay(desk, this, [...documents, ...copies], [], items);
        return [...documents, ...copies];
      });
    },
  },
  {
    kind: 'summary_at_wrong_store',
    reason: 'WRONG_LOCATION',
    class: 'difference',
    note: 'The summary of a store was posted at another store.',
    make(desk) {
      // One document a day: of several, no sum proves which belongs where.
      const { store, day } = freshStoreDay(desk, [4, 19], ({ code }) => habitOf(code).sessions === 1);
      desk.storeDays.add(largeSale(desk, store, day));
      const other = desk.random.pick(storesOf(store.company).filter(({ code }) => code !== store.code)).code;
      desk.storeDays.spoil(store.code, day, (documents, { facts }) => {
        const moved = documents.map((document) => ({
          ...document,
          lines: document.lines.map((line) => ({ ...line, location: other })),
        }));
        const items = [
          ...documents.flatMap((document) => desk.items(document.lines, -1n)),
          ...moved.flatMap((document) => desk.items(document.lines, 1n)),
        ];
        tellStoreDay(desk, this, moved, facts, items, { also: ['REVIEW_MATCH'] });
        return moved;
      });
    },
  },
  {
    kind: 'late_till_event',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'A sale told of a fortnight later, after the summary of its day was tied; no summary holds it.',
    make(desk, _number, tell) {
      const { store, day } = freshStoreDay(desk, [4, 8]);
      const sale = largeSale(desk, store, day, { arrives: addDays(desk.month.first, 18), booked: false });
      tell({
        facts: [sale],
        items: desk.items([...linesOf(sale), ...desk.draft(sale).lines], -1n),
        also: ['SPLIT_INCOMPLETE', 'REVIEW_MATCH'],
        lacking: 'a summary of the next days that does not tie may hold it',
      });
    },
  },
  {
    kind: 'clean_late_till_events',
    reason: '',
    class: 'none',
    note: 'Two sales told of a fortnight later, after the summary was tied; the ERP booked a second summary for them.',
    make(desk, _number, tell) {
      const { store, day } = freshStoreDay(desk, [4, 8], (each) => habitOf(each.code).sessions === 1);
      const arrives = addDays(desk.month.first, 18);
      const sales = [1, 2].map(() => largeSale(desk, store, day, { arrives, booked: true }));
      desk.storeDays.spoil(store.code, day, (documents) => {
        const [first] = documents;
        if (first === undefined) return documents;
        const lines = sales.flatMap((sale) => linesOf(sale));
        const second = { ...desk.books.copyOf(first), createdOn: arrives, lines };
        return [...documents, second];
      });
      tell({ facts: sales });
    },
  },
];

function itemOf(line: EntryLine, company: Parameters<typeof accountNumber>[1]): TruthItem {
  return {
    account: accountNumber(line.account, company),
    location: line.location,
    dimension: line.dimension,
    currency: line.currency,
    amount: amountText(-line.cents),
  };
}

/**
 * Stores that close after midnight book the last day of the month in the next period: the month's end is late there, every
 * month, and a control says so.
 */
export function tellNightTills(desk: Desk): void {
  for (const store of STORES.filter(({ code }) => habitOf(code).datedNextDay)) {
    desk.storeDays.spoil(store.code, desk.month.last, (documents, { facts }) => {
      const kind: MistakeKind = {
        kind: 'till_closed_next_month',
        reason: 'WRONG_PERIOD',
        class: 'control',
        note: 'The till was closed after the midnight of the last day: its summary lies in the next period.',
        make: () => undefined,
      };
      tellStoreDay(desk, kind, documents, facts, []);
      return documents;
    });
  }
}
