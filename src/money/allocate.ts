// Splits a whole into parts by weight so that the parts always sum to the whole: largest remainder, on integer minor
// units. Rounding each part for itself lost: three thirds of 100.00 are 99.99.

/**
 * Splits `whole` in the proportion of `weights`. Each part is the exact share, cut towards zero, and the units that
 * remain go one each to the largest cut-off fractions; among equal fractions to the first, so that the same input always
 * gives the same parts. A negative whole is split like its opposite: a refund splits as its sale did.
 * @param whole integer minor units
 * @param weights zero or positive integers, not all zero unless the whole is zero
 * @throws RangeError for negative weights, or nothing to split by
 */
export function allocate(whole: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (weights.some((weight) => weight < 0n)) throw new RangeError('a weight of an allocation is negative');
  if (total === 0n) {
    if (whole === 0n) return weights.map(() => 0n);
    throw new RangeError(`${whole} cannot be split: the weights sum to zero`);
  }
  const size = whole < 0n ? -whole : whole;
  const parts = weights.map((weight) => (size * weight) / total);
  const rests = weights.map((weight, position) => ({ position, rest: (size * weight) % total }));
  rests.sort((a, b) => (a.rest === b.rest ? a.position - b.position : a.rest > b.rest ? -1 : 1));
  let left = size - parts.reduce((sum, part) => sum + part, 0n);
  for (const { position } of rests) {
    if (left === 0n) break;
    parts[position] = (parts[position] ?? 0n) + 1n;
    left -= 1n;
  }
  const signed = whole < 0n ? parts.map((part) => -part) : parts;
  assertSum(signed, whole);
  return signed;
}

function assertSum(parts: readonly bigint[], whole: bigint): void {
  const sum = parts.reduce((total, part) => total + part, 0n);
  if (sum !== whole) throw new Error(`an allocation of ${whole} came to ${sum}`);
}
