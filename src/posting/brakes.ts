// When a brake falls, and the sentence that it says. Which failure is worse: a day on which nothing is proposed costs a
// question; a month proposed again, because an extract changed its format, costs the books.

/** Thresholds of a company (tieout.yaml, `brakes`). */
export interface BrakeSettings {
  /** Share of the matched lines in an extract's scope that may change, in percent. */
  readonly changedLines: number;
  /** How many times the median of the last runs the newly missing entries may be. */
  readonly missing: number;
  /** Fewer than this stop nothing. */
  readonly least: number;
}

export const BRAKES: BrakeSettings = { changedLines: 1, missing: 5, least: 20 };

const MISSING_PERCENT = 2;
/** Before that many runs nobody knows what is usual. */
const RUNS_FOR_MEDIAN = 10;

/** Undefined where so many may change. */
export function linesChanged(
  { changedLines, least }: BrakeSettings,
  { path, changed, all }: { path: string; changed: number; all: number },
): string | undefined {
  if (changed < least || changed * 100 <= changedLines * all) return undefined;
  return `${path} ended, changed the keys of, or moved outside the rulebook ${changed} of ${all} matched lines in its scope`;
}

/** Of an account that lost all its lines. */
export function accountGone(lost: {
  path: string;
  account: string;
  documents: readonly string[];
  from: string | null;
  to: string | null;
}): string {
  const { path, account, documents, from, to } = lost;
  return `${path} no longer has account ${account}: all its lines dated ${from} to ${to} are gone, of ${documents.length} documents`;
}

/**
 * Undefined where so many may be missing.
 * @param entries newly missing, one store-day counted once
 * @param due what became due, counted alike
 * @param before the same of earlier runs, at most the last 30
 */
export function muchMissing(
  { missing, least }: BrakeSettings,
  { entries, due, before }: { entries: number; due: number; before: readonly number[] },
): string | undefined {
  if (entries < least || entries * 100 < MISSING_PERCENT * due) return undefined;
  const said = `${entries} store-days have newly missing entries, of ${due} that became due`;
  if (before.length < RUNS_FOR_MEDIAN) return said;
  const sorted = before.toSorted((a, b) => a - b);
  const median = ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
  return entries > missing * median
    ? `${said}; the median of the last ${before.length} runs is ${median}`
    : undefined;
}
