// Closing entries that what happened since has overtaken: the match whose variance they clear was taken apart, or a line
// that they move or correct has ended or found a match. Asked by every run, and once more right before a send.
import type pg from 'pg';

/** For journal `j` and its source `s`: what happened, null where nothing did. */
export const OVERTAKEN = `case
  when j.kind = 'write-off' and s.match_id is not null and not exists (
      select from tieout.match_member m where m.unit = s.unit and m.match_id = s.match_id and m.released_run is null)
    then 'the end of match ' || s.match_id
  when j.kind in ('reclass', 'correction') and exists (select from tieout.line_end e where e.unit = s.unit and e.line_id = s.line_id)
    then 'the end of line ' || s.line_id
  when j.kind in ('reclass', 'correction') then (
    select 'match ' || m.match_id from tieout.match_member m where m.unit = s.unit and m.line_id = s.line_id and m.released_run is null)
  end`;

/** What overtook a journal that has not left; empty for nothing, and for journals of other kinds. */
export async function overtakenBy(client: pg.ClientBase | pg.Pool, journalId: string): Promise<string[]> {
  const found = await client.query<{ what: string }>(
    `select distinct o.what from tieout.journal j
       join tieout.journal_source s on s.journal_id = j.journal_id and s.ended is null
       cross join lateral (select ${OVERTAKEN} as what) o
      where j.journal_id = $1 and j.kind in ('write-off', 'reclass', 'correction') and o.what is not null order by 1`,
    [journalId],
  );
  return found.rows.map((row) => row.what);
}
