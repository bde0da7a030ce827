// `post --dry-run`: what would be sent, and what would be held back because the ledger has come to explain it. Reads only.
import { readBrakes } from '../src/db/brakes/brakes.ts';
import type { Database } from '../src/db/connection.ts';
import { explainPosting } from '../src/db/posting/explainPosting.ts';
import { listApproved } from '../src/db/posting/listApproved.ts';
import type { ApprovedJournal } from '../src/db/posting/listApproved.ts';

export interface PreviewedJournal extends ApprovedJournal {
  /** Documents that explain it by now; empty: it would be sent. */
  explainedBy: string[];
  /** What a brake of its company and ledger says; null: none is on. */
  brake: string | null;
}

/** Journals that `post` would take up now, for the named ERPs. */
export async function previewPost(db: Database, erps: readonly string[]): Promise<PreviewedJournal[]> {
  const previews: PreviewedJournal[] = [];
  const brakes = await readBrakes(db.pool);
  for (const journal of await listApproved(db.pool, erps)) {
    const on = brakes.find(({ company, ledger }) => company === journal.company && ledger === journal.ledger);
    previews.push({
      ...journal,
      brake: on?.why ?? null,
      explainedBy: await explainPosting(db.pool, journal.journalId),
    });
  }
  return previews;
}
