// Debit and credit as people write them, and the one signed figure that lines are stored and matched by: debit positive.
import type { Decimal } from '../money/decimal.ts';

/** The side of a journal line. */
export type EntrySide = 'debit' | 'credit';

/** Debit positive, credit negative. */
export function signedAmount(side: EntrySide, amount: Decimal): Decimal {
  return side === 'debit' || amount.isZero() ? amount : amount.negated();
}

/** The side and non-negative amount of a signed figure; zero is a debit of zero. */
export function sideAndAmount(signed: Decimal): { side: EntrySide; amount: Decimal } {
  return signed.isNegative() && !signed.isZero()
    ? { side: 'credit', amount: signed.negated() }
    : { side: 'debit', amount: signed.abs() };
}

export function oppositeSide(side: EntrySide): EntrySide {
  return side === 'debit' ? 'credit' : 'debit';
}
