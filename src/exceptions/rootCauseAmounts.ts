// Causes that are arithmetic: the same amount too much each time, or the same multiple of what is expected. Both are only
// believed of different amounts: three equal sales that are off by the same are one observation, not three.
import type { Tick } from '../money/ticks.ts';
import { minorUnitTicks, showTicks } from '../money/ticks.ts';
import {
  byKey,
  type Cause,
  type CauseItem,
  type CauseLine,
  factsOf,
  FEWEST_FACTS,
  linesOf,
  only,
} from './causeItem.ts';

/** Smaller gaps, in minor units, meet by chance. */
const LEAST_GAP = 20n;
/** Seeds tried per account: the largest amounts give the sharpest ratio. */
const MOST_SEEDS = 20;
const AMOUNTS: ReadonlySet<string> = new Set(['AMOUNT_VARIANCE', 'TAX_VARIANCE']);

interface Measured {
  item: CauseItem;
  expected: Tick;
  gap: Tick;
  /** Expected times this is ledger, as a fraction. */
  ledger: Tick;
  unit: Tick;
  line: CauseLine;
}

function measure(item: CauseItem): Measured | undefined {
  const [line] = linesOf(item, 'E');
  const accounts = only(
    item.lines.map(({ company, account, currency }) => `${company} ${account} ${currency}`),
  );
  if (!AMOUNTS.has(item.reason) || line === undefined || accounts === undefined) return undefined;
  const sum = (side: 'E' | 'L'): Tick => linesOf(item, side).reduce((all, each) => all + each.amount, 0n);
  const [expected, ledger] = [sum('E'), sum('L')];
  return { item, expected, ledger, gap: ledger - expected, unit: minorUnitTicks(line.currency), line };
}

const size = (ticks: Tick): Tick => (ticks < 0n ? -ticks : ticks);

/** Different amounts of different events. */
function isSeen(group: readonly Measured[]): boolean {
  return (
    new Set(group.map(({ expected }) => expected)).size >= FEWEST_FACTS &&
    factsOf(
      group.map(({ item }) => item),
      'E',
    ).size >= FEWEST_FACTS
  );
}

/** The same amount too much, or too little, on one account. */
export function offsets(free: ReadonlySet<CauseItem>): Cause[] {
  const keyOf = (item: CauseItem): string | undefined => {
    const known = measure(item);
    if (known === undefined || size(known.gap) < LEAST_GAP * known.unit) return undefined;
    const { company, account, currency } = known.line;
    return [company, account, currency, known.gap.toString()].join('\u001f');
  };
  const causes = byKey(free, keyOf).flatMap(([, items]) => {
    const group = items.flatMap((item) => measure(item) ?? []);
    const [first] = group;
    if (first === undefined || !isSeen(group)) return [];
    const { company, account, currency } = first.line;
    const way = first.gap < 0n ? 'less' : 'more';
    const label = `company ${company}, account ${account}: each time ${showTicks(size(first.gap), currency)} ${currency} ${way} than expected`;
    return [{ label, items }];
  });
  return joinSameEvents(causes);
}

/** The same multiple of what is expected, to the cent, on one account; for tax, of one jurisdiction and location. */
export function ratios(free: ReadonlySet<CauseItem>): Cause[] {
  const keyOf = (item: CauseItem): string | undefined => {
    const known = measure(item);
    if (known === undefined || size(known.gap) < LEAST_GAP * known.unit || known.ledger === 0n)
      return undefined;
    const { company, account, currency, dimension, location } = known.line;
    const narrow = item.reason === 'TAX_VARIANCE' ? [dimension, location] : [];
    return [item.reason, company, account, currency, ...narrow].join('\u001f');
  };
  const causes = byKey(free, keyOf).flatMap(([, items]) =>
    ratioGroups(items.flatMap((item) => measure(item) ?? [])).map((group) => ({
      label: ratioWords(group[0] as Measured, group),
      items: group.map(({ item }) => item),
    })),
  );
  return joinSameEvents(causes);
}

function ratioGroups(all: readonly Measured[]): Measured[][] {
  const groups: Measured[][] = [];
  let left = all.toSorted((a, b) => {
    const more = size(b.expected) - size(a.expected);
    return more === 0n ? (a.item.id < b.item.id ? -1 : 1) : more > 0n ? 1 : -1;
  });
  for (let seed = 0; seed < Math.min(left.length, MOST_SEEDS);) {
    const first = left[seed] as Measured;
    const group = left.filter((one) => fits(first, one));
    if (!isSeen(group)) {
      seed += 1;
      continue;
    }
    groups.push(group);
    const taken = new Set(group);
    left = left.filter((one) => !taken.has(one));
    seed = 0;
  }
  return groups;
}

/** `one` has the ratio of `first` within a minor unit; amounts so small that everything fits say nothing. */
function fits(first: Measured, one: Measured): boolean {
  const off = size(one.ledger * first.expected - one.expected * first.ledger);
  return size(one.expected) >= 100n * one.unit && off <= one.unit * size(first.expected);
}

function ratioWords({ expected, ledger, item, line }: Measured, group: readonly Measured[]): string {
  const scaled = (ledger * 10_000n * 2n + expected) / (expected * 2n);
  const ratio = showTicks(scaled, 'USD').replace(/\.?0+$/, '');
  const code = only(group.flatMap((one) => linesOf(one.item, 'L').map((each) => each.taxCode)));
  const where =
    item.reason === 'TAX_VARIANCE'
      ? `location ${line.location}, wrong tax code or rate: ${line.dimension}${code === undefined || code === '' ? '' : `, code ${code},`}`
      : `company ${line.company}, account ${line.account}:`;
  return `${where} posted at ${ratio} times what is expected`;
}

/** Both sides of an entry are off by the same: they are one cause, under the first label. */
function joinSameEvents(causes: readonly Cause[]): Cause[] {
  const joined = new Map<string, Cause>();
  for (const cause of causes) {
    const key = [...factsOf(cause.items, 'E')].sort().join('\u001e');
    const known = joined.get(key);
    joined.set(
      key,
      known === undefined ? cause : { label: known.label, items: [...known.items, ...cause.items] },
    );
  }
  return [...joined.values()];
}
