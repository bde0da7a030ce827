// A person's word that named documents do not explain an event; it counts for exactly these.
import type pg from 'pg';

import { appendAudit } from '../audit.ts';

/** Stores it; the journal proposed because of it still needs a second person. */
export async function insertOverride(
  client: pg.ClientBase,
  event: { source: string; id: string },
  documents: readonly string[],
  actor: string,
  decisionId: string,
): Promise<void> {
  await client.query(
    'insert into tieout.explained_override (event_source, event_id, documents, actor, decision_id) values ($1, $2, $3, $4, $5)',
    [event.source, event.id, [...documents].sort(), actor, decisionId],
  );
  const explained_override = [`${event.source} ${event.id} ${decisionId}`];
  await appendAudit(client, 'decisions', { decision: decisionId }, { explained_override });
}

/** The documents that the latest verdict on an event names; undefined where it was not refused for any. */
export async function explainingDocuments(
  client: pg.ClientBase,
  event: { source: string; id: string },
): Promise<string[] | undefined> {
  const found = await client.query<{ verdict: string; documents: string[] }>(
    `select verdict, documents from tieout.proposal where event_source = $1 and event_id = $2 order by run_id desc limit 1`,
    [event.source, event.id],
  );
  const row = found.rows[0];
  return row?.verdict === 'explained' || row?.verdict === 'lookalike' ? row.documents : undefined;
}
