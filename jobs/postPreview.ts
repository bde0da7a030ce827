// `post --dry-run`: what would be sent, and what would be held back because the ledger has come to explain it. Reads only.
import type { Database } from '../src/db/connection.ts';
import { explainPosting } from '../src/db/posting/explainPosting.ts';
import { listApproved } from '../src/db/posting/listApproved.ts';
import type { ApprovedJournal } from '../src/db/posting/listApproved.ts';

export interface PreviewedJournal extends ApprovedJournal {
  /** Documents that explain it by now; empty: it would be sent. */
  explainedBy: string[];
}

/** Journals that `post` would take up now, for the named ERPs. */
export async function previewPost(db: Database, erps: readonly string[]): Promise<PreviewedJournal[]> {
  const previews: PreviewedJournal[] = [];
  for (const journal of await listApproved(db.pool, erps)) {
    previews.push({ ...journal, explainedBy: await explainPosting(db.pool, journal.journalId) });
  }
  return previews;
}
