// Mistakes in the one document that a store's day becomes.
import { accountNumber } from './accounts.ts';
import { entryOf } from './bookkeeping.ts';
import { amountText } from './cents.ts';
import type { Desk } from './desk.ts';
import { documentLines, linesOn, type LedgerDocument } from './documents.ts';
import { referenceOf } from './documentHeads.ts';
import { eventOf } from './eventText.ts';
import type { Refund, Shipment } from './facts.ts';
import { differences, type MistakeKind } from './mistake.ts';
import type { TruthItem } from './truth.ts';
import { STORES, type Store } from './world.ts';

/** Net of till sales that carry a mistake: above what any honest basket holds, so that no other sum looks like them. */
const LARGE = [120_000, 490_000] as const;

/** A store and day without another mistake, with two honest sales besides whatever the month brings. */
function freshStoreDay(desk: Desk): { store: Store; day: ReturnType<Desk['day']> } {
  for (;;) {
    const store = desk.random.pick(STORES);
    const day = desk.day(4, 19);
    if (desk.storeDays.isSpoiled(store.code, day)) continue;
    desk.storeDays.spoil(store.code, day, (document) => [document]);
    for (let count = 0; count < 2; count += 1) {
      desk.honest(desk.sale({ company: store.company, channel: 'store', store: store.code, day }));
    }
    return { store, day };
  }
}

/** A large sale at a till: sent, its goods booked, not yet in the day's document. */
function largeSale(desk: Desk, store: Store, day: ReturnType<Desk['day']>): Shipment {
  const sale = desk.sale({ company: store.company, channel: 'store', store: store.code, day, net: LARGE });
  desk.send(sale);
  desk.books.write(desk.draft(sale));
  desk.assess(sale);
  return sale;
}

/** Writes the truth about a store-day: the books name the day, events name its sales. */
function tellStoreDay(
  desk: Desk,
  mistake: MistakeKind,
  document: LedgerDocument,
  sales: readonly (Shipment | Refund)[],
  items: TruthItem[],
): void {
  desk.truth.add({
    kind: mistake.kind,
    reason: mistake.reason,
    class: mistake.class,
    note: mistake.note,
    company: document.company,
    location: document.lines[0]?.location ?? '',
    references: [document.reference, ...sales.map(referenceOf)],
    documents: [{ document: document.document }],
    eventIds: sales.map((sale) => {
      const { source, id } = eventOf(sale);
      return { source, id };
    }),
    items,
  });
}

export const MISTAKES_OF_STORES: readonly MistakeKind[] = [
  {
    kind: 'summary_short',
    reason: 'SPLIT_INCOMPLETE',
    class: 'difference',
    note: 'The day of a store was posted without one of its sales.',
    make(desk) {
      const { store, day } = freshStoreDay(desk);
      const sale = largeSale(desk, store, day);
      desk.storeDays.spoil(store.code, day, (document, { facts }) => {
        const lines = documentLines(sale.company, entryOf(sale).money);
        tellStoreDay(desk, this, document, [sale, ...facts], desk.items(lines, -1n));
        return [document];
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
      const sale = largeSale(desk, store, day);
      desk.storeDays.add(sale);
      const cents = BigInt(10_007 + number * 1_013);
      desk.storeDays.spoil(store.code, day, (document, { facts }) => {
        const spoiled = { ...document, lines: document.lines.map((line) => ({ ...line })) };
        for (const [name, by] of [['receivable', cents] as const, ['revenue', -cents] as const]) {
          const [line] = linesOn(spoiled, name);
          if (line === undefined) continue;
          line.cents += by;
          line.companyCents += by;
        }
        tellStoreDay(desk, this, spoiled, facts, differences(document.lines, spoiled.lines));
        return [spoiled];
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
      desk.storeDays.spoil(store.code, day, (document, storeDay) => {
        const items = [...storeDay.lines.values()].map((line) => ({
          account: accountNumber(line.account, storeDay.company),
          location: line.location,
          dimension: line.dimension,
          currency: line.currency,
          amount: amountText(-line.cents),
        }));
        tellStoreDay(desk, this, document, storeDay.facts, items);
        return [];
      });
    },
  },
];
