// Documents on a wrong account, at a wrong location, in a wrong company, on a wrong day, under a wrong reference. Each is
// made on a sale of its own that is honest in every other respect.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import { entryOf } from './bookkeeping.ts';
import { numberOf } from './desk.ts';
import { documentLines, linesOn, type LedgerDocument } from './documents.ts';
import { settled, type MistakeKind } from './mistake.ts';
import { changed, sentSale } from './spoiling.ts';
import { companyOf } from './world.ts';

export const MISTAKES_OF_PLACE: readonly MistakeKind[] = [
  {
    kind: 'date_out_of_window',
    reason: 'DATE_OUT_OF_WINDOW',
    class: 'difference',
    note: 'Posted eleven days late, in the same period.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, { days: [3, 18], alsoAfterDays: [11] });
      const late = addDays(sale.businessDate as IsoDate, 11);
      const spoiled = {
        ...document,
        postingDate: late,
        businessDate: late,
        documentDate: '',
        createdOn: late,
      };
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: settled(document.lines) });
    },
  },
  {
    kind: 'wrong_location',
    reason: 'WRONG_LOCATION',
    class: 'difference',
    note: 'Receivable and revenue of a web sale were posted to the marketplace.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, { channel: 'web', everywhere: true });
      const spoiled = changed(document, (lines) => {
        for (const line of linesOn({ ...document, lines }, 'receivable', 'revenue')) {
          line.location = companyOf(sale.company).marketplace;
        }
      });
      desk.books.write(spoiled);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [
          ...desk.items(linesOn(document, 'receivable', 'revenue'), -1n),
          ...desk.items(linesOn(spoiled, 'receivable', 'revenue'), 1n),
        ],
      });
    },
  },
  {
    kind: 'gift_card_as_revenue',
    reason: 'WRONG_ACCOUNT',
    class: 'difference',
    note: 'A gift card sold was posted as revenue instead of the liability.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, { giftCard: true, channel: 'web' });
      const spoiled = changed(document, (lines) => {
        for (const line of linesOn({ ...document, lines }, 'giftCards'))
          line.account = numberOf('revenue', sale.company);
      });
      desk.books.write(spoiled);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [
          ...desk.items(linesOn(document, 'giftCards'), -1n),
          ...desk.items(linesOn(spoiled, 'revenue'), 1n),
        ],
      });
    },
  },
  {
    kind: 'mistyped_reference',
    reason: 'REFERENCE_MISMATCH',
    class: 'difference',
    note: 'The reference was keyed in with two letters exchanged, a day late; the amount is right.',
    make(desk, _number, tell) {
      // A day late, or the sum of the day would match it without any reference.
      const { sale, document } = sentSale(desk, { alsoAfterDays: [1] });
      const posted = addDays(sale.businessDate as IsoDate, 1);
      const spoiled = {
        ...document,
        reference: document.reference.replace('SHP-', 'SPH-'),
        postingDate: posted,
        businessDate: posted,
        createdOn: posted,
      };
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: settled(document.lines) });
    },
  },
  {
    kind: 'wrong_account',
    reason: 'WRONG_ACCOUNT',
    class: 'difference',
    note: 'Goods revenue was posted as shipping revenue.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const spoiled = changed(document, (lines) => {
        for (const line of linesOn({ ...document, lines }, 'revenue'))
          line.account = numberOf('shippingRevenue', sale.company);
      });
      desk.books.write(spoiled);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [
          ...desk.items(linesOn(document, 'revenue'), -1n),
          ...desk.items(linesOn(spoiled, 'shippingRevenue'), 1n),
        ],
      });
    },
  },
  {
    kind: 'wrong_company',
    reason: 'WRONG_COMPANY',
    class: 'difference',
    note: 'The document of one company was posted in the other, without conversion.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const other = sale.company === 'US01' ? 'DE01' : 'US01';
      const entry = entryOf(sale);
      const spoiled: LedgerDocument = {
        ...document,
        company: other,
        document: desk.books.nextNumber(other),
        lines: documentLines(other, [...entry.money, ...entry.goods]).map((line) => ({
          ...line,
          companyCents: line.cents,
        })),
      };
      desk.books.write(spoiled);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [...desk.items(document.lines, -1n), ...desk.items(spoiled.lines, 1n)],
      });
    },
  },
  {
    kind: 'wrong_period',
    reason: 'WRONG_PERIOD',
    class: 'control',
    note: 'Dated right, but booked in the period after.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, { clean: true });
      const spoiled = { ...document, period: desk.month.next };
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: settled(document.lines) });
    },
  },
  {
    kind: 'wrong_cut_off',
    reason: 'WRONG_PERIOD',
    class: 'control',
    note: 'Sold on the second last day of the month, posted in the next one.',
    make(desk, _number, tell) {
      const sold = addDays(desk.month.last, -1);
      const { sale, document } = sentSale(desk, { day: sold, clean: true });
      const posted = addDays(desk.month.last, 2);
      const spoiled = {
        ...document,
        postingDate: posted,
        createdOn: posted,
        period: desk.month.next,
        businessDate: sold,
        documentDate: '',
      };
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: settled(document.lines) });
    },
  },
];
