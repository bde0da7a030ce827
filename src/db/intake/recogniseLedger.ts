// Which staged ledger lines are known already, and what is different about those that are. One set operation, pruned by
// the extract's posting dates: a month that is delivered again meets that month's identities and not all history.
import type pg from 'pg';

const CREATE_KNOWN = `create temporary table known_ledger (
  position bigint not null, version int not null, episode int not null, content_hash bytea not null,
  extracted_at timestamptz, unit bigint not null, line_id bigint not null) on commit drop`;

const KEY = 'company, ledger, fiscal_year, document, line';

// First versions in the extract's own dates: nearly all of them.
const IN_RANGE = `insert into known_ledger
  select s.position, i.version, i.episode, i.content_hash, i.extracted_at, i.unit, i.line_id
    from stage_ledger s join tieout.ledger_identity i using (${KEY})
   where i.version = 1 and i.episode = 1
     and i.posting_date between (select min(accounting_date) from stage_ledger) and (select max(accounting_date) from stage_ledger)`;

// Rows that say what they said before: their hash is enough, where what it stands for still stands. (The later versions
// and what vanished are few and have indexes of their own.)
const SAME = `insert into known_ledger
  select s.position, i.version, i.episode, i.content_hash, i.extracted_at, i.unit, i.line_id
    from stage_same s join tieout.ledger_identity i using (row_hash)
   where i.version = 1 and i.episode = 1 and i.posting_date between $1 and $2
     and not exists (select from tieout.ledger_identity n where n.company = i.company and n.ledger = i.ledger
       and n.fiscal_year = i.fiscal_year and n.document = i.document and n.line = i.line and (n.version > 1 or n.episode > 1))
     and not exists (select from tieout.line_end e where e.unit = i.unit and e.line_id = i.line_id and e.kind in ('vanished', 'withdrawn'))`;

// Lines whose first version has a date outside of it (the correction moved it here): by key. Documents first, one probe
// each: nearly all are new, and a probe for each of their lines took 6 us a line.
const OUT_OF_RANGE = `insert into known_ledger
  with fresh as materialized (
    select s.position, ${KEY} from stage_ledger s where not exists (select from known_ledger k where k.position = s.position)),
  documents as materialized (select distinct company, ledger, fiscal_year, document from fresh),
  known_documents as materialized (
    select d.* from documents d
    cross join lateral (select from tieout.ledger_identity i where i.company = d.company and i.ledger = d.ledger
      and i.fiscal_year = d.fiscal_year and i.document = d.document limit 1) i)
  select s.position, i.version, i.episode, i.content_hash, i.extracted_at, i.unit, i.line_id
    from fresh s join known_documents using (company, ledger, fiscal_year, document)
    cross join lateral (select * from tieout.ledger_identity i
      where i.company = s.company and i.ledger = s.ledger and i.fiscal_year = s.fiscal_year and i.document = s.document
        and i.line = s.line and i.version = 1 and i.episode = 1 offset 0) i`;

// Later versions and episodes are few and have an index of their own; the last one is what stands.
const LATER = `with later as (
    select distinct on (s.position) s.position, i.version, i.episode, i.content_hash, i.extracted_at, i.unit, i.line_id
      from tieout.ledger_identity i join stage_ledger s using (${KEY})
     where (i.version > 1 or i.episode > 1) and not i.late
     order by s.position, i.version desc, i.episode desc)
  update known_ledger k set version = l.version, episode = l.episode, content_hash = l.content_hash,
         extracted_at = l.extracted_at, unit = l.unit, line_id = l.line_id
    from later l where l.position = k.position`;

/** What was read: rows that say the same again, first and last posting date. */
export interface ReadExtent {
  same: number;
  from: string | null;
  to: string | null;
}

/**
 * Fills `known_ledger`: for each staged line whose identity is stored, the version that stands.
 * @returns false where a row that said the same again does so no longer
 */
export async function recogniseLedger(
  client: pg.ClientBase,
  { same, from, to }: ReadExtent,
): Promise<boolean> {
  await client.query(CREATE_KNOWN);
  const known = same === 0 ? 0 : (await client.query(SAME, [from, to])).rowCount;
  await client.query(IN_RANGE);
  await client.query(OUT_OF_RANGE);
  await client.query(LATER);
  await client.query('analyze known_ledger (position, unit, line_id)');
  return known === same;
}
