// Who a row of a ledger extract is, before anyone asks whether it is right: its cells by column, its document, its sums for
// the control totals, and a hash by which the same row is known again without reading it. What is constant in an extract
// (which column stands where) is worked out once, because a row comes by a million times.
import type { LedgerCells } from '../accounting/ledgerColumns.ts';
import { hash } from 'node:crypto';

import type { CompanyPeriods } from '../accounting/companyPeriods.ts';
import { addDays, daysBetween, parseIsoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { AMOUNT_SCALE, readScaled } from '../money/scaled.ts';
import { LEDGER_COLUMNS } from '../accounting/ledgerColumns.ts';
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import type { PeriodKind } from '../feeds/feed.ts';
import { asSeen, keyFault } from '../accounting/keyFault.ts';
import { looseCells } from './looseCells.ts';
import { statedPeriod, type StatedPeriod } from './statedPeriod.ts';

/** What reading a ledger line asks the configuration. */
export interface LedgerContext {
  company(code: string): ({ currency: string } & CompanyPeriods) | undefined;
  /** Rate text of one unit of `from` in `to`; undefined where there is none. */
  rate: (from: string, to: string, day: IsoDate) => string | undefined;
}

/** What can be said of a row also when it is refused; '' and undefined where unreadable. */
export interface LedgerRow {
  cells: LedgerCells;
  /** No cell holds a control character or a backslash. */
  plain: boolean;
  company: string;
  ledger: string;
  document: string;
  account: string;
  currency: string;
  /** undefined where there is none; such a row will be refused. */
  postingDate: IsoDate | undefined;
  fiscalYear: string;
  period: string;
  /** What the row itself says of its period. */
  stated: StatedPeriod['stated'];
  /** See `LooseCells`. */
  trimmed: boolean;
  unread: boolean;
  /** 128 bits (hex) over the row as delivered and what the configuration adds to it: the same hash is the same line. */
  rowHash: string;
  /** For the control totals: ten-thousandths. */
  debit: bigint | undefined;
  credit: bigint | undefined;
}

/** To be raised when the reading of a row changes: rows that were stored by another reading are then compared in full. */
const ROW_HASH_VERSION = '4';
const ROW_HASH_DIGITS = 32;
const SEPARATOR = '\u001f';
const REMEMBERED = 10_000;

/**
 * What the database is asked about a row. A row with a faulty key will be refused. It still speaks for the document and
 * account that a person reads in it, so that these do not count as gone; a key that cannot be stored meets no other.
 */
function askable(key: string, plain: boolean): string {
  if (keyFault(key, plain) === undefined) return key;
  const seen = asSeen(key);
  return keyFault(key, plain, Infinity) === undefined && keyFault(seen) === undefined
    ? seen
    : `refused ${sha256(key)}`;
}

/** @param plain see `LedgerRow` */
export type RowOf = (fields: readonly string[], plain: boolean) => LedgerRow;

/** Compiles the first look at the rows of one extract. @param kind what its years and periods are */
export function ledgerRowReader(
  columns: readonly string[],
  context: LedgerContext,
  kind: PeriodKind = 'fiscal',
): RowOf {
  const cellsOf = cellsReader(columns);
  const day = remembered(parseIsoDate);
  const fiscalOf = fiscalReader(columns, context, kind);
  const periodOf = periodReader(context, kind);
  return (fields, plain) => {
    const { cells, trimmed, unread } = looseCells(cellsOf(fields));
    const postingDate = day(cells.posting_date);
    const fiscal = postingDate === undefined ? undefined : fiscalOf(cells.company, postingDate);
    const { fiscalYear, period, stated } = periodOf(cells, postingDate);
    return {
      cells,
      plain: plain && fiscal?.plain === true,
      company: askable(cells.company, plain),
      ledger: askable(cells.ledger, plain) || 'GL',
      document: askable(cells.document, plain),
      account: askable(cells.account, plain),
      currency: askable(cells.currency, plain),
      postingDate,
      fiscalYear: askable(fiscalYear, plain),
      period: askable(period, plain),
      stated,
      trimmed,
      unread: unread || isUnneeded(cells, day),
      rowHash:
        fiscal === undefined
          ? ''
          : sha256(`${fiscal.salt}${fields.join(SEPARATOR)}`).slice(0, ROW_HASH_DIGITS),
      ...controlSums(cells),
    };
  };
}

/** A document date that cannot be read, where the day of the business is given besides: nothing hangs on it. */
export function isUnneeded(cells: LedgerCells, day: (text: string) => IsoDate | undefined): boolean {
  const { document_date: documentDate, business_date: businessDate } = cells;
  return documentDate !== '' && businessDate !== '' && day(documentDate) === undefined;
}

// Written out: an object with constant names is made in a tenth of the time of one that is filled in a loop.
function cellsReader(columns: readonly string[]): (fields: readonly string[]) => LedgerCells {
  const at = Object.fromEntries(LEDGER_COLUMNS.map((column) => [column, columns.indexOf(column)])) as Record<
    LedgerColumn,
    number
  >;
  return (fields) => {
    const cell = (index: number): string => (index < 0 ? '' : (fields[index] ?? ''));
    return {
      company: cell(at.company),
      ledger: cell(at.ledger),
      document: cell(at.document),
      line: cell(at.line),
      posting_date: cell(at.posting_date),
      document_date: cell(at.document_date),
      business_date: cell(at.business_date),
      fiscal_year: cell(at.fiscal_year),
      period: cell(at.period),
      account: cell(at.account),
      location: cell(at.location),
      dimension: cell(at.dimension),
      currency: cell(at.currency),
      amount: cell(at.amount),
      debit: cell(at.debit),
      credit: cell(at.credit),
      company_currency: cell(at.company_currency),
      company_amount: cell(at.company_amount),
      reference: cell(at.reference),
      posting_reference: cell(at.posting_reference),
      assignment: cell(at.assignment),
      text: cell(at.text),
      tax_code: cell(at.tax_code),
      document_type: cell(at.document_type),
      journal_source: cell(at.journal_source),
      created_by: cell(at.created_by),
      created_at: cell(at.created_at),
      partner_company: cell(at.partner_company),
      reversal_of: cell(at.reversal_of),
      status: cell(at.status),
    };
  };
}

/** Texts like dates are few and come again and again: each is read once. */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = read(text);
    if (known.size < REMEMBERED) known.set(text, value);
    return value;
  };
}

interface Fiscal {
  /** Everything in a line's content that is not in its row: the columns and the configuration. */
  salt: string;
  /** It adds nothing that has to be escaped. */
  plain: boolean;
}

/** What a company's calendar adds to a row of a day; a row of a company that is not configured will be refused. */
function fiscalReader(
  columns: readonly string[],
  context: LedgerContext,
  kind: PeriodKind,
): (company: string, day: IsoDate) => Fiscal {
  const head = sha256([kind, ...columns].join(SEPARATOR));
  const read = (company: string, day: IsoDate): Fiscal => {
    const known = context.company(company);
    const { fiscalYear, period } = known?.period(day) ?? { fiscalYear: '', period: '' };
    const currency = known?.currency ?? '';
    const parts = [ROW_HASH_VERSION, head, currency, fiscalYear, period, known?.reading ?? '', ''];
    return { salt: parts.join(SEPARATOR), plain: !/[\u0000-\u001f\\\u007f]/.test(parts.join('')) };
  };
  const known = new Map<string, Fiscal>();
  return (company, day) => {
    const key = `${company} ${day}`;
    let fiscal = known.get(key);
    if (fiscal === undefined) {
      fiscal = read(company, day);
      if (known.size < REMEMBERED) known.set(key, fiscal);
    }
    return fiscal;
  };
}

/** Year and period of a row. Few of them come again and again: each is worked out once. */
function periodReader(
  context: LedgerContext,
  kind: PeriodKind,
): (cells: LedgerCells, day: IsoDate | undefined) => StatedPeriod {
  const known = new Map<string, StatedPeriod>();
  return ({ company, fiscal_year: fiscalYear, period }, day) => {
    if (day === undefined) return { fiscalYear, period, stated: 'nothing' };
    const key = `${company} ${day} ${fiscalYear} ${period}`;
    let stated = known.get(key);
    if (stated === undefined) {
      stated = statedPeriod(context.company(company), { fiscalYear, period, day, kind });
      if (known.size < REMEMBERED) known.set(key, stated);
    }
    return stated;
  };
}

/**
 * How rows of these companies and days are read, in one hash (hex): where it is the same, the same row has the same
 * `rowHash`.
 */
export function readingOf(
  companies: readonly string[],
  from: IsoDate,
  to: IsoDate,
  context: LedgerContext,
): string {
  const fiscalOf = fiscalReader([], context, 'fiscal');
  const days = Array.from({ length: daysBetween(from, to) + 1 }, (_, n) => addDays(from, n));
  const salts = companies.flatMap((company) => days.map((day) => fiscalOf(company, day).salt));
  return sha256(salts.join(SEPARATOR));
}

/** Debit and credit as a control file counts them: the columns themselves, or the amount by its sign. */
function controlSums(cells: LedgerCells): Pick<LedgerRow, 'debit' | 'credit'> {
  const units = (text: string): bigint | undefined =>
    text === '' ? 0n : readScaled(text, AMOUNT_SCALE)?.units;
  if (cells.amount === '') return { debit: units(cells.debit), credit: units(cells.credit) };
  const signed = units(cells.amount);
  if (signed === undefined) return { debit: undefined, credit: undefined };
  return signed < 0n ? { debit: 0n, credit: -signed } : { debit: signed, credit: 0n };
}

export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
