// Groups differences by what they share, the widest thing first: a file, a store's day, an exchange, an offset or ratio, a
// document. Precision over recall: a cause is only named where chance is no explanation, and an exception has one at most.
import { exchanges } from './rootCausePairs.ts';
import { offsets, ratios } from './rootCauseAmounts.ts';
import { documents, files, storeDays } from './rootCauseShared.ts';
import type { Cause, CauseItem, CauseTotals } from './causeItem.ts';

/** Root causes of differences; the same items in any order give the same causes. */
export function rootCauses(items: readonly CauseItem[], totals: CauseTotals): Cause[] {
  const free = new Set(items.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  const causes: Cause[] = [];
  for (const find of [files, storeDays, exchanges, offsets, ratios, documents]) {
    for (const cause of find(free, totals)) {
      causes.push(cause);
      for (const item of cause.items) free.delete(item);
    }
  }
  return causes;
}
