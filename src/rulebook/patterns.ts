// The patterns of `when` and of accounts by channel: a text as it is, `*` for any text, `text*` for a beginning, and ''
// for absent. Nothing more, so that two sets of patterns can be proved not to overlap before any event comes.

/** True where the value fits the pattern; an absent value is ''. */
export function fits(pattern: string, value: string): boolean {
  if (pattern === '*') return value !== '';
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

/** True where some value fits both patterns. */
export function overlap(a: string, b: string): boolean {
  if (!a.endsWith('*')) return fits(b, a);
  if (!b.endsWith('*')) return fits(a, b);
  return a.slice(0, -1).startsWith(b.slice(0, -1)) || b.slice(0, -1).startsWith(a.slice(0, -1));
}

/** What the first pattern that fits stands for. */
export function firstFit<T>(patterns: ReadonlyMap<string, T> | undefined, value: string): T | undefined {
  if (patterns === undefined) return undefined;
  const exact = patterns.get(value);
  if (exact !== undefined) return exact;
  for (const [pattern, meaning] of patterns) if (fits(pattern, value)) return meaning;
  return undefined;
}
