// The simulated ERP's books: numbers documents, lets them enter late by realistic days, and writes them into the extracts
// that may show them, with control totals and balances summed on the way.
import { addDays, isoDate } from '../src/accounting/dates.ts';
import { amountText } from './cents.ts';
import type { EntryLine } from './bookkeeping.ts';
import { csvOf, documentLines, LEDGER_HEADER, type LedgerDocument, type Spelling } from './documents.ts';
import type { SimulatedFiles } from './files.ts';
import { Random } from './random.ts';
import { COMPANIES, companyOf, type Company } from './world.ts';

/** One extract file and its control file. */
export interface Extract {
  path: string;
  mode: 'full' | 'delta';
  complete: boolean;
  companies: Company[];
  from: string;
  to: string;
  extractedAt: string;
  /** Documents created on these days, both inside. */
  createdFrom: string;
  createdTo: string;
  /** How it writes accounts and amounts, where not as everywhere. */
  spelling?: Spelling;
  /** Shows whole documents until it has so many lines. */
  atMostLines?: number;
  /** Writes only so many lines, while the control file counts them all: a broken transfer. */
  cutAfterLines?: number;
}

interface Sums {
  rows: number;
  written: number;
  debit: bigint;
  credit: bigint;
}

/** What the ERP's trial balance shows of one account in one period. */
interface BalanceRow {
  company: Company;
  account: string;
  currency: string;
  period: string;
  debit: bigint;
  credit: bigint;
  company_: bigint;
}

/** How a document is made from an entry. */
export interface Posting {
  company: Company;
  type: string;
  journalSource: string;
  reference: string;
  businessDate: string;
  text: string;
  lines: readonly EntryLine[];
  /** Rate of a foreign currency, hundredths. */
  hundredths?: number;
}

export class Books {
  /** Documents that no extract of the simulation shows yet: the ERP's next one will. */
  readonly pending: LedgerDocument[] = [];
  lines = 0;
  readonly #files: SimulatedFiles;
  readonly #seed: number;
  readonly #extracts: readonly Extract[];
  readonly #sums = new Map<Extract, Sums>();
  readonly #balances = new Map<string, BalanceRow>();
  #numbers: Record<Company, number> = { US01: 0, DE01: 0 };

  constructor(files: SimulatedFiles, seed: number, extracts: readonly Extract[]) {
    this.#files = files;
    this.#seed = seed;
    this.#extracts = extracts;
    for (const extract of extracts) {
      this.#sums.set(extract, { rows: 0, written: 0, debit: 0n, credit: 0n });
      files.append(extract.path, LEDGER_HEADER);
    }
  }

  /** Makes a document, not yet written: the caller may spoil it first. */
  draft(posting: Posting): LedgerDocument {
    const random = new Random(this.#seed, 'erp', posting.reference, posting.type);
    const business = isoDate(posting.businessDate);
    const createdOn = addDays(business, [0, 1, 2, 3][random.weighted([58, 27, 10, 5])] ?? 0);
    // Accountants book into the month that the business belongs to, however late they are.
    const monthEnd = lastOfMonth(posting.businessDate);
    const postingDate = createdOn > monthEnd ? monthEnd : createdOn;
    const says = random.weighted([45, 35, 20]);
    return {
      company: posting.company,
      document: this.nextNumber(posting.company),
      type: posting.type,
      journalSource: posting.journalSource,
      postingDate,
      documentDate: says === 0 ? posting.businessDate : '',
      businessDate: says === 1 ? posting.businessDate : '',
      period: postingDate.slice(0, 7),
      reference: posting.reference,
      postingReference: '',
      reversalOf: '',
      text: posting.text,
      status: 'posted',
      createdOn,
      lines: documentLines(posting.company, posting.lines, posting.hundredths),
    };
  }

  /** The same document again under a new number, as a second run of an interface posts it. */
  copyOf(document: LedgerDocument): LedgerDocument {
    return {
      ...document,
      document: this.nextNumber(document.company),
      lines: document.lines.map((line) => ({ ...line })),
    };
  }

  /** Enters a document into the books and into every extract that may show it. */
  write(document: LedgerDocument): void {
    this.lines += document.lines.length;
    const text = csvOf(document);
    let shown = false;
    for (const extract of this.#extracts) {
      if (!shows(extract, document)) continue;
      shown = true;
      this.#extractLines(extract, document, text);
    }
    const last = this.#extracts.at(-1);
    if (last !== undefined && shows(last, document)) this.countBalance(document);
    if (!shown) this.pending.push(document);
  }

  /** Drafts and writes in one step: an honest document. */
  post(posting: Posting): LedgerDocument | undefined {
    if (posting.lines.length === 0) return undefined;
    const document = this.draft(posting);
    this.write(document);
    return document;
  }

  /** Control files; call once, when all documents are in. */
  close(): void {
    for (const [extract, sums] of this.#sums) {
      const control = {
        mode: extract.mode,
        complete: extract.complete,
        companies: extract.companies,
        ledgers: ['GL'],
        from: extract.from,
        to: extract.to,
        extractedAt: extract.extractedAt,
        wholeDocuments: true,
        rows: sums.rows,
        debit: amountText(sums.debit),
        credit: amountText(sums.credit),
      };
      this.#files.append(
        extract.path.replace(/\.csv$/, '.control.json'),
        `${JSON.stringify(control, null, 2)}\n`,
      );
    }
  }

  /** Lines that an extract's control file counts. */
  rowsOf(path: string): number {
    for (const [extract, sums] of this.#sums) if (extract.path === path) return sums.rows;
    throw new RangeError(`no extract ${path}`);
  }

  /** Trial balance rows in a fixed order. */
  balances(): readonly Readonly<BalanceRow>[] {
    return [...this.#balances.entries()]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, row]) => row);
  }

  #extractLines(extract: Extract, document: LedgerDocument, text: string): void {
    const sums = this.#sums.get(extract);
    if (sums === undefined) return;
    if (extract.atMostLines !== undefined && sums.rows >= extract.atMostLines) return;
    for (const line of document.lines) {
      sums.rows += 1;
      if (line.cents > 0n) sums.debit += line.cents;
      else sums.credit -= line.cents;
    }
    if (extract.cutAfterLines !== undefined && sums.written >= extract.cutAfterLines) return;
    sums.written += document.lines.length;
    this.#files.append(
      extract.path,
      extract.spelling === undefined ? text : csvOf(document, extract.spelling),
    );
  }

  /** Counts a document in the trial balance. */
  countBalance(document: LedgerDocument): void {
    if (document.status === 'parked') return;
    for (const line of document.lines) {
      const key = `${document.company} ${line.account} ${line.currency} ${document.period}`;
      let row = this.#balances.get(key);
      if (row === undefined) {
        row = {
          company: document.company,
          account: line.account,
          currency: line.currency,
          period: document.period,
          debit: 0n,
          credit: 0n,
          company_: 0n,
        };
        this.#balances.set(key, row);
      }
      if (line.cents > 0n) row.debit += line.cents;
      else row.credit -= line.cents;
      row.company_ += line.companyCents;
    }
  }

  /** Next document number of a company; the ERP goes on counting after the simulation. */
  nextNumber(company: Company): string {
    this.#numbers[company] += 1;
    return `${company === COMPANIES[0]?.code ? '18' : '19'}${String(this.#numbers[company]).padStart(8, '0')}`;
  }
}

function shows(extract: Extract, document: LedgerDocument): boolean {
  return (
    extract.companies.includes(companyOf(document.company).code) &&
    document.createdOn >= extract.createdFrom &&
    document.createdOn <= extract.createdTo &&
    document.postingDate >= extract.from &&
    document.postingDate <= extract.to &&
    (document.deletedOn === undefined || document.deletedOn > extract.createdTo)
  );
}

const monthEnds = new Map<string, string>();

function lastOfMonth(day: string): string {
  const month = day.slice(0, 7);
  let end = monthEnds.get(month);
  if (end === undefined) {
    let last = isoDate(`${month}-28`);
    while (addDays(last, 1).startsWith(month)) last = addDays(last, 1);
    end = last;
    monthEnds.set(month, end);
  }
  return end;
}
