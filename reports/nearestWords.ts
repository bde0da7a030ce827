// Nearest candidates as sentences: the same in the workbook, in the list of exceptions and in `explain`.
import type { NearestCandidate } from '../src/matching/explain.ts';

/** One sentence a story; which line each is about is said where there are several. */
export function nearestWords(stories: readonly NearestCandidate[]): string[] {
  return stories.map(({ line, words }) => (stories.length === 1 ? words : `for ${line}: ${words}`));
}
