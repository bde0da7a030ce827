// The books that every simulated ERP keeps: one company with a small chart, and the arithmetic of balances.
import { createHash } from 'node:crypto';
import { sum, decimal, type Decimal } from '../../../src/money/decimal.ts';
import type { StoredDocument, StoredLine } from './store.ts';

export const COMPANY = 'US01';
export const CURRENCY = 'USD';
export const CURRENCIES = ['USD', 'EUR', 'JPY'];
export const ACCOUNTS: Readonly<Record<string, string>> = {
  '1200': 'Customer receivable',
  '1300': 'Inventory',
  '2200': 'Sales tax payable',
  '2300': 'Gift cards',
  '4000': 'Revenue',
  '5000': 'Cost of goods sold',
};
export const LOCATIONS = ['S001', 'S002', 'WEB'];
export const DIMENSIONS = ['US-IL', 'US-NY'];
/** Closed from the start; tests close others. */
export const CLOSED = ['2026-02'];

export function isBalanced(lines: readonly Pick<StoredLine, 'companyAmount'>[]): boolean {
  return sum(lines.map((line) => decimal(line.companyAmount))).isZero();
}

/** Debits and credits of the documents that a test picks, by account. */
export function totals(
  documents: readonly StoredDocument[],
  fits: (day: string) => boolean,
): Map<string, { debit: Decimal; credit: Decimal }> {
  const found = new Map<string, { debit: Decimal; credit: Decimal }>();
  for (const document of documents) {
    if (!fits(document.postingDate)) continue;
    for (const line of document.lines) {
      const amount = decimal(line.companyAmount);
      const held = found.get(line.account) ?? { debit: decimal('0'), credit: decimal('0') };
      found.set(line.account, {
        debit: amount.isNegative() ? held.debit : held.debit.plus(amount),
        credit: amount.isNegative() ? held.credit.minus(amount) : held.credit,
      });
    }
  }
  return found;
}

/** A GUID made from a number and a kind, as systems that know things by GUID have them. */
export function guid(kind: string, id: number): string {
  const hex = createHash('sha256').update(`${kind} ${id}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
