// One row of a ledger extract: accepted as a line, or refused with reason, column, expected and found. Everything that
// is constant in an extract (which column stands where) is worked out once, because a row comes by a million times.
import { hash } from 'node:crypto';

import { parseIsoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { LedgerLine } from '../accounting/line.ts';
import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import { AMOUNT_SCALE, printScaled } from '../events/scaled.ts';
import { LEDGER_COLUMNS } from '../feeds/feed.ts';
import type { LedgerColumn } from '../feeds/feed.ts';
import { amountOf, companyAmount, controlSums, LineRefused } from './ledgerAmounts.ts';
import type { Get } from './ledgerAmounts.ts';

/** What reading a ledger line asks the configuration. */
export interface LedgerContext {
  company(
    code: string,
  ): { currency: string; period(day: IsoDate): { fiscalYear: string; period: string } } | undefined;
  /** Rate text of one unit of `from` in `to`; undefined where there is none. */
  rate: (from: string, to: string, day: IsoDate) => string | undefined;
}

/** A row that was read: the line, the hash of its content, and its signed sums for the control totals. */
export interface ReadLine {
  line: LedgerLine;
  /** SHA-256 (hex) of the canonical columns as delivered. */
  contentHash: string;
}

/** What can be said of a row also when it is refused; '' and undefined where unreadable. */
export interface RowIdentity {
  company: string;
  ledger: string;
  document: string;
  account: string;
  currency: string;
  /** For the control totals: ten-thousandths. */
  debit: bigint | undefined;
  credit: bigint | undefined;
}

export type LineOutcome = ({ ok: true } & ReadLine) | { ok: false; refusal: Refusal };

export interface LineReader {
  /** Columns that the extract carries. */
  delivered: readonly LedgerColumn[];
  identify(fields: readonly string[]): RowIdentity;
  read(fields: readonly string[]): LineOutcome;
}

const REQUIRED: readonly LedgerColumn[] = [
  'company',
  'document',
  'line',
  'posting_date',
  'account',
  'currency',
];
/** Columns whose text is a key: a spreadsheet that made a number of it has lost digits or added some. */
const KEYS: readonly LedgerColumn[] = [
  'company',
  'ledger',
  'document',
  'line',
  'account',
  'location',
  'reference',
  'posting_reference',
  'reversal_of',
];
// `5E10` and `5E-10` may be keys; with a plus, or a point before it, only a number is written so.
const SPOILT_KEY = /^-?\d+[eE]\+\d+$|^-?\d+\.\d+[eE][+-]?\d+$|^\d+\.0+$/;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
/** The other texts, which may hold anything that can be stored. */
const TEXTS: readonly LedgerColumn[] = [
  'dimension',
  'fiscal_year',
  'period',
  'assignment',
  'text',
  'tax_code',
  'document_type',
  'journal_source',
  'created_by',
  'created_at',
  'partner_company',
];
const STATUSES: ReadonlySet<string> = new Set(['posted', 'reversed', 'parked', 'cancelled']);
const SEPARATOR = '\u001f';

/** Compiles the reader of one extract. */
export function ledgerLineReader(columns: readonly string[], context: LedgerContext): LineReader {
  // A plain object: a lookup by a constant name in it costs a tenth of one in a Map, thirty times a row.
  const at = Object.fromEntries(LEDGER_COLUMNS.map((column) => [column, columns.indexOf(column)])) as Record<
    LedgerColumn,
    number
  >;
  const get: Get = (fields, column) => {
    const index = at[column];
    return index < 0 ? '' : (fields[index] ?? '');
  };
  const day = dayReader(get);
  const periodOf = periodReader(context);
  return {
    delivered: LEDGER_COLUMNS.filter((column) => at[column] >= 0),
    identify: (fields) => ({
      company: get(fields, 'company'),
      ledger: get(fields, 'ledger') || 'GL',
      document: get(fields, 'document'),
      account: get(fields, 'account'),
      currency: get(fields, 'currency'),
      ...controlSums(fields, get),
    }),
    read: (fields) => {
      try {
        checkTexts(fields, get);
        return { ok: true, ...readLine(fields, get, day, periodOf, context) };
      } catch (error) {
        if (error instanceof LineRefused) return { ok: false, refusal: error.refusal };
        throw error;
      }
    },
  };
}

type DayOf = (fields: readonly string[], column: LedgerColumn) => IsoDate | null;
type PeriodOf = (company: string, day: IsoDate) => { fiscalYear: string; period: string };

const REMEMBERED = 10_000;

/** Dates are few and come again and again: each text is checked once. */
function dayReader(get: Get): DayOf {
  const days = new Map<string, IsoDate>();
  return (fields, column) => {
    const text = get(fields, column);
    if (text === '') return null;
    const known = days.get(text);
    if (known !== undefined) return known;
    const day = parseIsoDate(text);
    if (day === undefined) {
      throw new LineRefused(refusalOf('BAD_DATE', column, 'a date as YYYY-MM-DD', JSON.stringify(text)));
    }
    if (days.size < REMEMBERED) days.set(text, day);
    return day;
  };
}

/** Fiscal year and period by the company's calendar, calendar months where the company is not configured. */
function periodReader(context: LedgerContext): PeriodOf {
  const periods = new Map<string, { fiscalYear: string; period: string }>();
  return (company, day) => {
    const key = `${company} ${day}`;
    let period = periods.get(key);
    if (period === undefined) {
      period = context.company(company)?.period(day) ?? {
        fiscalYear: day.slice(0, 4),
        period: day.slice(0, 7),
      };
      if (periods.size < REMEMBERED) periods.set(key, period);
    }
    return period;
  };
}

/** Required columns have a value, keys are keys, and no text holds what PostgreSQL cannot. */
function checkTexts(fields: readonly string[], get: Get): void {
  for (const column of REQUIRED) {
    if (get(fields, column) === '')
      throw new LineRefused(refusalOf('MISSING_COLUMN', column, 'a value', 'nothing'));
  }
  for (const column of KEYS) {
    const text = get(fields, column);
    if (SPOILT_KEY.test(text)) {
      const found = `${text}, which a spreadsheet made a number of`;
      throw new LineRefused(refusalOf('BAD_KEY', column, 'the key as text', found));
    }
    if (CONTROL_CHARACTER.test(text)) {
      throw new LineRefused(
        refusalOf('BAD_KEY', column, 'a key without control characters', JSON.stringify(text)),
      );
    }
  }
  for (const column of TEXTS) {
    if (!get(fields, column).includes('\0')) continue;
    throw new LineRefused(refusalOf('BAD_KEY', column, 'text without U+0000', 'one of them'));
  }
}

function statusOf(text: string): LedgerLine['status'] {
  if (text === '') return 'posted';
  if (STATUSES.has(text)) return text as LedgerLine['status'];
  throw new LineRefused(
    refusalOf('MISSING_COLUMN', 'status', [...STATUSES].join(', '), JSON.stringify(text)),
  );
}

function readLine(
  fields: readonly string[],
  get: Get,
  day: DayOf,
  periodOf: PeriodOf,
  context: LedgerContext,
): ReadLine {
  const of = (column: LedgerColumn): string => get(fields, column);
  const company = of('company');
  const currency = of('currency');
  const units = amountOf(fields, get, currency);
  const postingDate = day(fields, 'posting_date')!;
  const documentDate = day(fields, 'document_date');
  const companysOwn = context.company(company)?.currency ?? '';
  const own = companyAmount(fields, get, currency, units, companysOwn, postingDate, context.rate);
  const fiscal = periodOf(company, postingDate);
  const line: LedgerLine = {
    company,
    ledger: of('ledger') || 'GL',
    account: of('account'),
    location: of('location'),
    dimension: of('dimension'),
    currency,
    amount: printScaled(units, AMOUNT_SCALE, AMOUNT_SCALE),
    companyCurrency: own.currency,
    companyAmount: own.amount,
    businessDate: day(fields, 'business_date') ?? documentDate ?? postingDate,
    accountingDate: postingDate,
    fiscalYear: of('fiscal_year') || fiscal.fiscalYear,
    period: of('period') || fiscal.period,
    reference: of('reference'),
    document: of('document'),
    line: of('line'),
    documentDate,
    postingReference: of('posting_reference'),
    assignment: of('assignment'),
    text: of('text'),
    taxCode: of('tax_code'),
    documentType: of('document_type'),
    journalSource: of('journal_source'),
    createdBy: of('created_by'),
    createdAt: of('created_at'),
    partnerCompany: of('partner_company'),
    reversalOf: of('reversal_of'),
    status: statusOf(of('status')),
  };
  return { line, contentHash: contentHash(line, own.delivered) };
}

/** Over the effective values in a fixed order: how a file writes a number or leaves out a default is no content. */
function contentHash(line: LedgerLine, companyAmountDelivered: boolean): string {
  const content = [
    line.accountingDate,
    line.documentDate ?? '',
    line.businessDate,
    line.period,
    line.account,
    line.location,
    line.dimension,
    line.currency,
    line.amount,
    companyAmountDelivered ? `${line.companyCurrency} ${line.companyAmount ?? ''}` : '',
    line.reference,
    line.postingReference,
    line.assignment,
    line.text,
    line.taxCode,
    line.documentType,
    line.journalSource,
    line.createdBy,
    line.createdAt,
    line.partnerCompany,
    line.reversalOf,
    line.status,
  ].join(SEPARATOR);
  return sha256Hex(content);
}

function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}
