// Adds decimal texts exactly, as whole numbers of the finest unit among them: a sum of money is no float here either.
export function addTexts(amounts: readonly string[]): string {
  const scale = Math.max(0, ...amounts.map((one) => one.split('.')[1]?.length ?? 0));
  const units = amounts.reduce((sum, one) => {
    const [whole = '0', fraction = ''] = one.split('.');
    return sum + BigInt(`${whole}${fraction.padEnd(scale, '0')}`);
  }, 0n);
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}
