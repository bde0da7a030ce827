// Lists in sentences: a summary's match can hold a day of lines, and nobody reads 16,666 references.

/** `a, b, c and 5 more`: the first `most` of them, and how many are left out. `what` they are, where it has to be said. */
export function fewOf(values: readonly string[], most: number, what = ''): string {
  return fewOfMany(values.slice(0, most), values.length, what);
}

/** The same of `count` values of which only the first ones are at hand. */
export function fewOfMany(first: readonly string[], count: number, what = ''): string {
  const more = count - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more${what === '' ? '' : ` ${what}`}` : ''}`;
}
