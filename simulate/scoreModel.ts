// What scoring says: how many of each kind were made and found, which were missed, and what was reported wrongly.
import type { TruthRow } from './truth.ts';

export interface Score {
  injected: Record<string, number>;
  found: Record<string, number>;
  /** Truth rows nobody reported, or not on every account they touch, or not to the cent. */
  missed: { id: string; kind: string; reason: string; accounts: string[]; note: string }[];
  /** Exceptions that no truth row explains, references that none names, journals for what the ledger holds. */
  wrong: { id: string; reason: string; references: readonly string[]; accounts: string[]; why: string }[];
}

/** Steps at which a run is judged. */
export type JudgedStep = TruthRow['step'] | 'late';
