// Sets of characters in a regular expression (pattern.ts).

/** Sorted ranges of code points, both ends in. */
export type Characters = readonly (readonly [number, number])[];

const LAST_CHARACTER = 0x10ffff;
export const ANY: Characters = [[0, LAST_CHARACTER]];
const SPACES = ' \\t\\n\\r\\f\\v';
/** What an escape stands for: as text inside of [ ], and as a set. Of ASCII, whatever the language. */
export const CLASSES: Readonly<Record<string, { text: string; characters: Characters }>> = {
  d: { text: '0-9', characters: [[48, 57]] },
  w: {
    text: 'A-Za-z0-9_',
    characters: [
      [48, 57],
      [65, 90],
      [95, 95],
      [97, 122],
    ],
  },
  s: {
    text: SPACES,
    characters: [
      [9, 13],
      [32, 32],
    ],
  },
};
/** One character. */
export function single(character: string): Characters {
  const code = character.codePointAt(0)!;
  return [[code, code]];
}

/** All characters but these. */
export function others(ranges: Characters): Characters {
  const gaps: (readonly [number, number])[] = [];
  let from = 0;
  for (const [low, high] of ranges.toSorted(([a], [b]) => a - b)) {
    if (low > from) gaps.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= LAST_CHARACTER) gaps.push([from, LAST_CHARACTER]);
  return gaps;
}

/** A character in both. */
export function common(a: Characters, b: Characters): number | undefined {
  for (const [low, high] of a) {
    for (const [from, to] of b) if (low <= to && from <= high) return Math.max(low, from);
  }
  return undefined;
}
