// The simulated ERP after the month: it takes journal files in (spec/journal.md), keeps their posting reference, refuses
// what an ERP refuses, and hands out a next extract that shows them, with what it was late to post itself.
import { createHash } from 'node:crypto';
import { addDays, isoDate } from '../src/accounting/dates.ts';
import { readCsv } from './csv.ts';
import { balances } from './balances.ts';
import type { Books } from './books.ts';
import type { Month } from './calendar.ts';
import { amountText, centsOf } from './cents.ts';
import { csvOf, LEDGER_HEADER, type LedgerDocument } from './documents.ts';
import { companyOf, type Company, type Currency } from './world.ts';

/** An extract as the ERP hands it out. */
export interface NextExtract {
  csv: string;
  /** Text of the control file. */
  control: string;
  /** The trial balance at the same moment, for `ingest balances`. */
  balances: string;
  lines: number;
}

/** What became of one journal file. */
export type Taken = { taken: true; documents: string[] } | { taken: false; because: string };

const NEEDED = [
  'posting_reference',
  'company',
  'ledger',
  'posting_date',
  'account',
  'currency',
  'debit',
  'credit',
] as const;

export class SimulatedErp {
  readonly #books: Books;
  readonly #month: Month;
  readonly #journals: LedgerDocument[] = [];
  readonly #references = new Set<string>();
  readonly #shown = new Set<LedgerDocument>();
  #extracts = 0;

  constructor(books: Books, month: Month) {
    this.#books = books;
    this.#month = month;
  }

  /**
   * Takes one journal file in: whole or not at all. A reference that it has seen is refused, as a unique field does.
   * @param control text of the control file beside it, where there is one: counts, sums and hash must agree
   */
  takeIn(file: string, control?: string): Taken {
    const rows = readCsv(file);
    const missing = NEEDED.filter((column) => rows[0]?.[column] === undefined);
    if (rows.length === 0 || missing.length > 0)
      return refused(`columns missing: ${missing.join(', ') || 'all'}`);
    const fault = control === undefined ? undefined : controlFault(file, rows, control);
    if (fault !== undefined) return refused(fault);
    const byReference = new Map<string, Record<string, string>[]>();
    for (const row of rows) {
      const reference = row.posting_reference ?? '';
      byReference.set(reference, [...(byReference.get(reference) ?? []), row]);
    }
    const documents: LedgerDocument[] = [];
    for (const [reference, lines] of byReference) {
      if (!/^[A-Z2-7]{16}$/.test(reference)) return refused(`posting reference ${JSON.stringify(reference)}`);
      if (this.#references.has(reference)) return refused(`posting reference ${reference} is known`);
      const document = this.#documentOf(reference, lines);
      if (typeof document === 'string') return refused(document);
      documents.push(document);
    }
    for (const document of documents) {
      this.#references.add(document.postingReference);
      this.#journals.push(document);
    }
    return { taken: true, documents: documents.map(({ document }) => document) };
  }

  /**
   * The next extract: a delta, complete for its days, with all journals taken in and all late documents so far.
   * @param day day on which it is made; absent: the second after the cut, and a day later each time
   */
  nextExtract(day?: string): NextExtract {
    this.#extracts += 1;
    const made = day ?? addDays(this.#month.asOf, 1 + this.#extracts);
    const documents = [...this.#books.pending, ...this.#journals];
    for (const document of documents.filter((each) => !this.#shown.has(each))) {
      this.#shown.add(document);
      this.#books.countBalance(document);
    }
    let [rows, debit, credit] = [0, 0n, 0n];
    for (const line of documents.flatMap((document) => document.lines)) {
      rows += 1;
      if (line.cents > 0n) debit += line.cents;
      else credit -= line.cents;
    }
    const extractedAt = `${addDays(isoDate(made), 1)}T09:30:00Z`;
    const control = {
      mode: 'delta',
      complete: true,
      ledgers: ['GL'],
      from: this.#month.first,
      // Journals may be dated after the day on which they were taken in.
      to: documents.reduce(
        (last, { postingDate }) => (postingDate > last ? postingDate : last),
        made as string,
      ),
      extractedAt,
      wholeDocuments: true,
      rows,
      debit: amountText(debit),
      credit: amountText(credit),
    };
    return {
      csv: LEDGER_HEADER + documents.map((document) => csvOf(document)).join(''),
      control: `${JSON.stringify(control, null, 2)}\n`,
      balances: balances(this.#month, this.#books, extractedAt),
      lines: rows,
    };
  }

  #documentOf(reference: string, rows: readonly Record<string, string>[]): LedgerDocument | string {
    const [first] = rows;
    const company = first?.company;
    if (first === undefined || (company !== 'US01' && company !== 'DE01'))
      return `company ${company ?? ''} is unknown`;
    const lines = rows.map((row) => lineOf(row, company));
    const companyTotal = lines.reduce((total, line) => total + line.companyCents, 0n);
    if (companyTotal !== 0n) return `journal ${reference} is out of balance by ${amountText(companyTotal)}`;
    const postingDate = first.posting_date ?? '';
    return {
      company,
      document: this.#books.nextNumber(company),
      type: 'SA',
      journalSource: 'Interface',
      postingDate,
      documentDate: '',
      businessDate: first.document_date ?? '',
      period: first.period === undefined || first.period === '' ? postingDate.slice(0, 7) : first.period,
      reference: first.reference ?? '',
      postingReference: reference,
      reversalOf: '',
      text: first.text ?? '',
      status: 'posted',
      createdOn: postingDate,
      lines,
    };
  }
}

function lineOf(row: Record<string, string>, company: Company): LedgerDocument['lines'][number] {
  const signed = (debit: string | undefined, credit: string | undefined): bigint =>
    centsOf(debit === undefined || debit === '' ? '0' : debit) -
    centsOf(credit === undefined || credit === '' ? '0' : credit);
  const cents = signed(row.debit, row.credit);
  const converted = (row.company_debit ?? '') !== '' || (row.company_credit ?? '') !== '';
  return {
    account: row.account ?? '',
    location: row.location ?? '',
    dimension: row.dimension ?? '',
    currency: (row.currency ?? companyOf(company).currency) as Currency,
    cents,
    companyCents: converted ? signed(row.company_debit, row.company_credit) : cents,
    ...(row.reference === undefined ? {} : { reference: row.reference }),
  };
}

/** Where a control file and its journal file disagree. */
function controlFault(
  file: string,
  rows: readonly Record<string, string>[],
  text: string,
): string | undefined {
  const control = JSON.parse(text) as Record<string, unknown>;
  const total = (side: 'debit' | 'credit'): string =>
    amountText(
      rows.reduce(
        (sum, row) => sum + centsOf(row[side] === undefined || row[side] === '' ? '0' : row[side]),
        0n,
      ),
    );
  const found: Record<string, unknown> = {
    journals: new Set(rows.map((row) => row.posting_reference)).size,
    lines: rows.length,
    debit: total('debit'),
    credit: total('credit'),
    sha256: createHash('sha256').update(file).digest('hex'),
  };
  for (const [name, value] of Object.entries(found)) {
    if (control[name] !== undefined && control[name] !== value) {
      return `control file says ${name} ${JSON.stringify(control[name])}, found ${JSON.stringify(value)}`;
    }
  }
  return undefined;
}

function refused(because: string): Taken {
  return { taken: false, because };
}
