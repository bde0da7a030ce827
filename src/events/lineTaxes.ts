// Tax that is known for a document only, shared over its lines: a cash register prints tax by rate under the receipt, and a line
// whose price has the tax inside needs its own part of it. Exact: the parts add up to the tax, cent by cent.
import { AMOUNT_SCALE } from '../money/scaled.ts';

/** Amounts in ten-thousandths, the rate in millionths. */
export interface DocumentTax {
  readonly jurisdiction: string;
  readonly rate: bigint | undefined;
  readonly amount: bigint;
  readonly remittedBy: 'seller' | 'marketplace' | undefined;
}

/** What of a line the sharing asks for. */
export interface TaxedLine {
  readonly net: bigint | undefined;
  readonly gross: bigint | undefined;
  readonly taxRate: bigint | undefined;
}

/**
 * The parts of each tax, a list for each line. A tax goes to the lines that name its rate, else to all.
 * @param minorUnits decimals of the currency; no part has more
 */
export function shareTaxes(
  lines: readonly TaxedLine[],
  taxes: readonly DocumentTax[],
  minorUnits: number,
): DocumentTax[][] {
  const parts: DocumentTax[][] = lines.map(() => []);
  for (const tax of taxes) {
    const naming = lines.flatMap(({ taxRate }, i) =>
      taxRate !== undefined && taxRate === tax.rate ? [i] : [],
    );
    const taking = naming.length === 0 ? lines.map((_, i) => i) : naming;
    const amounts = shareOut(
      tax.amount,
      taking.map((i) => lines[i]!.gross ?? lines[i]!.net ?? 0n),
      minorUnits,
    );
    taking.forEach((i, at) => parts[i]!.push({ ...tax, amount: amounts[at]! }));
  }
  return parts;
}

/** Largest remainder, ties to the earlier; weights that are all zero give everything to the first. */
function shareOut(amount: bigint, weights: readonly bigint[], minorUnits: number): bigint[] {
  const cent = 10n ** BigInt(AMOUNT_SCALE - minorUnits);
  const cents = amount / cent;
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (whole === 0n) return weights.map((_, i) => (i === 0 ? amount : 0n));
  const parts = weights.map((weight) => (cents * weight) / whole);
  const rest = Number(cents - parts.reduce((sum, part) => sum + part, 0n));
  const byRemainder = weights
    .map((weight, i) => ({ i, remainder: (cents * weight) % whole }))
    .sort((a, b) => (a.remainder === b.remainder ? a.i - b.i : a.remainder < b.remainder ? 1 : -1));
  for (const { i } of byRemainder.slice(0, rest)) parts[i] = parts[i]! + 1n;
  return parts.map((part) => part * cent);
}
