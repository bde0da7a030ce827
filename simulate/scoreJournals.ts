// Holds what was proposed against what the ledger truly lacks: no journal for what is booked under any form, none twice, and
// one for every entry that is missing, unless the truth says why a person has to look first.
import type { Score } from './scoreModel.ts';
import type { TruthRow } from './truth.ts';

/** A journal that a run proposed, in whatever state it is now. */
export interface ProposedJournal {
  postingReference: string;
  /** Business references of its lines. */
  references: readonly string[];
  text: string;
  /** Taken back by a later run, which knew more. */
  withdrawn: boolean;
}

/** Kind under which entries that the ledger lacks are counted. */
export const MISSING_ENTRY = 'missing_entry';
/** Entries of one reference: a replacement is its negation and the new entry. */
const MOST_ENTRIES = 2;

/** Scores the journals of all runs up to the close. */
export function scoreJournals(truth: readonly TruthRow[], journals: readonly ProposedJournal[]): Score {
  const score: Score = { injected: {}, found: {}, missed: [], wrong: [] };
  const lacking = new Map(truth.flatMap((row) => row.lacking.map((reference) => [reference, row] as const)));
  // At an early cut a document may not have been shown that is there now: what no mistake touched was always shown in time.
  const touched = new Set(truth.filter(({ reason }) => reason !== '').flatMap((row) => row.references));
  const times = new Map<string, number>();
  for (const journal of journals) {
    for (const reference of journal.references) {
      if (journal.withdrawn && touched.has(reference)) continue;
      times.set(reference, (times.get(reference) ?? 0) + 1);
      const row = lacking.get(reference);
      const most = row?.kind === 'replacement_not_booked' ? MOST_ENTRIES : 1;
      if (row !== undefined && (times.get(reference) ?? 0) <= most) continue;
      score.wrong.push({
        id: journal.postingReference,
        reason: 'PROPOSED',
        references: [reference],
        accounts: [],
        why: `${row === undefined ? 'a journal for what the ledger holds' : 'one journal too many'}: ${journal.text}`,
      });
    }
  }
  for (const [reference, row] of lacking) {
    const proposed = times.has(reference);
    if (!proposed && row.held !== '') continue;
    score.injected[MISSING_ENTRY] = (score.injected[MISSING_ENTRY] ?? 0) + 1;
    if (proposed) score.found[MISSING_ENTRY] = (score.found[MISSING_ENTRY] ?? 0) + 1;
    else {
      const note = `nothing proposed for ${reference}, which the ledger lacks`;
      score.missed.push({ id: row.id, kind: MISSING_ENTRY, reason: 'PROPOSED', accounts: [], note });
    }
  }
  return score;
}
