// A ledger file made by hand, with one document for each way in which a line can be wrong. A bad line refuses its whole
// document of two lines.
import { accountNumber } from './accounts.ts';

const COLUMNS = [
  'company',
  'ledger',
  'document',
  'line',
  'posting_date',
  'account',
  'location',
  'currency',
  'amount',
  'debit',
  'credit',
  'reference',
] as const;

type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

/** Reason and what is changed in the second line of an otherwise sound document. */
const BAD: readonly (readonly [string, Cells])[] = [
  ['BAD_DATE', { posting_date: '2026-02-30' }],
  ['BAD_NUMBER', { amount: '-1.234,50' }],
  ['AMOUNT_FORMS', { credit: '12.50' }],
  ['UNKNOWN_CURRENCY', { currency: 'XXQ' }],
  ['CURRENCY_SCALE', { amount: '-12.505' }],
  ['MISSING_COLUMN', { account: '' }],
  ['BAD_KEY', { document: '9.9E+07' }],
];

/** The file's text, and how many lines are refused for which reason. */
export function dirtyDocuments(day: string): { text: string; reasons: Record<string, number> } {
  let text = `${COLUMNS.join(',')}\r\n`;
  const reasons: Record<string, number> = {};
  for (const [index, [reason, cells]] of BAD.entries()) {
    const document = `990000${String(index).padStart(2, '0')}`;
    const sound: Cells = {
      company: 'US01',
      ledger: 'GL',
      document,
      posting_date: day,
      location: 'W001',
      currency: 'USD',
      reference: `HAND-${document}`,
    };
    const first: Cells = { ...sound, line: '1', account: accountNumber('suspense', 'US01'), amount: '12.50' };
    const second: Cells = {
      ...sound,
      line: '2',
      account: accountNumber('cash', 'US01'),
      amount: '-12.50',
      ...cells,
    };
    // A document number in scientific notation belongs to no document: it stands alone with both its lines.
    if (cells.document !== undefined) first.document = cells.document;
    text += rowOf(first) + rowOf(second);
    reasons[reason] = (reasons[reason] ?? 0) + 2;
  }
  return { text, reasons };
}

function rowOf(cells: Cells): string {
  const row = COLUMNS.map((column) => {
    const cell = cells[column] ?? '';
    return cell.includes(',') ? `"${cell}"` : cell;
  });
  return `${row.join(',')}\r\n`;
}
