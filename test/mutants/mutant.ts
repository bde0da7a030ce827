// One small mistake in the meaning of the sources, and the tests that have to notice it.

export interface Mutant {
  /** What the program would do then, in words. */
  name: string;
  /** Stands exactly once in all sources, in whatever file: it may move, and its mutant goes with it. */
  find: string;
  put: string;
  /** Test files of its room. */
  tests: readonly string[];
  /** One of the eight that `npm run mutants -- --short` tries, with the one file that catches it. */
  short?: string;
}

/** Mutants of one room: name, text, replacement; `tests` where they are not those of the room. */
export function room(tests: readonly string[], list: readonly Omit<Mutant, 'tests'>[]): Mutant[] {
  return list.map((mutant) => ({ ...mutant, tests }));
}
