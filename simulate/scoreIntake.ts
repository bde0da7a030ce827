// Holds what the intake counted against what was made dirty on purpose: every bad record refused for its own reason, every
// repeated one known again.
import type { IntakeTruth } from './dirt.ts';
import type { Score } from './score.ts';

/** What the intake said, file by file; paths as in the truth. */
export interface IntakeCounts {
  duplicates: ReadonlyMap<string, number>;
  refused: readonly { path: string; reason: string }[];
}

/** Scores the dirty files only: `refused_record` and `repeated_record`, a record each. */
export function scoreIntake(truth: readonly IntakeTruth[], counts: IntakeCounts): Score {
  const score: Score = { injected: {}, found: {}, missed: [], wrong: [] };
  for (const row of truth) {
    for (const [reason, injected] of Object.entries(row.quarantined)) {
      const found = counts.refused.filter((each) => each.path === row.file && each.reason === reason).length;
      count(score, 'refused_record', reason, injected, found, row);
    }
    if (row.duplicates > 0) {
      const found = counts.duplicates.get(row.file) ?? 0;
      count(score, 'repeated_record', 'duplicate', row.duplicates, found, row);
    }
  }
  return score;
}

function count(
  score: Score,
  kind: string,
  reason: string,
  injected: number,
  found: number,
  { file, note }: IntakeTruth,
): void {
  score.injected[kind] = (score.injected[kind] ?? 0) + injected;
  score.found[kind] = (score.found[kind] ?? 0) + Math.min(injected, found);
  const id = `${kind} ${file} ${reason}`;
  for (let nth = found; nth < injected; nth += 1) score.missed.push({ id, kind, reason, accounts: [], note });
  for (let nth = injected; nth < found; nth += 1) {
    score.wrong.push({ id, reason, references: [file], accounts: [], why: `more than the ${injected} made` });
  }
}

/** Several scores as one, kind by kind. */
export function addScores(scores: readonly Score[]): Score {
  const sum: Score = { injected: {}, found: {}, missed: [], wrong: [] };
  for (const score of scores) {
    for (const [kind, n] of Object.entries(score.injected))
      sum.injected[kind] = (sum.injected[kind] ?? 0) + n;
    for (const [kind, n] of Object.entries(score.found)) sum.found[kind] = (sum.found[kind] ?? 0) + n;
    sum.missed.push(...score.missed);
    sum.wrong.push(...score.wrong);
  }
  return sum;
}
