// Which ledger day a group of one business day takes (`per: [businessDate]`): a till closed after midnight bears the next date.
import type { Pass } from '../rulebook/model.ts';
import type { Tick } from '../money/ticks.ts';
import { withinTolerance } from './tolerance.ts';

/** Sum of one side of a key on one day (numbered on the window's calendar). */
export interface DaySum {
  day: number;
  sum: Tick;
}

/**
 * Pairs business days with ledger days of one key: the oldest group first, each with the oldest ledger day inside the window
 * whose lines sum to it. A day is taken once, and amounts of different days are never added.
 */
export function pairDays(
  pass: Pick<Pass, 'window' | 'tolerance'>,
  currency: string,
  expected: readonly DaySum[],
  ledger: readonly DaySum[],
): { expected: number; ledger: number }[] {
  const { from, to } = pass.window ?? { from: 0, to: 0 };
  const byDay = (a: DaySum, b: DaySum): number => a.day - b.day;
  const free = new Set(ledger.toSorted(byDay));
  const pairs: { expected: number; ledger: number }[] = [];
  for (const group of expected.toSorted(byDay)) {
    for (const one of free) {
      const days = one.day - group.day;
      if (days < from || days > to) continue;
      if (!withinTolerance(pass.tolerance, currency, group.sum, one.sum)) continue;
      free.delete(one);
      pairs.push({ expected: group.day, ledger: one.day });
      break;
    }
  }
  return pairs;
}
