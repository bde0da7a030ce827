// The plain events, nearly all there are, become facts with their lines in two statements.
import type pg from 'pg';

import { EVENT_COLUMNS, EVENT_LINE_COLUMNS } from './stageEvents.ts';

const PLAIN = `not exists (select from left_out o where o.position = s.position)
  and not exists (select from special_event p where p.position = s.position)`;
const columns = (list: string): string =>
  list
    .split(',')
    .map((column) => `s.${column.trim()}`)
    .join(', ');

const EVENTS = `insert into tieout.event (${EVENT_COLUMNS}, rulebook_hash, batch_id)
  select ${columns(EVENT_COLUMNS)}, $2, $1 from stage_event s where ${PLAIN}`;
const LINES = `insert into tieout.line (unit, line_id, side, origin, scope, ${EVENT_LINE_COLUMNS}, rulebook_hash, batch_id)
  select s.unit, s.line_id, 'E', 'event', s.scope, ${columns(EVENT_LINE_COLUMNS)}, $2, $1
    from stage_event_line s where ${PLAIN}`;

/** Returns how many events were stored. */
export async function storePlainEvents(
  client: pg.ClientBase,
  batchId: string,
  rulebookHash: string,
): Promise<number> {
  const events = await client.query(EVENTS, [batchId, rulebookHash]);
  await client.query(LINES, [batchId, rulebookHash]);
  return events.rowCount ?? 0;
}
