// Events that nobody disputes go directly into their tables with their lines while the file is still being read. Known and
// contested ones wait in the stage; where a parallel intake stored the same event the primary key refuses it, and where it
// stored another one of the same business identity `findContested` tells: then the file starts again by way of the stage.
import type pg from 'pg';

import { copyIn, piecesOf } from '../copy.ts';
import { EVENT_COLUMNS, EVENT_LINE_COLUMNS } from './stageEvents.ts';
import type { ReadyEvent } from './stageEvents.ts';
import { drawLineIds } from './storeDecided.ts';

// A limit in each: as plain `exists` they may be answered by hashing all events that there are.
const KNOWN = `select k.n::int as n
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as k (source, id, type, company, key, n)
 where (select true from tieout.event e where e.source = k.source and e.id = k.id limit 1)
    or (select true from tieout.event e where e.business_key = k.key and e.type = k.type and e.company = k.company limit 1)`;

/** Indexes of the events that are stored, or have another one of their business identity stored. */
export async function findKnownEvents(
  client: pg.ClientBase,
  events: readonly ReadyEvent[],
): Promise<Set<number>> {
  const answer = await client.query<{ n: number }>(KNOWN, [
    events.map(({ source }) => source),
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ company }) => company),
    events.map(({ businessKey }) => businessKey),
  ]);
  return new Set(answer.rows.map(({ n }) => n - 1));
}

const EVENT_TARGET = `tieout.event (${EVENT_COLUMNS}, rulebook_hash, batch_id)`.replace(/\s+/g, ' ');
const LINE_TARGET =
  `tieout.line (${EVENT_LINE_COLUMNS}, unit, line_id, side, origin, scope, rulebook_hash, batch_id)`.replace(
    /\s+/g,
    ' ',
  );

export async function storeDirectEvents(
  client: pg.ClientBase,
  batchId: string,
  rulebookHash: string,
  events: readonly ReadyEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const lines = events.flatMap((event) => event.lines);
  const ids = await drawLineIds(client, lines.length);
  const batch = `${rulebookHash}\t${batchId}\n`;
  await copyIn(
    client,
    EVENT_TARGET,
    piecesOf(events, ({ cells }) => [cells, `\t${batch}`]),
  );
  if (lines.length === 0) return;
  await copyIn(
    client,
    LINE_TARGET,
    piecesOf(lines, ({ unit, scope, cells }, i) => [
      cells,
      `\t${unit}\t${ids[i]!}\tE\tevent\t${scope}\t${batch}`,
    ]),
  );
}

const CONTESTED = `select exists (
  select from tieout.event e
    cross join lateral (select from tieout.event o
      where o.business_key = e.business_key and o.type = e.type and o.company = e.company
        and (o.source, o.id) <> (e.source, e.id) offset 0) o
   where e.batch_id = $1 and e.standing <> 'lifecycle') as contested`;

/** True where an event of the batch is not the only one of its business identity: a parallel intake brought the other. */
export async function findContested(client: pg.ClientBase, batchId: string): Promise<boolean> {
  const answer = await client.query<{ contested: boolean }>(CONTESTED, [batchId]);
  return answer.rows[0]!.contested;
}
