// The case of each item: what a person would call one problem. Its subject is the one event of the item's expected lines, else
// the event that its ledger lines name, else its document at one location and day; a summary is always its document. Only items
// that are new or changed in this run are asked: a case costs nothing on the days on which nothing happens to it.
import type pg from 'pg';
import type { Reconciliation } from '../../rulebook/model.ts';
import type { RunNames } from './names.ts';
import { isSummary } from './summaryGroups.ts';

const SEP = `E'\\x1f'`;

/** The subject of a document as its lines tell it, and of an event; one key each, which orders and is hashed. */
const DOCUMENT_KEY = (l: string): string =>
  `concat_ws(${SEP}, 'document', ${l}.company, ${l}.ledger, coalesce(${l}.fiscal_year, ''), coalesce(nullif(${l}.document, ''), ${l}.reference), ${l}.location, ${l}.business_date)`;
const EVENT_KEY = (source: string, id: string): string => `concat_ws(${SEP}, 'event', ${source}, ${id})`;

/**
 * The event that a ledger line names by an id of its own: the lowest where several bear it. The index has only hashes that are not
 * zero, and is used where the condition says so too: without it a month of 50,000 orders took an hour here instead of 2 s.
 */
const NAMED_EVENT = (l: string): string =>
  `lateral (select ${EVENT_KEY('f.event_source', 'f.event_id')} as key from tieout.line f
     where f.reference_hash in (nullif(${l}.reference_hash, 0), case when coalesce(${l}.assignment, '') <> '' then hashtextextended(${l}.assignment, 0) end) and f.reference_hash <> 0
       and f.reference in (${l}.reference, ${l}.assignment) and f.reference <> '' and f.side = 'E' and f.event_id is not null
     order by f.event_source, f.event_id limit 1)`;

/**
 * Gives every difference of the run that is no mere matter of time its case, and every control item. Within the run's last
 * transaction, after its items are stored and before its work tables go.
 */
export async function giveCases(
  client: pg.ClientBase,
  names: RunNames,
  run: { runId: string; asOf: string },
  reconciliations: readonly Reconciliation[],
): Promise<void> {
  await makeRunCase(client);
  await subjectsOfDifferences(client, names, run.runId, reconciliations);
  await subjectsOfControls(client, run.runId);
  await storeCases(client, run);
}

/**
 * The same for items that a decision opened: those that are no mere matter of time and have no case yet. Whether a line is a
 * summary is only known to a run's passes: what belongs to several events is then the document's until the next run looks.
 */
export async function giveCasesAfterDecision(
  client: pg.ClientBase,
  run: { runId: string; asOf: string },
): Promise<void> {
  await makeRunCase(client);
  await client.query(
    `with due as materialized (
       select o.exception_id from tieout.open_exception o
       join lateral (select reason from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
       where o.class = 'difference' and s.reason <> 'TIMING' and not exists (select from tieout.case_item c where c.exception_id = o.exception_id)),
     lines as materialized (
       select d.exception_id, l.* from due d join tieout.exception_leg g on g.exception_id = d.exception_id and g.ended_run is null
       join tieout.line l on l.unit = g.unit and l.line_id = g.line_id),
     several as (
       select exception_id from lines where side = 'E' group by 1 having count(distinct (event_source, event_id)) > 1),
     told as (
       select l.exception_id, l.company,
              case when l.side = 'L' and v.exception_id is not null then 1 when l.side = 'E' and l.event_id is not null then 2 when n.key is not null then 3 else 4 end as rank,
              case when l.side = 'L' and v.exception_id is not null then ${DOCUMENT_KEY('l')}
                   when l.side = 'E' and l.event_id is not null then ${EVENT_KEY('l.event_source', 'l.event_id')}
                   else coalesce(n.key, ${DOCUMENT_KEY('l')}) end as key
       from lines l left join several v on v.exception_id = l.exception_id
       left join ${NAMED_EVENT('l')} n on l.side = 'L')
     insert into run_case (exception_id, key, company)
     select distinct on (exception_id) exception_id, key, company from told order by exception_id, rank, key`,
  );
  await subjectsOfControls(client, run.runId);
  await storeCases(client, run);
  await client.query('drop table run_case');
}

async function makeRunCase(client: pg.ClientBase): Promise<void> {
  await client.query(
    `create temporary table run_case (exception_id text primary key, key text collate "C" not null, company text not null) on commit drop`,
  );
}

async function subjectsOfDifferences(
  client: pg.ClientBase,
  names: RunNames,
  runId: string,
  reconciliations: readonly Reconciliation[],
): Promise<void> {
  await client.query(
    `with due as materialized (
       select i.exception_id from ${names.item} i
       where i.class = 'difference'
         and (exists (select from tieout.exception_state s where s.exception_id = i.exception_id and s.run_id = $1)
           or exists (select from run_moved m where m.exception_id = i.exception_id))
         and (i.reason <> 'TIMING' or exists (select from tieout.case_item c where c.exception_id = i.exception_id))),
     summary as materialized (${summaryLines(names, reconciliations)}),
     told as (
       select d.exception_id, o.company,
              case when s.unit is not null then 1 when o.side = 'E' and o.event_id is not null then 2 when n.key is not null then 3 else 4 end as rank,
              case when s.unit is null and o.side = 'E' and o.event_id is not null then ${EVENT_KEY('o.event_source', 'o.event_id')}
                   when s.unit is null and n.key is not null then n.key else ${DOCUMENT_KEY('o')} end as key
       from due d join ${names.leg} g on g.exception_id = d.exception_id
       join ${names.open} o on o.unit = g.unit and o.line_id = g.line_id
       left join summary s on s.unit = o.unit and s.line_id = o.line_id
       left join ${NAMED_EVENT('o')} n on o.side = 'L' and s.unit is null)
     insert into run_case (exception_id, key, company)
     select distinct on (exception_id) exception_id, key, company from told order by exception_id, rank, key`,
    [runId],
  );
}

/** Open ledger lines that a summary pass takes for its own. */
function summaryLines(names: RunNames, reconciliations: readonly Reconciliation[]): string {
  const selects = reconciliations.flatMap(({ passes }, part) => {
    const keys = passes.flatMap((pass, p) => (isSummary(pass) ? [`w.k${p} is not null`] : []));
    return keys.length === 0
      ? []
      : [
          `select w.unit, w.line_id from ${names.part(part).work} w where w.side = 'L' and (${keys.join(' or ')})`,
        ];
  });
  return selects.length === 0
    ? 'select null::bigint as unit, null::bigint as line_id where false'
    : selects.join(' union all ');
}

/** A control item is about an event, a match, a line, a document or a posting that its detail names; else it is its own matter. */
async function subjectsOfControls(client: pg.ClientBase, runId: string): Promise<void> {
  await client.query(
    `with due as materialized (
       select o.exception_id, i.anchor, i.company, s.detail as d from tieout.open_exception o
       join tieout.exception_item i on i.exception_id = o.exception_id
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
       where o.class = 'control'
         and (s.run_id = $1 or not exists (select from tieout.case_item c where c.exception_id = o.exception_id))),
     lines as materialized (
       select d.exception_id, l.* from due d join tieout.match_member m on m.unit = (d.d->>'unit')::bigint and m.match_id = (d.d->>'matchId')::bigint
       join tieout.line l on l.unit = m.unit and l.line_id = m.line_id where d.d ? 'matchId'
       union all
       select d.exception_id, l.* from due d join tieout.line l on l.unit = (d.d->>'unit')::bigint and l.line_id = (d.d->>'lineId')::bigint where d.d ? 'lineId'
       union all
       select d.exception_id, l.* from due d join tieout.line l on l.document = d.d->>'document' and l.company = d.d->>'company' and l.ledger = d.d->>'ledger'
        and l.fiscal_year = d.d->>'fiscalYear' and l.origin = 'ledger' where d.d ? 'fiscalYear'),
     told as (
       select exception_id, 1 as rank, ${EVENT_KEY(`d->>'source'`, `d->>'id'`)} as key from due where d ? 'source' and d ? 'id'
       union all
       select exception_id, 1, ${EVENT_KEY(`e->>'source'`, `e->>'id'`)} from due cross join lateral jsonb_array_elements(case jsonb_typeof(d->'events') when 'array' then d->'events' else '[]'::jsonb end) e
       union all
       select d.exception_id, 1, ${EVENT_KEY('s.event_source', 's.event_id')} from due d join tieout.posting p on p.posting_reference = d.d->>'posting'
       join tieout.journal_source s on s.journal_id = p.journal_id and s.event_id is not null
       union all
       select exception_id, 1, ${EVENT_KEY('l.event_source', 'l.event_id')} from lines l where l.event_id is not null
       union all
       select exception_id, 2, n.key from lines l join ${NAMED_EVENT('l')} n on l.side = 'L'
       union all
       select exception_id, 3, ${DOCUMENT_KEY('l')} from lines l where l.document is not null
       union all
       select exception_id, 4, concat_ws(${SEP}, 'matter', anchor) from due)
     insert into run_case (exception_id, key, company)
     select distinct on (t.exception_id) t.exception_id, t.key, d.company from told t join due d on d.exception_id = t.exception_id
     order by t.exception_id, t.rank, t.key`,
    [runId],
  );
}

/** Cases that are new, and items whose case is new or another one. */
async function storeCases(
  client: pg.ClientBase,
  { runId, asOf }: { runId: string; asOf: string },
): Promise<void> {
  const caseId = (key: string): string =>
    `encode(substring(sha256(convert_to(${key}, 'UTF8')) from 1 for 16), 'hex')`;
  await client.query(
    `insert into tieout.case_subject (case_id, kind, subject, company, name, opened_run, opened_on)
     select ${caseId('c.key')}, split_part(c.key, ${SEP}, 1), substr(c.key, strpos(c.key, ${SEP}) + 1), min(coalesce(e.company, c.company)),
            min(case split_part(c.key, ${SEP}, 1) when 'event' then coalesce(e.business_key, split_part(c.key, ${SEP}, 3))
                     when 'document' then split_part(c.key, ${SEP}, 5) else '' end), $1, $2
     from run_case c left join tieout.event e on split_part(c.key, ${SEP}, 1) = 'event' and e.source = split_part(c.key, ${SEP}, 2) and e.id = split_part(c.key, ${SEP}, 3)
     group by c.key order by 1 on conflict do nothing`,
    [runId, asOf],
  );
  await client.query(
    `insert into tieout.case_item (exception_id, run_id, case_id)
     select c.exception_id, $1, ${caseId('c.key')} from run_case c
     left join lateral (select case_id from tieout.case_item i where i.exception_id = c.exception_id order by i.run_id desc limit 1) before on true
     where before.case_id is distinct from ${caseId('c.key')} order by 1`,
    [runId],
  );
}
