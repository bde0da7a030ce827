// Amounts of the simulated world: whole minor units as bigint (both its currencies have two decimals), so that nothing
// here shares code, or a mistake, with the decimals of the engine that is being tested.

/** `-1234n` as `-12.34`. */
export function amountText(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Reads what `amountText` or an ERP's journal file holds: at most two decimals. */
export function centsOf(text: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  if (parts === null)
    throw new RangeError(`not an amount with at most two decimals: ${JSON.stringify(text)}`);
  const cents = BigInt(parts[2] ?? '0') * 100n + BigInt((parts[3] ?? '').padEnd(2, '0'));
  return parts[1] === '-' ? -cents : cents;
}

/** `millionths` of an amount of zero or more, halves up, as a till rounds: tax, discounts, conversion. */
export function portion(cents: bigint, millionths: bigint): bigint {
  return (cents * millionths + 500_000n) / 1_000_000n;
}

/** Splits a total of zero or more by weights; the cents left over go to the largest remainders, the earlier first. */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sumOf(weights);
  if (whole === 0n) return weights.map((_, index) => (index === 0 ? total : 0n));
  const parts = weights.map((weight) => (total * weight) / whole);
  const order = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % whole }))
    .sort((left, right) =>
      left.remainder === right.remainder
        ? left.index - right.index
        : left.remainder > right.remainder
          ? -1
          : 1,
    );
  let rest = total - sumOf(parts);
  for (const { index } of order) {
    if (rest === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    rest -= 1n;
  }
  return parts;
}

/** The sum of any number of amounts. */
export function sumOf(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}
