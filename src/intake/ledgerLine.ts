// One row of a ledger extract, after the first look (ledgerRow.ts): accepted as a line, or refused with reason, column,
// expected and found. A row comes by a million times, so what can be known of all of them is not asked of each.

import { DAY_FORM, parseIsoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import {
  LEDGER_COLUMNS,
  LOOSE_KEYS,
  REQUIRED_COLUMNS,
  CONTENT_COLUMNS,
  STRICT_KEYS,
} from '../accounting/ledgerColumns.ts';
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import type { LedgerLine } from '../accounting/line.ts';
import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import { AMOUNT_SCALE, printScaled } from '../money/scaled.ts';
import type { PeriodKind } from '../feeds/feed.ts';
import { withdrawnBefore } from '../money/currencies.ts';
import { amountOf, companyAmount, LineRefused } from './ledgerAmounts.ts';
import { keyFault } from '../accounting/keyFault.ts';
import { isSpoiltKey } from './looseCells.ts';
import { isUnneeded, ledgerRowReader, remembered, sha256 } from './ledgerRow.ts';
import type { LedgerContext, LedgerRow, RowOf } from './ledgerRow.ts';
import type { LedgerCells } from '../accounting/ledgerColumns.ts';

/** A row that was read: the line, the hash of its content, and its signed sums for the control totals. */
export interface ReadLine {
  line: LedgerLine;
  /** SHA-256 (hex) of the canonical columns as delivered. */
  contentHash: string;
}

export type LineOutcome = ({ ok: true } & ReadLine) | { ok: false; refusal: Refusal };

export interface LineReader {
  /** Columns that the extract carries. */
  delivered: readonly LedgerColumn[];
  /** The first look. @param plain no field holds a control character or a backslash; false where nobody looked */
  look: RowOf;
  /** Reads what was looked at. */
  read(row: LedgerRow): LineOutcome;
}

/** Texts that are no keys and may hold anything that can be stored; reference, assignment and text are made fit to be. */
const TEXTS: readonly LedgerColumn[] = [
  'tax_code',
  'document_type',
  'journal_source',
  'created_by',
  'created_at',
  'partner_company',
];
const STATUSES: ReadonlySet<string> = new Set(['posted', 'reversed', 'parked', 'cancelled']);
const SEPARATOR = '\u001f';

/** Compiles the reader of one extract. @param kind what its years and periods are */
export function ledgerLineReader(
  columns: readonly string[],
  context: LedgerContext,
  kind: PeriodKind = 'fiscal',
): LineReader {
  const day = remembered(parseIsoDate);
  return {
    delivered: LEDGER_COLUMNS.filter((column) => columns.includes(column)),
    look: ledgerRowReader(columns, context, kind),
    read: (row) => {
      try {
        checkTexts(row);
        return { ok: true, ...readLine(row, day, context) };
      } catch (error) {
        if (error instanceof LineRefused) return { ok: false, refusal: error.refusal };
        throw error;
      }
    },
  };
}

type DayOf = (text: string) => IsoDate | undefined;

/** The day of a column, null where it is empty. */
function dayIn(cells: LedgerCells, column: LedgerColumn, day: DayOf): IsoDate | null {
  const text = cells[column];
  if (text === '') return null;
  const found = day(text);
  if (found !== undefined) return found;
  throw new LineRefused(refusalOf('BAD_DATE', column, `a date as ${DAY_FORM}`, JSON.stringify(text)));
}

/** Required columns have a value, keys are keys, and no text holds what PostgreSQL cannot. */
function checkTexts({ cells, plain }: LedgerRow): void {
  for (const column of REQUIRED_COLUMNS) {
    if (cells[column] === '')
      throw new LineRefused(refusalOf('MISSING_COLUMN', column, 'a value', 'nothing'));
  }
  for (const column of STRICT_KEYS) {
    const text = cells[column];
    if (isSpoiltKey(text)) {
      const found = `${text}, which a spreadsheet made a number of`;
      throw new LineRefused(refusalOf('BAD_KEY', column, 'the key as text', found));
    }
    checkKey(column, text, plain);
  }
  for (const column of LOOSE_KEYS) checkKey(column, cells[column], plain);
  if (plain) return;
  for (const column of TEXTS) {
    if (!cells[column].includes('\0')) continue;
    throw new LineRefused(refusalOf('BAD_KEY', column, 'text without U+0000', 'one of them'));
  }
}

function checkKey(column: LedgerColumn, text: string, plain: boolean): void {
  const fault = keyFault(text, plain);
  if (fault !== undefined) throw new LineRefused(refusalOf('BAD_KEY', column, fault.expected, fault.found));
}

function statusOf(text: string): LedgerLine['status'] {
  if (text === '') return 'posted';
  if (STATUSES.has(text)) return text as LedgerLine['status'];
  throw new LineRefused(
    refusalOf('MISSING_COLUMN', 'status', [...STATUSES].join(', '), JSON.stringify(text)),
  );
}

function readLine(row: LedgerRow, day: DayOf, context: LedgerContext): ReadLine {
  const { cells, company, currency } = row;
  const known = context.company(company);
  if (known === undefined) {
    throw new LineRefused(
      refusalOf('UNKNOWN_COMPANY', 'company', 'a configured company', JSON.stringify(company)),
    );
  }
  const units = amountOf(cells);
  const postingDate = dayIn(cells, 'posting_date', day)!;
  checkPeriod(row, postingDate);
  const documentDate = isUnneeded(cells, day) ? null : dayIn(cells, 'document_date', day);
  const businessDate = dayIn(cells, 'business_date', day) ?? documentDate ?? postingDate;
  const own = companyAmount(cells, units, known.currency, postingDate, context.rate);
  checkInUse('currency', currency, businessDate);
  checkInUse('company_currency', cells.company_currency, businessDate);
  const line: LedgerLine = {
    company,
    ledger: row.ledger,
    account: row.account,
    location: cells.location,
    dimension: cells.dimension,
    currency,
    amount: printScaled(units, AMOUNT_SCALE, AMOUNT_SCALE),
    companyCurrency: own.currency,
    companyAmount: own.amount,
    companyGiven: own.delivered,
    businessDate,
    accountingDate: postingDate,
    fiscalYear: row.fiscalYear,
    period: row.period,
    reference: cells.reference,
    document: row.document,
    line: cells.line,
    documentDate,
    postingReference: cells.posting_reference,
    assignment: cells.assignment,
    text: cells.text,
    taxCode: cells.tax_code,
    documentType: cells.document_type,
    journalSource: cells.journal_source,
    createdBy: cells.created_by,
    createdAt: cells.created_at,
    partnerCompany: cells.partner_company,
    reversalOf: cells.reversal_of,
    status: statusOf(cells.status),
  };
  return { line, contentHash: contentHash(line, own.delivered) };
}

function checkPeriod({ stated, company, cells }: LedgerRow, postingDate: IsoDate): void {
  if (stated !== 'unknown') return;
  if (cells.period === '') {
    const expected = `a day in a period of ${company} that the ERP told (\`ingest periods\`)`;
    throw new LineRefused(refusalOf('BAD_PERIOD', 'posting_date', expected, postingDate));
  }
  const expected = `a period that the calendar of ${company} knows, or that the ERP told (\`ingest periods\`)`;
  const year = cells.fiscal_year === '' ? '' : ` of fiscal year ${JSON.stringify(cells.fiscal_year)}`;
  throw new LineRefused(
    refusalOf('BAD_PERIOD', 'period', expected, `${JSON.stringify(cells.period)}${year}`),
  );
}

/** By the day of the business: an invoice of the currency's last week may be posted after it. */
function checkInUse(column: LedgerColumn, code: string, day: IsoDate): void {
  const lastDay = withdrawnBefore(code, day);
  if (lastDay === undefined) return;
  throw new LineRefused(
    refusalOf('UNKNOWN_CURRENCY', column, `a currency in use on ${day}`, `"${code}", which ended ${lastDay}`),
  );
}

/** Over the effective values in a fixed order: how a file writes a number or leaves out a default is no content. */
function contentHash(line: LedgerLine, companyAmountDelivered: boolean): string {
  const companyAmount = companyAmountDelivered ? `${line.companyCurrency} ${line.companyAmount ?? ''}` : '';
  const content = CONTENT_COLUMNS.map(({ field }) =>
    field === 'companyAmount' ? companyAmount : (line[field] ?? ''),
  ).join(SEPARATOR);
  return sha256(content);
}
