// A store ships web orders and earns them: their documents lie at the place and day of the till's summary, which is right
// to the cent. Only what is wrong with the one document may be said.
import type { Desk } from './desk.ts';
import { linesOn, type LedgerDocument } from './documents.ts';
import type { Shipment } from './facts.ts';
import { freshStoreDay, type FreshStoreDay } from './freshStoreDay.ts';
import { manualJournal, summed } from './manualJournal.ts';
import { settled, type MistakeKind } from './mistake.ts';
import { changed, onItsDay } from './spoiling.ts';
import { storesOf } from './world.ts';

const HELD_BY_MANUAL = 'an open manual journal has its amounts: a person decides';

interface WebSale {
  sale: Shipment;
  document: LedgerDocument;
}

/** A web order that the store ships and earns, sent and assessed beside a right summary; its document is not written. */
function besideSummary(desk: Desk, at: FreshStoreDay = freshStoreDay(desk)): WebSale & FreshStoreDay {
  const { store, day } = at;
  const sale = desk.sale({ company: store.company, fromStore: store.code, day, clean: true });
  desk.send(sale);
  desk.assess(sale);
  return { ...at, sale, document: onItsDay(desk.draft(sale), day) };
}

/** The same again under other numbers: another customer, another sale. */
function equalSale(desk: Desk, { sale }: WebSale): WebSale {
  const stem = desk.stem(sale.company, sale.businessDate);
  const at = { ...sale.at, minute: sale.at.minute + 5 };
  const twin = { ...sale, at, shipmentId: `SHP-${stem}-1`, orderId: `SO-${stem}` };
  desk.send(twin);
  desk.assess(twin);
  return { sale: twin, document: onItsDay(desk.draft(twin), sale.businessDate) };
}

/** Lines whose place is compared: tax belongs to its jurisdiction, wherever it was sold. */
function placed(document: LedgerDocument): LedgerDocument['lines'] {
  const tax = linesOn(document, 'taxClearing', 'salesTax');
  return document.lines.filter((line) => !tax.includes(line));
}

/** References that a person might type with two letters exchanged. */
const mistyped = (reference: string): string => reference.replace('SHP-', 'SPH-');

export const MISTAKES_BESIDE_SUMMARIES: readonly MistakeKind[] = [
  {
    kind: 'missing_beside_summary',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'A web order shipped and earned by a store was never posted; the summary of its tills is right.',
    make(desk, _number, tell) {
      const { sale, document } = besideSummary(desk);
      tell({ facts: [sale], items: desk.items(document.lines, -1n), lacking: true });
    },
  },
  {
    kind: 'double_beside_summary',
    reason: 'DUPLICATE_POSTING',
    class: 'difference',
    note: 'A web order of a store was posted twice beside a right summary.',
    make(desk, _number, tell) {
      const { sale, document } = besideSummary(desk);
      const copy = desk.books.copyOf(document);
      desk.books.write(document);
      desk.books.write(copy);
      tell({ facts: [sale], documents: [document, copy], items: desk.items(copy.lines, 1n) });
    },
  },
  {
    kind: 'wrong_store_beside_summary',
    reason: 'WRONG_LOCATION',
    class: 'difference',
    note: 'A web order of a store was posted at another store, whose summary is right.',
    make(desk, _number, tell) {
      const { store, sale, document } = besideSummary(desk);
      const other = desk.random.pick(storesOf(store.company).filter(({ code }) => code !== store.code)).code;
      const spoiled = changed(document, (lines) => {
        for (const line of lines) line.location = other;
      });
      desk.books.write(spoiled);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [...desk.items(placed(document), -1n), ...desk.items(placed(spoiled), 1n)],
      });
    },
  },
  {
    kind: 'sign_beside_summary',
    reason: 'SIGN_REVERSED',
    class: 'difference',
    note: 'A web order of a store was posted with debit and credit exchanged beside a right summary.',
    make(desk, _number, tell) {
      const { sale, document } = besideSummary(desk);
      const spoiled = changed(document, (lines) => {
        for (const line of lines) [line.cents, line.companyCents] = [-line.cents, -line.companyCents];
      });
      desk.books.write(spoiled);
      const items = [...desk.items(document.lines, -1n), ...desk.items(spoiled.lines, 1n)];
      tell({ facts: [sale], documents: [spoiled], items });
    },
  },
  {
    kind: 'mistyped_same_day',
    reason: 'REFERENCE_MISMATCH',
    class: 'difference',
    note: 'The reference of a web order was keyed in with two letters exchanged, on its own day, beside a right summary.',
    make(desk, _number, tell) {
      const { sale, document } = besideSummary(desk);
      const spoiled = { ...document, reference: mistyped(document.reference) };
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: settled(document.lines), also: ['REVIEW_MATCH'] });
    },
  },
  {
    kind: 'manual_beside_summary',
    reason: 'MISSING_EVENT',
    class: 'difference',
    note: 'A manual journal at a store and day whose summary is right.',
    make(desk, _number, tell) {
      const { sale, document } = besideSummary(desk);
      desk.books.write(document);
      const other = desk.sale({ company: sale.company, fromStore: sale.location, clean: true });
      const manual = manualJournal(desk, document, desk.draft(other).lines, 'Other business');
      desk.books.write(manual);
      tell({ facts: [], documents: [manual], items: desk.items(manual.lines, 1n), location: sale.location });
    },
  },
  {
    kind: 'manual_equals_sale',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'A web order was never posted; a manual journal of other business has its amounts, place and day.',
    make(desk, _number, tell) {
      const { sale, document } = besideSummary(desk);
      const manual = manualJournal(desk, document, document.lines, 'Invoice of another customer');
      desk.books.write(manual);
      tell({
        facts: [sale],
        documents: [manual],
        items: settled(document.lines),
        also: ['MISSING_EVENT', 'REFERENCE_MISMATCH', 'REVIEW_MATCH'],
        lacking: HELD_BY_MANUAL,
      });
    },
  },
  {
    kind: 'manual_equals_two_sales',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'Two web orders were never posted; a manual journal of other business has the sum of their amounts.',
    make(desk, _number, tell) {
      const first = besideSummary(desk);
      const second = besideSummary(desk, first);
      const lines = summed([first.document, second.document]);
      const manual = manualJournal(desk, first.document, lines, 'Invoice of another customer');
      desk.books.write(manual);
      tell({
        facts: [first.sale, second.sale],
        documents: [manual],
        items: settled(manual.lines),
        also: ['MISSING_EVENT', 'REVIEW_MATCH', 'AMBIGUOUS'],
        lacking: HELD_BY_MANUAL,
      });
    },
  },
  {
    kind: 'clean_zero_line',
    reason: '',
    class: 'none',
    note: 'The ERP wrote a line of 0.00 besides: zero explains itself.',
    make(desk, _number, tell) {
      const { sale, document } = besideSummary(desk);
      const longer = changed(document, (lines) => {
        const [first] = lines;
        if (first !== undefined) lines.push({ ...first, cents: 0n, companyCents: 0n });
      });
      desk.books.write(longer);
      tell({ facts: [sale], documents: [longer] });
    },
  },
  {
    kind: 'missing_and_double',
    reason: 'DUPLICATE_POSTING',
    class: 'difference',
    note: 'Two equal web orders of one store and day: one was posted twice, the other never.',
    make(desk, _number, tell) {
      const booked = besideSummary(desk);
      const { sale, document } = equalSale(desk, booked);
      const copy = desk.books.copyOf(booked.document);
      desk.books.write(booked.document);
      desk.books.write(copy);
      tell({ facts: [booked.sale], documents: [booked.document, copy], items: desk.items(copy.lines, 1n) });
      const also = ['REVIEW_MATCH'];
      tell({
        facts: [sale],
        reason: 'MISSING_IN_LEDGER',
        items: desk.items(document.lines, -1n),
        also,
        lacking: 'an open document has its amounts: a person decides',
      });
    },
  },
];
