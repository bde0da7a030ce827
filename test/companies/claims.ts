// What checkers of sentences share: a claim that does not hold, sums of lines, names in a list.
import type { Line } from './live.ts';

export const sum = (lines: readonly Line[]): number => lines.reduce((all, line) => all + line.cents, 0);
/** What is not true; nothing where it holds. */
export const unless = (holds: boolean, what: string): string | false => !holds && what;
/** `a, b and 2 more` as names; true where they are among the lines. */
export const list = (text: string): string[] => text.replace(/ and \d+ more$/, '').split(', ');
