// What is already stored of events that have just come in: the same delivery identity with the same or with other content,
// or another event of the same business identity.
import type pg from 'pg';

import type { BusinessEvent } from '../../events/model.ts';

// A limit in each: as plain joins they may be answered by hashing all events that there are.
const STORED = `select k.n::int - 1 as index, encode(same.content_hash, 'hex') as hash
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as k (source, id, type, company, key, n)
  left join lateral (select e.content_hash from tieout.event e where e.source = k.source and e.id = k.id limit 1) same on true
 where same.content_hash is not null
    or (select true from tieout.event e where e.business_key = k.key and e.type = k.type and e.company = k.company limit 1)`;

/** By index of the events: the stored content hash, or null where only their business identity is known. */
export async function storedEvents(
  client: pg.ClientBase,
  events: readonly BusinessEvent[],
): Promise<Map<number, string | null>> {
  if (events.length === 0) return new Map();
  const answer = await client.query<{ index: number; hash: string | null }>(STORED, [
    events.map(({ source }) => source),
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ company }) => company),
    events.map(({ businessKey }) => businessKey),
  ]);
  return new Map(answer.rows.map(({ index, hash }) => [index, hash]));
}

/** Positions of staged events that `sortEvents` found to be known already, with the same content. */
export async function knownPositions(client: pg.ClientBase): Promise<number[]> {
  const answer = await client.query<{ position: number }>(
    'select position::int as position from left_out where not conflict',
  );
  return answer.rows.map(({ position }) => position);
}

/** Positions of the records of a batch that are in quarantine by it: other refused ones were there already. */
export async function quarantinedPositions(client: pg.ClientBase, batchId: string): Promise<Set<number>> {
  const answer = await client.query<{ position: number }>(
    'select position::int as position from tieout.quarantine where batch_id = $1',
    [batchId],
  );
  return new Set(answer.rows.map(({ position }) => position));
}
