// A ledger line that says once more what a matched one says, by name.
import { showTicks } from '../money/ticks.ts';
import type { Classified, ResidueLine } from './model.ts';

/** @param first label of the line that it repeats */
export function duplicateOf(line: ResidueLine, first: string): Classified {
  return {
    reason: 'DUPLICATE_POSTING',
    also: [],
    lines: [line],
    why: `${line.label} repeats ${first}: same account, reference and amount ${showTicks(line.amount, line.currency)}`,
    detail: { duplicateOf: first },
  };
}
