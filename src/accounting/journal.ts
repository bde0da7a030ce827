// A journal that cannot be built unbalanced: the only way to one is `buildJournal`, which refuses with the difference per
// currency. Nothing is ever plugged. Sides are explicit and amounts never negative; undo is a reversing journal.
import { ZERO } from '../money/decimal.ts';
import type { Decimal } from '../money/decimal.ts';
import { signedAmount } from './signedAmount.ts';
import type { EntrySide } from './signedAmount.ts';

/** One line, amounts zero or positive. */
export interface JournalLine {
  side: EntrySide;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  amount: Decimal;
  /** The same amount in the company's currency. */
  companyAmount: Decimal;
  text: string;
}

/** Debits less credits of one currency, not zero. */
export interface Difference {
  /** `transaction`: the currency of the lines; `company`: the company's, over all lines. */
  of: 'transaction' | 'company';
  currency: string;
  debit: Decimal;
  credit: Decimal;
  difference: Decimal;
}

declare const balanced: unique symbol;

/** Lines that balance in every transaction currency and in the company's; made by `buildJournal` only. */
export interface Journal {
  readonly companyCurrency: string;
  readonly lines: readonly Readonly<JournalLine>[];
  readonly [balanced]: true;
}

export type JournalOutcome =
  | { ok: true; journal: Journal }
  | { ok: false; reason: 'NO_LINES' }
  | { ok: false; reason: 'NEGATIVE_AMOUNT'; lines: readonly number[] }
  | { ok: false; reason: 'UNBALANCED'; differences: readonly Difference[] };

/**
 * Builds a journal, or says why not: no lines, a negative amount (positions from 0), or what does not balance.
 * Lines in the company's own currency whose two amounts differ show up as a difference of one of the two.
 */
export function buildJournal(companyCurrency: string, lines: readonly JournalLine[]): JournalOutcome {
  if (lines.length === 0) return { ok: false, reason: 'NO_LINES' };
  const negative = lines.flatMap(({ amount, companyAmount }, position) =>
    isBelowZero(amount) || isBelowZero(companyAmount) ? [position] : [],
  );
  if (negative.length > 0) return { ok: false, reason: 'NEGATIVE_AMOUNT', lines: negative };
  const differences = differencesOf(companyCurrency, lines);
  if (differences.length > 0) return { ok: false, reason: 'UNBALANCED', differences };
  const frozen = Object.freeze(lines.map((line) => Object.freeze({ ...line })));
  return { ok: true, journal: Object.freeze({ companyCurrency, lines: frozen }) as Journal };
}

/** Debits less credits per currency, where they differ; empty for a balanced set. */
export function differencesOf(companyCurrency: string, lines: readonly JournalLine[]): Difference[] {
  const transaction = new Map<string, Sides>();
  const company: Sides = { debit: ZERO, credit: ZERO };
  for (const { side, currency, amount, companyAmount } of lines) {
    const sides = transaction.get(currency) ?? { debit: ZERO, credit: ZERO };
    sides[side] = sides[side].plus(amount);
    transaction.set(currency, sides);
    company[side] = company[side].plus(companyAmount);
  }
  const all = [...transaction.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...all.flatMap(([currency, sides]) => differenceOf('transaction', currency, sides)),
    ...differenceOf('company', companyCurrency, company),
  ];
}

type Sides = Record<EntrySide, Decimal>;

function differenceOf(of: Difference['of'], currency: string, { debit, credit }: Sides): Difference[] {
  const difference = signedAmount('debit', debit).plus(signedAmount('credit', credit));
  return difference.isZero() ? [] : [{ of, currency, debit, credit, difference }];
}

function isBelowZero(amount: Decimal): boolean {
  return amount.isNegative() && !amount.isZero();
}
