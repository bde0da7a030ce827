// One amount at an exchange rate, half to even, so that a million of them do not drift: the one conversion of both sides,
// because two rules would make two company amounts of one sale. In integers: ledger lines come by the million.

/**
 * @param units integer at `scale` decimals
 * @param rate of one unit, as decimal text
 * @returns integer at `scale` decimals, whole minor units of what it becomes; half to even
 */
export function convertAt(units: bigint, rate: string, minorUnits: number, scale: number): bigint {
  const [whole = '0', fraction = ''] = rate.split('.');
  const minor = 10n ** BigInt(scale - minorUnits);
  const unit = 10n ** BigInt(fraction.length) * minor;
  const product = units * BigInt(whole + fraction);
  const magnitude = product < 0n ? -product : product;
  const down = magnitude / unit;
  const rest = (magnitude % unit) * 2n;
  const up = rest > unit || (rest === unit && down % 2n === 1n) ? 1n : 0n;
  return (product < 0n ? -1n : 1n) * (down + up) * minor;
}
