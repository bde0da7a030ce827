// Which companies a thing is of: what a person who has only some of them may see and decide.
import type pg from 'pg';

export type Owned = 'exception' | 'match' | 'line' | 'journal' | 'event';

const SELECT: Readonly<Record<Owned, string>> = {
  exception: `select i.company from tieout.exception_item i where i.exception_id = $1
    union select l.company from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
     where g.exception_id = $1 and g.ended_run is null`,
  match: `select l.company from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
     where m.match_id = $1::bigint and m.released_run is null`,
  line: `select l.company from tieout.open_item o join tieout.line l on l.unit = o.unit and l.line_id = o.line_id where o.line_id = $1::bigint`,
  journal: `select j.company from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
     where p.posting_reference = upper($1) or j.journal_id = case when $1 ~ '^[0-9]{1,18}$' then $1::bigint end`,
  event: `select e.company from tieout.event e where e.source = split_part($1, E'\\x1f', 1) and e.id = split_part($1, E'\\x1f', 2)`,
};

/** @param id whole; of an event: source and id with a unit separator between them. No company: there is no such thing. */
export async function companiesOf(client: pg.ClientBase, kind: Owned, id: string): Promise<string[]> {
  if ((kind === 'match' || kind === 'line') && !/^\d{1,18}$/.test(id)) return [];
  const found = await client.query<{ company: string }>(`select distinct company from (${SELECT[kind]}) c`, [
    id,
  ]);
  return found.rows.map(({ company }) => company);
}
