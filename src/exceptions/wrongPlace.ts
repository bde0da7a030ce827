// Pairs of lines that state the same fact in another currency, sign, company, account or location: reference and amount
// agree, one other thing does not. A pair is only made where neither end has a second candidate.
import { compareText } from '../matching/model.ts';
import { showTicks } from '../money/ticks.ts';
import type { AsideLine, Classified, ResidueLine } from './model.ts';
import type { DifferenceReason } from '../rulebook/reasons.ts';

interface Rule {
  reason: DifferenceReason;
  /** What must agree on both sides. */
  key(line: ResidueLine, nameOf: (line: ResidueLine) => string): readonly string[];
  /** What must differ. */
  differs(expected: ResidueLine, ledger: ResidueLine): boolean;
  /** Lines that it leaves alone. */
  ignores?(line: ResidueLine): boolean;
  why(expected: ResidueLine, ledger: ResidueLine): string;
}

const size = (line: ResidueLine): string => (line.amount < 0n ? -line.amount : line.amount).toString();
const place = (line: ResidueLine): string =>
  [line.location, line.dimension].filter((part) => part !== '').join(' / ') || 'no location';

/** In the order of the closed list. */
const RULES: readonly Rule[] = [
  {
    reason: 'CURRENCY_MISMATCH',
    key: (l) => [l.company, l.ledger, l.account, l.location, l.dimension, l.reference, l.amount.toString()],
    differs: (e, l) => e.currency !== l.currency,
    why: (e, l) =>
      `${l.label} posts ${showTicks(l.amount, l.currency)} in ${l.currency}; ${e.label} says ${e.currency}`,
  },
  {
    reason: 'SIGN_REVERSED',
    key: (l) => [l.company, l.ledger, l.account, l.location, l.dimension, l.currency, l.reference, size(l)],
    differs: (e, l) => e.amount === -l.amount && e.amount !== 0n,
    why: (e, l) =>
      `${l.label} posts ${showTicks(l.amount, l.currency)} where ${showTicks(e.amount, e.currency)} is expected: debit and credit are exchanged`,
  },
  {
    reason: 'WRONG_COMPANY',
    // Companies may number an account differently: its name is compared.
    key: (l, nameOf) => [nameOf(l), l.reference, l.currency, l.amount.toString()],
    differs: (e, l) => e.company !== l.company,
    why: (e, l) => `posted in company ${l.company} (${l.label}), expected in company ${e.company}`,
  },
  {
    reason: 'WRONG_ACCOUNT',
    key: (l) => [l.company, l.ledger, l.location, l.reference, l.currency, l.amount.toString()],
    differs: (e, l) => e.account !== l.account,
    ignores: ({ settles }) => settles === true,
    why: (e, l) => `posted to account ${l.account} (${l.label}), expected on account ${e.account}`,
  },
  {
    reason: 'WRONG_LOCATION',
    key: (l) => [l.company, l.ledger, l.account, l.reference, l.currency, l.amount.toString()],
    differs: (e, l) => e.location !== l.location || e.dimension !== l.dimension,
    why: (e, l) => `posted at ${place(l)} (${l.label}), expected at ${place(e)}`,
  },
];

/** Where a line stands besides its key: lines of one side that share it are twins. */
const spot = (line: ResidueLine): string =>
  JSON.stringify([
    line.unit,
    line.account,
    line.currency,
    line.location,
    line.dimension,
    line.company,
    line.amount.toString(),
  ]);

/**
 * Takes pairs out of `free` and returns them as items. Where a fact has twins (alike in everything) they pair in the
 * order of their external keys; where candidates stand in different places nothing is taken.
 */
export function wrongPlaces(
  free: Set<ResidueLine>,
  nameOf: (line: ResidueLine) => string = ({ account }) => account,
): Classified[] {
  const items: Classified[] = [];
  for (const rule of RULES) {
    const buckets = new Map<string, { E: ResidueLine[]; L: ResidueLine[] }>();
    for (const line of free) {
      if (line.reference === '' || rule.ignores?.(line) === true) continue;
      const key = JSON.stringify(rule.key(line, nameOf));
      const bucket = buckets.get(key) ?? { E: [], L: [] };
      bucket[line.side].push(line);
      buckets.set(key, bucket);
    }
    for (const { E, L } of buckets.values()) {
      const e = E[0];
      const l = L[0];
      if (e === undefined || l === undefined || !rule.differs(e, l)) continue;
      if (!E.every((line) => spot(line) === spot(e)) || !L.every((line) => spot(line) === spot(l))) continue;
      items.push(...pairTwins(rule, E, L, free));
    }
  }
  return items;
}

/**
 * `WRONG_ACCOUNT` on an account that no pass sees: a ledger line of the same reference, place and amount lies outside the
 * rulebook or out of scope. It belongs to no cell, so the item owns the expected line alone. Where several would do nothing
 * is taken.
 * @param aside by `unit/line` of the expected line
 */
export function outsideTheRulebook(
  free: Set<ResidueLine>,
  aside: ReadonlyMap<string, readonly AsideLine[]>,
): Classified[] {
  const items: Classified[] = [];
  const claimed = new Map<string, number>();
  const candidates = [...free].flatMap((line) => {
    const [only, ...more] = aside.get(`${line.unit}/${line.lineId}`) ?? [];
    if (line.side !== 'E' || only === undefined || more.length > 0) return [];
    claimed.set(only.label, (claimed.get(only.label) ?? 0) + 1);
    return [{ line, only }];
  });
  for (const { line, only } of candidates) {
    if (claimed.get(only.label) !== 1) continue;
    free.delete(line);
    items.push({
      reason: 'WRONG_ACCOUNT',
      also: [],
      lines: [line],
      why: `posted to account ${only.account} (${only.label}), which is ${only.because}, expected on account ${line.account}`,
      detail: { expected: line.label, ledger: only.label, compared: ['reference', 'amount'] },
    });
  }
  return items;
}

function pairTwins(rule: Rule, E: ResidueLine[], L: ResidueLine[], free: Set<ResidueLine>): Classified[] {
  const byKey = (a: ResidueLine, b: ResidueLine): number => compareText(a.ext, b.ext);
  const expected = E.toSorted(byKey);
  const ledger = L.toSorted(byKey);
  const items: Classified[] = [];
  for (let i = 0; i < Math.min(expected.length, ledger.length); i += 1) {
    const e = expected[i] as ResidueLine;
    const l = ledger[i] as ResidueLine;
    free.delete(e);
    free.delete(l);
    items.push({
      reason: rule.reason,
      also: [],
      lines: [e, l],
      why: rule.why(e, l),
      detail: { expected: e.label, ledger: l.label, compared: ['reference', 'amount'] },
    });
  }
  return items;
}
