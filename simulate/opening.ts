// What was unreconciled when the month began: one item clears in it, one never will, one nobody can explain.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import { amountText } from './cents.ts';
import type { Desk } from './desk.ts';
import type { LedgerDocument } from './documents.ts';
import { companyOf } from './world.ts';

const HEADER =
  'company,ledger,document,line,posting_date,business_date,account,location,dimension,currency,amount,' +
  'company_currency,company_amount,reference,side\n';

/** The opening items file. */
export function openingItems(desk: Desk): string {
  // Each on a day of its own: open items of one place and day would be summed with each other.
  const before = addDays(desk.month.first, -1);
  return (
    HEADER +
    itemThatClears(desk, before) +
    itemThatStays(desk, addDays(before, -1), 'expected') +
    itemThatStays(desk, addDays(before, -2), 'ledger')
  );
}

function itemThatClears(desk: Desk, day: IsoDate): string {
  const document = desk.draft(desk.sale({ company: 'DE01', day, clean: true }));
  desk.books.write({
    ...document,
    document: desk.books.nextNumber('DE01'),
    postingDate: desk.month.first,
    businessDate: day,
    documentDate: '',
    period: desk.month.name,
    createdOn: desk.month.first,
  });
  desk.truth.add({
    kind: 'clean_opening_item',
    reason: '',
    class: 'none',
    note: 'Unreconciled when the month began, posted on its first day.',
    company: 'DE01',
    references: [document.reference],
  });
  return rowsOf(document, day, 'expected');
}

function itemThatStays(desk: Desk, day: IsoDate, side: 'expected' | 'ledger'): string {
  const document = desk.draft(desk.sale({ company: 'DE01', day, clean: true }));
  const known =
    side === 'expected'
      ? {
          kind: 'opening_never_posted',
          reason: 'MISSING_IN_LEDGER',
          note: 'Unreconciled when the month began, and still not posted.',
          items: desk.items(document.lines, -1n),
        }
      : {
          kind: 'opening_unexplained',
          reason: 'MISSING_EVENT',
          note: 'In the books since before the month began; no event explains it.',
          documents: [{ document: document.document }],
          items: desk.items(document.lines, 1n),
        };
  desk.truth.add({
    ...known,
    class: 'difference',
    company: 'DE01',
    location: companyOf('DE01').web,
    references: [document.reference],
  });
  return rowsOf(document, day, side);
}

function rowsOf(document: LedgerDocument, day: IsoDate, side: 'expected' | 'ledger'): string {
  return document.lines
    .map((line, index) =>
      [
        document.company,
        'GL',
        document.document,
        index + 1,
        day,
        day,
        line.account,
        line.location,
        line.dimension,
        line.currency,
        amountText(line.cents),
        companyOf(document.company).currency,
        amountText(line.companyCents),
        document.reference,
        side,
      ].join(','),
    )
    .map((row) => `${row}\n`)
    .join('');
}
