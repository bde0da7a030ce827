// Sales that were voided or replaced, and documents that the ERP reversed itself: linked, by a document that only bears the
// reference, or not at all. Where the ERP followed, nothing may be reported.
import { addDays, type IsoDate, isoDate } from '../src/accounting/dates.ts';
import { totalOf } from './basket.ts';
import { voidOf, replacementOf } from './corrections.ts';
import type { Desk } from './desk.ts';
import { documentLines, type LedgerDocument } from './documents.ts';
import { eventOf, lineOf, type EventBody } from './eventText.ts';
import type { Shipment } from './facts.ts';
import { freshStoreDay, largeSale } from './freshStoreDay.ts';
import type { MistakeKind } from './mistake.ts';
import { onItsDay, reversalOf } from './spoiling.ts';
import { summarised } from './storeDays.ts';
import { storesOf } from './world.ts';

/** A day later, as the ERP's accountants get to it: the reversal bears the reference and links nothing. */
function unlinkedReversal(desk: Desk, document: LedgerDocument, day: string): LedgerDocument {
  return {
    ...reversalOf(desk, document),
    type: document.type,
    reversalOf: '',
    text: 'Cancellation',
    postingDate: day,
    businessDate: day,
    documentDate: '',
    period: day.slice(0, 7),
    createdOn: day,
  };
}

/** A document is taken back after it was posted, which may be days after its sale. */
const dayAfterPosting = (document: LedgerDocument, days = 1): IsoDate =>
  addDays(isoDate(document.postingDate), days);

const dayAfter = (sale: Shipment, days = 1): IsoDate => addDays(sale.businessDate as IsoDate, days);

/** A web order that a German store ships and earns, sent and booked; `clean` where nothing of it stays open. */
function bookedSale(
  desk: Desk,
  clean = false,
): { sale: Shipment; body: EventBody; document: LedgerDocument } {
  const store = desk.random.pick(storesOf('DE01')).code;
  const sale = desk.sale({ company: 'DE01', fromStore: store, days: [3, 20], clean });
  const { body } = desk.send(sale);
  const document = onItsDay(desk.draft(sale), sale.businessDate);
  desk.books.write(document);
  return { sale, body, document };
}

/** Voids a sale some days after it was made. */
function sendVoid(desk: Desk, { sale, body }: { sale: Shipment; body: EventBody }, days: number): void {
  const day = dayAfter(sale, days);
  desk.sendText(
    sale.channel === 'store' ? 'pos' : 'oms',
    day,
    lineOf(voidOf(body, { ...sale.at, day, minute: sale.at.minute + 1 })),
  );
}

/** Replaces a sale by a dearer one of other goods; gives what the ERP would book now. */
function sendReplacement(desk: Desk, sale: Shipment, body: EventBody, number: number): LedgerDocument {
  const [line] = sale.lines;
  if (line === undefined) throw new RangeError('a sale has a line');
  const more = 1_000n + BigInt(number) * 100n;
  const lines = [
    { ...line, unitPrice: line.unitPrice + more, net: line.net + more, cost: line.cost + more / 2n },
  ];
  const dearer: Shipment = { ...sale, lines, tenders: [{ type: 'card', amount: totalOf({ lines }) }] };
  const at = { ...sale.at, day: dayAfter(sale), minute: sale.at.minute + 1 };
  const said = eventOf({ ...dearer, at }).body;
  // It was sold on its day, whenever the mistake was found.
  said.data = { ...said.data, businessDate: sale.businessDate };
  desk.sendText('oms', at.day, lineOf(replacementOf(body, said)));
  return onItsDay({ ...desk.draft(dearer), createdOn: at.day }, sale.businessDate);
}

export const MISTAKES_OF_CORRECTIONS: readonly MistakeKind[] = [
  {
    kind: 'void_not_reversed',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'A sale was voided the day after; the ERP still has it. The reversing entry is what it lacks.',
    make(desk, _number, tell) {
      const booked = bookedSale(desk);
      sendVoid(desk, booked, 1);
      const { sale, document } = booked;
      tell({ facts: [sale], documents: [document], items: desk.items(document.lines, 1n), lacking: true });
    },
  },
  {
    kind: 'replacement_not_booked',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'A sale was replaced by a dearer one; the ERP has the first and neither its reversal nor the second.',
    make(desk, number, tell) {
      const { sale, body, document } = bookedSale(desk);
      const dearer = sendReplacement(desk, sale, body, number);
      tell({
        facts: [sale],
        documents: [document],
        items: [...desk.items(document.lines, 1n), ...desk.items(dearer.lines, -1n)],
        lacking: true,
      });
    },
  },
  {
    kind: 'reversed_unlinked',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The ERP reversed its document by one that only bears the reference, and never posted it again.',
    make(desk, _number, tell) {
      const { sale, document } = bookedSale(desk);
      desk.books.write(unlinkedReversal(desk, document, dayAfterPosting(document)));
      tell({ facts: [sale], items: desk.items(document.lines, -1n), lacking: true });
    },
  },
  {
    kind: 'till_void_not_booked',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'A till sale was voided three days later; the ERP still has it, in the summary of its own day.',
    make(desk, _number, tell) {
      const { sale } = voidedTillSale(desk);
      const lines = [...documentLines(sale.company, summarised(sale)), ...desk.draft(sale).lines];
      tell({ facts: [sale], items: desk.items(lines, 1n), also: ['SPLIT_INCOMPLETE'], lacking: true });
    },
  },
  {
    kind: 'clean_void_linked',
    reason: '',
    class: 'none',
    note: 'A sale was voided; the ERP reversed its document and says which.',
    make(desk, _number, tell) {
      const booked = bookedSale(desk, true);
      sendVoid(desk, booked, 1);
      const { sale, document } = booked;
      const reversal = unlinkedReversal(desk, document, dayAfterPosting(document));
      desk.books.write({ ...reversal, type: 'AB', reversalOf: document.document });
      tell({ facts: [sale], documents: [document] });
    },
  },
  {
    kind: 'clean_void_unlinked',
    reason: '',
    class: 'none',
    note: 'A sale was voided; the ERP reversed its document by one that only bears the reference.',
    make(desk, _number, tell) {
      const booked = bookedSale(desk, true);
      sendVoid(desk, booked, 1);
      const { sale, document } = booked;
      desk.books.write(unlinkedReversal(desk, document, dayAfterPosting(document, 2)));
      tell({ facts: [sale], documents: [document] });
    },
  },
  {
    kind: 'clean_replace_unlinked',
    reason: '',
    class: 'none',
    note: 'A sale was replaced; the ERP reversed without a link and posted the new amounts.',
    make(desk, number, tell) {
      const { sale, body, document } = bookedSale(desk, true);
      const dearer = sendReplacement(desk, sale, body, number);
      desk.books.write(unlinkedReversal(desk, document, dayAfterPosting(document)));
      desk.books.write(dearer);
      tell({ facts: [sale], documents: [document, dearer] });
    },
  },
  {
    kind: 'clean_repost_unlinked',
    reason: '',
    class: 'none',
    note: 'Posted, reversed without a link and posted again by the ERP: three documents, one sale.',
    make(desk, _number, tell) {
      const { sale, document } = bookedSale(desk, true);
      desk.books.write(unlinkedReversal(desk, document, dayAfterPosting(document)));
      desk.books.write({ ...desk.books.copyOf(document), createdOn: dayAfter(sale) });
      tell({ facts: [sale], documents: [document] });
    },
  },
  {
    kind: 'clean_till_void',
    reason: '',
    class: 'none',
    note: 'A till sale was voided three days later; the ERP booked the void by a document with its reference.',
    make(desk, _number, tell) {
      const { sale } = voidedTillSale(desk);
      const day = dayAfter(sale, 3);
      const whole = desk.draft(sale);
      const lines = [...documentLines(sale.company, summarised(sale)), ...whole.lines];
      desk.books.write(unlinkedReversal(desk, { ...whole, lines }, day));
      tell({ facts: [sale] });
    },
  },
  {
    kind: 'clean_till_void_in_summary',
    reason: '',
    class: 'none',
    note: 'A till sale was voided three days later; the summary of that day has taken it out again.',
    make(desk, _number, tell) {
      const { sale } = voidedTillSale(desk);
      const day = dayAfter(sale, 3);
      desk.storeDays.takeBack(sale, day);
      const goods = desk.draft(sale);
      if (goods.lines.length > 0) desk.books.write(unlinkedReversal(desk, goods, day));
      tell({ facts: [sale] });
    },
  },
];

/** A German till sale in the summary of its day, voided three days later. */
function voidedTillSale(desk: Desk): { sale: Shipment } {
  // The void counts on its own day, whose summary must not lack anything else.
  let at = freshStoreDay(desk, [4, 19], ({ company }) => company === 'DE01');
  while (desk.storeDays.isSpoiled(at.store.code, addDays(at.day, 3)))
    at = freshStoreDay(desk, [4, 19], ({ company }) => company === 'DE01');
  const { store, day } = at;
  desk.storeDays.spoil(store.code, addDays(day, 3), (documents) => documents);
  const sale = largeSale(desk, store, day);
  desk.storeDays.add(sale);
  sendVoid(desk, { sale, body: eventOf(sale).body }, 3);
  return { sale };
}
