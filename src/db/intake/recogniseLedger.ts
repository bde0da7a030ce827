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

/** Fills `known_ledger`: for each staged line whose identity is stored, the version that stands. */
export async function recogniseLedger(client: pg.ClientBase): Promise<void> {
  await client.query(CREATE_KNOWN);
  await client.query(IN_RANGE);
  await client.query(OUT_OF_RANGE);
  await client.query(LATER);
  await client.query('analyze known_ledger');
}
