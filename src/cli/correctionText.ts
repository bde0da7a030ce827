// Corrections that wait for their target, for `status` and below a run.
import { type WaitingCorrection, waitingText } from '../exceptions/corrections.ts';

/** So many are named; the others are counted. */
const NAMED = 5;

export function correctionLines(waiting: readonly WaitingCorrection[]): string[] {
  return [
    ...waiting.slice(0, NAMED).map((each) => `correction  ${waitingText(each)}`),
    ...(waiting.length > NAMED ? [`correction  and ${waiting.length - NAMED} more that wait`] : []),
  ];
}
