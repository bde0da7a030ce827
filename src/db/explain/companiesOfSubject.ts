// Which companies a thing is of that somebody asks about: all of them, whether it lives or has ended.
import type pg from 'pg';

import type { Subject, SubjectKind } from './findSubjects.ts';

const SELECT: Readonly<Record<SubjectKind, string>> = {
  exception: `select company from tieout.exception_item where exception_id = $1
    union select l.company from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id where g.exception_id = $1`,
  event: `select company from tieout.event where source = $1 and id = $2
    union select company from tieout.line where event_source = $1 and event_id = $2`,
  line: `select l.company from (select unit from tieout.unit union all select 0) u join tieout.line l on l.unit = u.unit and l.line_id = $1::bigint`,
  match: `select l.company from tieout.unit u join tieout.match_member m on m.unit = u.unit and m.match_id = $1::bigint
    join tieout.line l on l.unit = m.unit and l.line_id = m.line_id`,
  journal: `select company from tieout.journal where journal_id = $1::bigint`,
  document: `select company from tieout.line where document = $1`,
  reference: `select company from tieout.line where reference_hash = hashtextextended($1::text, 0) and reference = $1::text and reference <> ''`,
};

/** A line of a document is asked with its document: one is not known without the other. */
export async function companiesOfSubject(client: pg.ClientBase, { kind, key }: Subject): Promise<string[]> {
  const values = kind === 'event' ? key : key.slice(0, 1);
  const found = await client.query<{ company: string }>(
    `select distinct company from (${SELECT[kind]}) c`,
    values,
  );
  return found.rows.map(({ company }) => company);
}
