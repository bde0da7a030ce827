// Which live journals stand on given lines: they book the line itself, or the variance of a match that the line is in. Such
// a line may not end: its journal is rejected or reversed first.
import type pg from 'pg';

export interface HoldingJournal {
  unit: string;
  lineId: string;
  /** Its posting reference, which `approve` and `reject` take. */
  journal: string;
  state: string;
}

const HOLDING = `select k.unit, k.line_id as "lineId", p.posting_reference as journal, p.state
  from unnest($1::bigint[], $2::bigint[]) as k (unit, line_id)
  join tieout.journal_source s on s.unit = k.unit and s.line_id = k.line_id and s.ended is null
  join tieout.posting p on p.journal_id = s.journal_id
 union
 select k.unit, k.line_id, p.posting_reference, p.state
  from unnest($1::bigint[], $2::bigint[]) as k (unit, line_id)
  join tieout.match_member m on m.unit = k.unit and m.line_id = k.line_id and m.released_run is null
  join tieout.journal_source s on s.unit = m.unit and s.match_id = m.match_id and s.ended is null
  join tieout.posting p on p.journal_id = s.journal_id
 order by 3, 1, 2`;

export async function liveJournals(
  client: pg.ClientBase,
  lines: readonly { unit: string; lineId: string }[],
): Promise<HoldingJournal[]> {
  if (lines.length === 0) return [];
  const found = await client.query<HoldingJournal>(HOLDING, [
    lines.map(({ unit }) => unit),
    lines.map(({ lineId }) => lineId),
  ]);
  return found.rows;
}
