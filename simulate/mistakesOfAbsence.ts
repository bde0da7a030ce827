// Documents that are missing, double, parked, reversed, gone, too early looked for, or there without reason. Each is made
// on a sale of its own that is honest in every other respect.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import type { LedgerDocument } from './documents.ts';
import type { MistakeKind } from './mistake.ts';
import { onItsDay, reversalOf, sentSale } from './spoiling.ts';

export const MISTAKES_OF_ABSENCE: readonly MistakeKind[] = [
  {
    kind: 'vanished_document',
    reason: 'LEDGER_LINE_VANISHED',
    class: 'control',
    note: 'Shown by the mid-month extract, gone from the closing one.',
    make(desk, _number, tell) {
      const sale = desk.sale({ company: 'US01', days: [3, 9] });
      desk.send(sale);
      desk.assess(sale);
      const document = { ...desk.draft(sale), deletedOn: addDays(desk.month.first, 19) };
      desk.books.write(document);
      const items = desk.items(document.lines, -1n).map((item) => ({ ...item, reason: 'MISSING_IN_LEDGER' }));
      tell({ facts: [sale], documents: [document], items, also: ['MISSING_IN_LEDGER'], lacking: true });
    },
  },
  {
    kind: 'missing_refund',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The refund was never posted; its sale was.',
    make(desk, _number, tell) {
      const sale = desk.sale({ days: [3, 12], alsoAfterDays: [5, 6] });
      desk.honest(sale);
      const refund = desk.refundOf(sale, 5);
      desk.send(refund);
      desk.assess(refund);
      tell({ facts: [refund], items: desk.items(desk.draft(refund).lines, -1n), lacking: true });
    },
  },
  {
    kind: 'double_next_day',
    reason: 'AMBIGUOUS',
    class: 'difference',
    note: 'Posted twice, one and two days late: which of the two is the sale, nobody can tell.',
    make(desk, _number, tell) {
      // Neither on the day itself, or the sum of that day would settle which one it is.
      const { sale, document } = sentSale(desk, { alsoAfterDays: [1, 2] });
      const [next, afterNext] = [1, 2].map((days) => addDays(sale.businessDate as IsoDate, days));
      const at = (day: IsoDate | undefined, each: LedgerDocument): LedgerDocument =>
        day === undefined ? each : { ...each, postingDate: day, businessDate: day, createdOn: day };
      const first = at(next, document);
      const copy = at(afterNext, desk.books.copyOf(document));
      desk.books.write(first);
      desk.books.write(copy);
      tell({
        facts: [sale],
        documents: [first, copy],
        items: desk.items(copy.lines, 1n),
        also: ['DUPLICATE_POSTING'],
      });
    },
  },
  {
    kind: 'missing_document',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The shipment was never posted.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      tell({ facts: [sale], items: desk.items(document.lines, -1n), lacking: true });
    },
  },
  {
    kind: 'parked_document',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The document was parked and never posted.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      desk.books.write({ ...document, status: 'parked' });
      tell({ facts: [sale], items: desk.items(document.lines, -1n), lacking: true });
    },
  },
  {
    kind: 'reversed_not_reposted',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The document was reversed in the ERP and never posted again.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      desk.books.write(document);
      desk.books.write(reversalOf(desk, document));
      tell({ facts: [sale], items: desk.items(document.lines, -1n), lacking: true });
    },
  },
  {
    kind: 'double_posting',
    reason: 'DUPLICATE_POSTING',
    class: 'difference',
    note: 'The document was posted twice, alike in everything but its number.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const copy = desk.books.copyOf(document);
      desk.books.write(document);
      desk.books.write(copy);
      tell({ facts: [sale], documents: [document, copy], items: desk.items(copy.lines, 1n) });
    },
  },
  {
    kind: 'posted_without_event',
    reason: 'MISSING_EVENT',
    class: 'difference',
    note: 'A sale in the books that no event knows.',
    make(desk, _number, tell) {
      const sale = desk.sale();
      const document = onItsDay(desk.draft(sale), sale.businessDate);
      desk.books.write(document);
      const items = desk.items(document.lines, 1n);
      // Nothing was sent: the truth names the document alone.
      tell({ facts: [], documents: [document], items, location: sale.sellingLocation });
    },
  },
  {
    kind: 'not_yet_posted',
    reason: 'TIMING',
    class: 'difference',
    note: 'Sold on the last days before the cut; the ERP will post it tomorrow.',
    make(desk, _number, tell) {
      const sale = desk.sale({
        company: 'DE01',
        days: [desk.month.days.length + 12, desk.month.days.length + 14],
      });
      desk.send(sale);
      const document = { ...desk.draft(sale), createdOn: addDays(desk.month.asOf, 2) };
      desk.books.write(document);
      tell({ facts: [sale], items: desk.items(document.lines, -1n) });
    },
  },
];
