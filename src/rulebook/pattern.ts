// Regular expressions that extract a reference. PostgreSQL takes the longest fit and JavaScript the first one that it comes
// to; each knows escapes that the other reads otherwise. So that a match never depends on who looked, only expressions are
// taken that both read alike: a small syntax, and after each character one way on (Brüggemann-Klein and Wood, 1998:
// one-unambiguous regular languages), where longest and first are the same.
import { PatternReader, Wrong } from './patternReader.ts';

/** An expression that both read alike, as both get it; or what is wrong with it. */
export type ReadPattern = { ok: true; pattern: string } | { ok: false; what: string; expected: string };

/** Reads an expression with exactly one group, which takes part in every fit. */
export function readPattern(source: string): ReadPattern {
  return readWith(source, (reader) => reader.readTaken());
}

/** Reads an expression that only has to be found somewhere: no group is taken, and how much of the text fits is not asked. */
export function readSearch(source: string): ReadPattern {
  return readWith(source, (reader) => reader.readFound());
}

function readWith(source: string, read: (reader: PatternReader) => string): ReadPattern {
  try {
    return { ok: true, pattern: read(new PatternReader(source)) };
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, what: error.message, expected: error.expected };
    throw error;
  }
}
