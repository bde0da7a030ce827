// `post --dry-run`: what would be sent, and what would be held back because the ledger has come to explain it. Reads only.
import { readBrakes } from '../../src/db/brakes/brakes.ts';
import type { Database } from '../../src/db/connection.ts';
import { explainPosting } from '../../src/db/posting/explainPosting.ts';
import { readOutgoing } from '../../src/db/posting/readOutgoing.ts';
import { readAfterRestore } from '../../src/db/posting/readAfterRestore.ts';
import { readProject } from '../../src/db/project.ts';
import { readStanding } from '../../src/db/posting/readStanding.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import { erpClosed } from './enterErp.ts';
import { holdBack } from '../../src/posting/holds.ts';
import { listApproved } from '../../src/db/posting/listApproved.ts';
import type { ApprovedJournal } from '../../src/db/posting/listApproved.ts';

export interface PreviewedJournal extends ApprovedJournal {
  /** Documents that explain it by now; empty: it would be sent. */
  explainedBy: string[];
  /** What else holds it back now, a brake included; '' for nothing. */
  held: string;
}

/** Journals that `post` would take up now, for the named ERPs. */
export async function previewPost(
  db: Database,
  erps: ReadonlyMap<string, ErpPoster>,
): Promise<PreviewedJournal[]> {
  const previews: PreviewedJournal[] = [];
  const brakes = await readBrakes(db.pool);
  const project = await readProject(db.pool);
  for (const journal of await listApproved(db.pool, [...erps.keys()])) {
    const { journalId, erp } = journal;
    const on = brakes.find(({ company, ledger }) => company === journal.company && ledger === journal.ledger);
    const poster = erps.get(erp)!;
    const closed = await erpClosed(db, erp, poster, project);
    const hold = holdBack(await readOutgoing(db.pool, journalId), await readStanding(db.pool, journalId));
    const explainedBy = await explainPosting(db.pool, journalId);
    const files = (await readAfterRestore(db.pool, journalId))?.files ?? [];
    const lost = files.length === 0 ? '' : `sent before the restore, as it seems: ${files.join('; ')}`;
    const held = on === undefined ? closed || (hold?.why ?? lost) : `a brake is on, ${on.why}`;
    previews.push({ ...journal, explainedBy, held });
  }
  return previews;
}
