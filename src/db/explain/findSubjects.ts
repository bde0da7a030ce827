// What an id can mean: every kind of thing is asked whether it has one of that name. Each question goes through an index,
// or over units and sources, which are few.
import type pg from 'pg';
import { SOURCES } from '../list/listing.ts';

export const SUBJECTS = ['exception', 'event', 'line', 'match', 'journal', 'document', 'reference'] as const;
export type SubjectKind = (typeof SUBJECTS)[number];

export interface Subject {
  kind: SubjectKind;
  /** What the kind's own story takes: event `source id`, document `document` or `document/line`, else the number or id. */
  key: string[];
}

const NUMBER = /^\d{1,18}$/;

/**
 * All things of this name, of one kind where it is given; a reference only where nothing else has the name, and ids that begin
 * so only where nothing has it whole.
 */
export async function findSubjects(
  client: pg.ClientBase,
  id: string,
  only?: SubjectKind,
): Promise<Subject[]> {
  const found: Subject[] = [];
  const wanted = (kind: SubjectKind): boolean => only === undefined || only === kind;
  const add = (kind: SubjectKind, keys: readonly string[][]): void =>
    void found.push(...keys.map((key) => ({ kind, key })));
  if (wanted('exception')) add('exception', await exceptions(client, id));
  if (wanted('event')) add('event', await events(client, id));
  if (wanted('journal')) add('journal', await journals(client, id));
  if (NUMBER.test(id)) {
    if (wanted('line')) add('line', await byNumber(client, 'line', id));
    if (wanted('match')) add('match', await byNumber(client, 'match', id));
  }
  if (wanted('document')) add('document', await documents(client, id));
  if (only === 'reference' || (only === undefined && found.length === 0))
    add('reference', await references(client, id));
  if (found.length > 0) return found;
  for (const kind of Object.keys(LIKE) as (keyof typeof LIKE)[])
    if (wanted(kind)) add(kind, await keysOf(client, `${LIKE[kind]} limit ${MOST}`, [id]));
  return found;
}

/** So many candidates are shown of each kind that has ids beginning alike. */
const MOST = 10;

/** Asked where nothing has the whole name: ids that begin like it. Numbers have no beginnings, nor have references an index. */
const LIKE = {
  exception: `select array[exception_id] as key from tieout.exception_item where exception_id like lower($1) || '%' and $1 ~ '^[0-9A-Fa-f]+$' order by exception_id`,
  // A document that no extract has brought back yet is known as what the ERP answered.
  journal: `select array[journal_id::text] as key from tieout.posting where document_id = $1 or ($1 !~ '^[0-9]+$' and posting_reference >= upper($1) collate "C"
     and posting_reference < (upper($1) || '~') collate "C") order by posting_reference`,
  event: `select array[e.source, e.id] as key from (${SOURCES}) s join tieout.event e on e.source = s.source
     and e.id >= $1 collate "C" and e.id < ($1 || chr(1114111)) collate "C" order by e.id, e.source`,
  document: `select distinct array[document] as key from tieout.line where document >= $1 collate "C" and document < ($1 || chr(1114111)) collate "C" order by 1`,
} as const;

async function keysOf(client: pg.ClientBase, sql: string, values: readonly string[]): Promise<string[][]> {
  const found = await client.query<{ key: string[] }>(sql, [...values]);
  return found.rows.map((row) => row.key);
}

const exceptions = (client: pg.ClientBase, id: string): Promise<string[][]> =>
  keysOf(client, `select array[exception_id] as key from tieout.exception_item where exception_id = $1`, [
    id,
  ]);

/** By id alone, or by `source id` with a blank between. */
function events(client: pg.ClientBase, id: string): Promise<string[][]> {
  return keysOf(
    client,
    `select array[e.source, e.id] as key from (${SOURCES}) s join tieout.event e on e.source = s.source
       and (e.id = $1 or (starts_with($1, s.source || ' ') and e.id = substr($1, length(s.source) + 2))) order by e.source`,
    [id],
  );
}

const journals = (client: pg.ClientBase, id: string): Promise<string[][]> =>
  keysOf(
    client,
    `select array[journal_id::text] as key from tieout.posting where posting_reference = upper($1) or journal_id = case when $1 ~ '^[0-9]{1,18}$' then $1::bigint end`,
    [id],
  );

const byNumber = (client: pg.ClientBase, table: 'line' | 'match', id: string): Promise<string[][]> =>
  keysOf(
    client,
    table === 'line'
      ? `select array[l.line_id::text] as key from (select unit from tieout.unit union all select 0) u join tieout.line l on l.unit = u.unit and l.line_id = $1::bigint`
      : `select array[m.match_id::text] as key from tieout.unit u join tieout.match m on m.unit = u.unit and m.match_id = $1::bigint`,
    [id],
  );

async function documents(client: pg.ClientBase, id: string): Promise<string[][]> {
  const whole = await keysOf(
    client,
    `select array[document] as key from tieout.line where document = $1 limit 1`,
    [id],
  );
  const at = id.lastIndexOf('/');
  if (whole.length > 0 || at < 1) return whole;
  return keysOf(
    client,
    `select array[document, line] as key from tieout.line where document = $1 and line = $2 limit 1`,
    [id.slice(0, at), id.slice(at + 1)],
  );
}

const references = (client: pg.ClientBase, id: string): Promise<string[][]> =>
  keysOf(
    client,
    `select array[reference] as key from tieout.line where reference_hash = hashtextextended($1::text, 0) and reference = $1::text and reference <> '' limit 1`,
    [id],
  );
