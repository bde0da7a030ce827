// For each reason to refuse a ledger line the smallest row that causes it, and its exact message.
import { describe, expect, it } from 'vitest';

import { LEDGER_COLUMNS } from '../../src/accounting/ledgerColumns.ts';
import type { LedgerColumn } from '../../src/accounting/ledgerColumns.ts';
import { ledgerLineReader } from '../../src/intake/ledgerLine.ts';
import { company } from './company.ts';

const reader = ledgerLineReader(LEDGER_COLUMNS, company());
const GOOD: Partial<Record<LedgerColumn, string>> = {
  company: 'US01',
  document: 'D1',
  line: '1',
  posting_date: '2026-10-05',
  account: '0001200',
  currency: 'USD',
  amount: '-10.50',
};
const read = (over: Partial<Record<LedgerColumn, string>>): ReturnType<typeof reader.read> =>
  reader.read(
    reader.look(
      LEDGER_COLUMNS.map((column) => ({ ...GOOD, ...over })[column] ?? ''),
      false,
    ),
  );

function line(over: Partial<Record<LedgerColumn, string>> = {}): Record<string, unknown> {
  const outcome = read(over);
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return { ...outcome.line, hash: outcome.contentHash };
}

describe('a ledger line is refused', () => {
  it.each<[string, Partial<Record<LedgerColumn, string>>, string]>([
    [
      'BAD_DATE',
      { posting_date: '2026-02-30' },
      'posting_date: expected a date as YYYY-MM-DD, from 1900 to 2199, found "2026-02-30"',
    ],
    [
      'BAD_DATE',
      { document_date: '05.10.2026' }, // the day of the business hangs on it
      'document_date: expected a date as YYYY-MM-DD, from 1900 to 2199, found "05.10.2026"',
    ],
    [
      'BAD_DATE',
      { business_date: '9999-12-31' },
      'business_date: expected a date as YYYY-MM-DD, from 1900 to 2199, found "9999-12-31"',
    ],
    [
      'BAD_NUMBER',
      { amount: '10000000000000.00' },
      'amount: expected a plain decimal number like -1250.00, at most 13 digits before the point, found "10000000000000.00"',
    ],
    [
      'BAD_NUMBER',
      { currency: 'EUR', amount: '9999999999999.00' },
      'amount: expected at most 13 digits before the point in USD, found 10999999999998.9000 by the table of rates',
    ],
    [
      'BAD_NUMBER',
      { amount: '1,068.00' },
      'amount: expected a plain decimal number like -1250.00, at most 13 digits before the point, found "1,068.00"',
    ],
    [
      'BAD_NUMBER',
      { amount: '1e3' },
      'amount: expected a plain decimal number like -1250.00, at most 13 digits before the point, found "1e3"',
    ],
    [
      'BAD_NUMBER',
      { company_amount: 'x' },
      'company_amount: expected a plain decimal number like -1250.00, at most 13 digits before the point, found "x"',
    ],
    [
      'AMOUNT_FORMS',
      { amount: '' },
      'amount: expected either amount, or debit and credit, found all of them empty',
    ],
    [
      'AMOUNT_FORMS',
      { debit: '1.00' },
      'amount: expected either amount, or debit and credit, found amount -10.50, debit 1.00, credit empty',
    ],
    [
      'UNKNOWN_CURRENCY',
      { company_currency: 'dollar' },
      'company_currency: expected an ISO 4217 code, found "dollar"',
    ],
    ['UNKNOWN_CURRENCY', { currency: 'USX' }, 'currency: expected an ISO 4217 code, found "USX"'],
    [
      'UNKNOWN_CURRENCY',
      { currency: 'HRK', posting_date: '2023-01-01' },
      'currency: expected a currency in use on 2023-01-01, found "HRK", which ended 2022-12-31',
    ],
    [
      'UNKNOWN_CURRENCY',
      { company_currency: 'HRK', company_amount: '1.00' },
      'company_currency: expected a currency in use on 2026-10-05, found "HRK", which ended 2022-12-31',
    ],
    ['UNKNOWN_COMPANY', { company: 'us01' }, 'company: expected a configured company, found "us01"'],
    [
      'CURRENCY_SCALE',
      { currency: 'JPY', amount: '10.50' },
      'amount: expected at most 0 decimals in JPY, found 10.50',
    ],
    ['CURRENCY_SCALE', { amount: '10.505' }, 'amount: expected at most 2 decimals in USD, found 10.505'],
    ['MISSING_COLUMN', { account: '' }, 'account: expected a value, found nothing'],
    [
      'MISSING_COLUMN',
      { status: 'draft' },
      'status: expected posted, reversed, parked, cancelled, found "draft"',
    ],
    [
      'BAD_KEY',
      { document: '4.9E+13' },
      'document: expected the key as text, found 4.9E+13, which a spreadsheet made a number of',
    ],
    [
      'BAD_KEY',
      { document: '1.5e9' },
      'document: expected the key as text, found 1.5e9, which a spreadsheet made a number of',
    ],
    [
      'BAD_KEY',
      { posting_reference: '1500000001.0' },
      'posting_reference: expected the key as text, found 1500000001.0, which a spreadsheet made a number of',
    ],
    [
      'BAD_KEY',
      { account: '1200 ' },
      'account: expected a key without blanks at its ends, found "1200 " (U+0020)',
    ],
    [
      'BAD_KEY',
      { location: 'S\u202e01' },
      'location: expected a key without invisible characters, found U+202E as character 2',
    ],
    ['BAD_KEY', { line: '1\u001f' }, 'line: expected a key without control characters, found "1\\u001f"'],
    [
      'BAD_KEY',
      { document: 'D'.repeat(101) },
      'document: expected a key of at most 100 characters, found 101 characters',
    ],
    [
      'BAD_KEY',
      { period: 'P'.repeat(9000) },
      'period: expected a key of at most 100 characters, found 9000 characters',
    ],
    ['BAD_KEY', { tax_code: 'a\0b' }, 'tax_code: expected text without U+0000, found one of them'],
    [
      'BAD_PERIOD',
      { period: 'OCT-26' },
      'period: expected a period that the calendar of US01 knows, or that the ERP told (`ingest periods`), found "OCT-26"',
    ],
    [
      'BAD_PERIOD',
      { fiscal_year: '2026', period: '17' },
      'period: expected a period that the calendar of US01 knows, or that the ERP told (`ingest periods`), found "17" of fiscal year "2026"',
    ],
  ])('%s: %j', (reason, over, message) => {
    expect(read(over)).toMatchObject({ ok: false, refusal: { reason, message } });
  });
});

describe('a ledger line', () => {
  it('may have a reference of any length: it is found by its hash', () => {
    const reference = Array.from({ length: 400 }, (_, i) => `INV-${i}`).join(' ');
    expect(line({ reference })).toMatchObject({ reference });
  });

  it.each<[Partial<Record<LedgerColumn, string>>, Record<string, unknown>]>([
    [{ reference: ' SHP-1\u00a0' }, { reference: 'SHP-1', trimmed: true }],
    [{ assignment: '\u200bA 1\t' }, { assignment: 'A 1', trimmed: true }],
    [{ text: ' paid\0 ' }, { text: 'paid', trimmed: true }],
    [{ reference: ' \u00a0' }, { reference: '', trimmed: true }],
    [
      { reference: 'SHP  1', text: 'é' },
      { reference: 'SHP  1', text: 'é', trimmed: false },
    ],
    [{ reference: '1500000001.0' }, { reference: '1500000001.0', unread: true }],
    [{ reversal_of: '4.9E+13' }, { reversalOf: '4.9E+13', unread: true }],
    [
      { document_date: '05.10.2026', business_date: '2026-10-04' },
      { documentDate: null, businessDate: '2026-10-04', unread: true },
    ],
    [{ created_at: 'yesterday' }, { createdAt: 'yesterday', unread: false }],
  ])('is not refused for what nothing hangs on: %j', (over, expected) => {
    const row = reader.look(
      LEDGER_COLUMNS.map((column) => ({ ...GOOD, ...over })[column] ?? ''),
      false,
    );
    const { trimmed, unread } = row;
    expect({ ...line(over), trimmed, unread }).toMatchObject(expected);
  });

  it('may be in a currency that was withdrawn later, also where it is posted after its last day', () => {
    const kuna = { currency: 'HRK', amount: '754.50' };
    expect(line({ ...kuna, posting_date: '2022-06-01' })).toMatchObject({ currency: 'HRK' });
    expect(line({ ...kuna, posting_date: '2023-01-05', document_date: '2022-12-30' })).toMatchObject({
      businessDate: '2022-12-30',
    });
  });

  it('keeps leading zeros, and has its defaults', () => {
    expect(line()).toMatchObject({
      ledger: 'GL',
      account: '0001200',
      amount: '-10.5000',
      companyCurrency: 'USD',
      companyAmount: '-10.5000',
      businessDate: '2026-10-05',
      accountingDate: '2026-10-05',
      fiscalYear: '2026',
      period: '2026-10',
      status: 'posted',
    });
  });

  it('takes debit minus credit, either of which may be negative', () => {
    expect(line({ amount: '', debit: '5.00', credit: '-1.25' })).toMatchObject({ amount: '6.2500' });
    expect(line({ amount: '', credit: '3.00' })).toMatchObject({ amount: '-3.0000' });
  });

  it('judges scale by value', () => {
    expect(line({ currency: 'JPY', amount: '1000.00', company_amount: '6.70' })).toMatchObject({
      amount: '1000.0000',
    });
  });

  it('converts at the rate where no company amount came, half away from zero, and knows none without a rate', () => {
    expect(line({ currency: 'EUR', amount: '-0.05' })).toMatchObject({
      companyCurrency: 'USD',
      companyAmount: '-0.0600',
    });
    expect(line({ currency: 'GBP', amount: '1.00' })).toMatchObject({
      companyCurrency: 'USD',
      companyAmount: null,
    });
  });

  it('lets the ERP say year and period, and the document date the day of the business', () => {
    expect(line({ fiscal_year: '2027', period: '2027-13', document_date: '2026-10-01' })).toMatchObject({
      fiscalYear: '2027',
      period: '2027-13',
      businessDate: '2026-10-01',
    });
  });

  it('has the same content however its number is written or a default is left out', () => {
    const { hash } = line();
    expect(
      line({ amount: '-10.5', status: 'posted', business_date: '2026-10-05', ledger: 'GL' })['hash'],
    ).toBe(hash);
    expect(line({ amount: '-10.51' })['hash']).not.toBe(hash);
    expect(line({ tax_code: 'V1' })['hash']).not.toBe(hash);
  });
});
