// Words on postings that the machine cannot settle: the first is kept, the second one that agrees counts.
import type pg from 'pg';

import type { Resolution } from '../../posting/resolution.ts';
import { appendAudit } from '../audit.ts';
import type { FoundPosting } from './findPosting.ts';

/** The decision's word on its posting; the database refuses a second one that differs, or by the same person (class 23). */
export async function insertResolution(
  client: pg.ClientBase,
  outcome: Resolution['outcome'],
  decisionId: string,
): Promise<void> {
  const stored = await client.query<{ id: string }>('select tieout.settle_by($1) as id', [decisionId]);
  const ids = stored.rows.map(({ id }) => id);
  await appendAudit(client, 'decisions', { decision: decisionId, outcome }, { resolution: ids });
}

export interface FirstWord extends Resolution {
  resolutionId: string;
  actor: string;
}

/** The newest word on this stay of a posting in its state that nobody has agreed to. */
export async function findFirstWord(
  client: pg.ClientBase,
  posting: FoundPosting,
): Promise<FirstWord | undefined> {
  const found = await client.query<{
    resolution_id: string;
    actor: string;
    outcome: Resolution['outcome'];
    document_id: string;
  }>(
    `select resolution_id, actor, outcome, document_id from tieout.resolution
      where posting_key = $1 and state = $2 and state_since = $3 and agrees_with is null
      order by resolution_id desc limit 1`,
    [posting.postingKey, posting.state, posting.stateSince],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  return {
    resolutionId: row.resolution_id,
    actor: row.actor,
    outcome: row.outcome,
    documentId: row.document_id,
  };
}
