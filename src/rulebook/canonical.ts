// The canonical text of compiled rules: keys sorted, decimals without trailing zeros, maps as sorted pairs. What it leaves
// out (titles, examples, places in files, exception owners) can change without making another rulebook.
import { Decimal } from '../money/decimal.ts';
import type { Rulebook } from './model.ts';

const FOR_PEOPLE: ReadonlySet<string> = new Set(['title', 'file', 'statement']);

/** Canonical JSON of rules; two rulebooks that mean the same have the same. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value));
}

/** The rules of a rulebook, in an order that does not depend on files. */
export function canonicalRules(rules: Omit<Rulebook, 'hash' | 'canonical' | 'exceptions'>): string {
  const byName = <T extends { name: string }>(list: readonly T[]) =>
    list.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return canonicalText({
    accounts: rules.accounts,
    postings: byName(rules.postings),
    reconciliations: byName(rules.reconciliations),
    controls: byName(rules.controls),
    settlement: rules.settlement,
  });
}

function canonical(value: unknown): unknown {
  if (value instanceof Decimal) return value.toFixed();
  if (value instanceof Map) return sorted([...value].map(([key, each]) => [String(key), canonical(each)]));
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key, each]) => !FOR_PEOPLE.has(key) && each !== undefined);
  return Object.fromEntries(sorted(entries).map(([key, each]) => [key, canonical(each)]));
}

function sorted(entries: readonly (readonly [string, unknown])[]): (readonly [string, unknown])[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
