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

/**
 * The documents that an open item or the latest verdict on an event names; undefined where nothing was refused for any. An item
 * is asked first: what it holds back comes to no verdict.
 */
export async function explainingDocuments(
  client: pg.ClientBase,
  event: { source: string; id: string },
): Promise<string[] | undefined> {
  const held = await client.query<{ documents: string[] | null }>(
    `select array(select distinct d.name from tieout.line l
        join tieout.exception_leg g on g.unit = l.unit and g.line_id = l.line_id and g.ended_run is null
        cross join lateral (select s.reason, s.detail from tieout.exception_state s where s.exception_id = g.exception_id order by s.run_id desc limit 1) s
        cross join lateral jsonb_array_elements_text(s.detail -> 'documents') d(name)
        where l.event_source = $1 and l.event_id = $2 and s.reason = 'REVIEW_MATCH' order by 1) as documents`,
    [event.source, event.id],
  );
  const named = held.rows[0]?.documents ?? [];
  if (named.length > 0) return named;
  const found = await client.query<{ verdict: string; documents: string[] }>(
    `select verdict, documents from tieout.proposal where event_source = $1 and event_id = $2 order by run_id desc limit 1`,
    [event.source, event.id],
  );
  const row = found.rows[0];
  return row?.verdict === 'explained' || row?.verdict === 'lookalike' ? row.documents : undefined;
}
