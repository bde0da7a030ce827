// A document of the simulated ERP, and its lines as the canonical CSV of spec/ledger.md.
import { amountText } from './cents.ts';
import { accountNumber, type AccountName } from './accounts.ts';
import type { EntryLine } from './bookkeeping.ts';
import { companyOf, type Company, type Currency } from './world.ts';

export interface DocumentLine {
  /** GL account number. */
  account: string;
  location: string;
  dimension: string;
  currency: Currency;
  /** Signed, debit positive. */
  cents: bigint;
  /** The same in company currency. */
  companyCents: bigint;
  /** Where the line carries another reference than its document. */
  reference?: string;
}

export interface LedgerDocument {
  company: Company;
  document: string;
  type: string;
  journalSource: string;
  postingDate: string;
  /** '' where the ERP does not say. */
  documentDate: string;
  /** '' where the ERP does not say. */
  businessDate: string;
  period: string;
  reference: string;
  postingReference: string;
  reversalOf: string;
  text: string;
  status: 'posted' | 'parked' | 'reversed';
  /** Day on which it entered the books: extracts made before do not show it. */
  createdOn: string;
  /** The ERP did not say what it is in company currency. */
  withoutCompanyAmounts?: boolean;
  /** Day on which it was deleted from the books, by a fault: extracts made since do not show it. */
  deletedOn?: string;
  lines: DocumentLine[];
}

export const LEDGER_HEADER =
  'company,ledger,document,line,posting_date,document_date,business_date,fiscal_year,period,account,location,dimension,' +
  'currency,amount,company_currency,company_amount,reference,posting_reference,text,document_type,journal_source,' +
  'created_at,reversal_of,status\r\n';

/** How an extract writes what the books hold; absent: as they hold it. */
export interface Spelling {
  withoutCompanyAmounts?: boolean;
  account?: (number: string) => string;
}

/** A document as CSV lines. */
export function csvOf(document: LedgerDocument, spelling: Spelling = {}): string {
  const silent = document.withoutCompanyAmounts === true || spelling.withoutCompanyAmounts === true;
  const { currency } = companyOf(document.company);
  let text = '';
  for (const [index, line] of document.lines.entries()) {
    const cells = [
      document.company,
      'GL',
      document.document,
      String(index + 1),
      document.postingDate,
      document.documentDate,
      document.businessDate,
      document.period.slice(0, 4),
      periodText(document),
      spelling.account === undefined ? line.account : spelling.account(line.account),
      line.location,
      line.dimension,
      line.currency,
      amountText(line.cents),
      silent ? '' : currency,
      silent ? '' : amountText(line.companyCents),
      line.reference ?? document.reference,
      document.postingReference,
      csvText(document.text),
      document.type,
      document.journalSource,
      `${document.createdOn}T22:15:00Z`,
      document.reversalOf,
      document.status,
    ];
    text += `${cells.join(',')}\r\n`;
  }
  return text;
}

/** Each interface names the period in its own way: `2026-10`, `10`, `010`. */
function periodText({ company, type, period }: LedgerDocument): string {
  const number = period.slice(5);
  if (type === 'TX') return number.padStart(3, '0');
  return company === 'DE01' ? number : period;
}

function csvText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of an entry under the account numbers of a company; `hundredths` is the rate of a foreign currency. */
export function documentLines(
  company: Company,
  lines: readonly EntryLine[],
  hundredths = 100,
): DocumentLine[] {
  const own = companyOf(company).currency;
  return lines.map((line) => ({
    account: accountNumber(line.account, company),
    location: line.location,
    dimension: line.dimension,
    currency: line.currency,
    cents: line.cents,
    companyCents: line.currency === own ? line.cents : (line.cents * BigInt(hundredths)) / 100n,
  }));
}

/** Lines on one account, by its name. */
export function linesOn(document: LedgerDocument, ...names: readonly AccountName[]): DocumentLine[] {
  const numbers = new Set(names.map((name) => accountNumber(name, document.company)));
  return document.lines.filter((line) => numbers.has(line.account));
}
