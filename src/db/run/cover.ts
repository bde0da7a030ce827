// (e) of law 5: what the cover search is asked at the cut, and over what: the events whose lines would be called missing, what
// else is open on their units, and the open ledger documents there.
import type pg from 'pg';
import { isoDate } from '../../accounting/dates.ts';
import type { CoverableLine } from '../../exceptions/covered.ts';
import type { OpenDocument, OpenEntry } from '../../matching/cover.ts';
import { externalKeySql } from '../../matching/workTable.ts';
import { ENTRY_GROUPS } from '../posting/readOpenEntries.ts';
import { BY_NAME } from '../posting/readUnmatched.ts';
import { DEAD } from '../posting/stateLists.ts';
import { STILL_UNCLASSIFIED } from './items.ts';
import type { RunNames } from './names.ts';
import type { RunPins } from './startRun.ts';

/** What is open on both sides, and the ids of the entries that would be called missing. */
export interface Coverable {
  asked: string[];
  entries: OpenEntry[];
  documents: OpenDocument[];
  lines: CoverableLine[];
}

interface Row {
  id: string;
  name: string;
  business_date: string;
  /** Of an entry its groups, of a document the entries that it names. */
  words: string[];
  asked: boolean;
  lines: (Omit<CoverableLine, 'owner'> & { ledger: string; amount: string })[];
}

/**
 * Reads them; undefined where nothing is asked, or no document is open beside what is.
 * @param others the run leaves some reconciliations alone: their lines count as the last run left them
 */
export async function readCoverable(
  client: pg.ClientBase,
  names: RunNames,
  pins: Pick<RunPins, 'asOf' | 'horizon'>,
  others: boolean,
): Promise<Coverable | undefined> {
  await gatherAsked(client, names);
  const open = others ? await withOthers(client, names, pins) : names.open;
  const near = await client.query(
    `select from ${open} o where o.side = 'L' and o.unit in (select unit from cover_asked) limit 1`,
  );
  if (near.rowCount === 0) return undefined;
  const entries = (await client.query<Row>(entriesSql(names, open))).rows;
  const units = [...new Set(entries.flatMap(({ lines }) => lines.map(({ unit }) => unit)))];
  const documents = (await client.query<Row>(documentsSql(names, open), [units])).rows;
  const common = ({ id, name, business_date, lines }: Row): Omit<OpenEntry, 'groups'> => ({
    id,
    name,
    businessDate: isoDate(business_date),
    lines,
  });
  return {
    asked: entries.filter(({ asked }) => asked).map(({ id }) => id),
    entries: entries.map((row) => ({ ...common(row), groups: row.words })),
    documents: documents.map((row) => ({ ...common(row), names: row.words })),
    lines: [...entries, ...documents].flatMap(({ id, lines }) =>
      lines.map((line) => ({ ...line, owner: id })),
    ),
  };
}

/** Events with a line that would be called missing, by the units of those lines. */
async function gatherAsked(client: pg.ClientBase, names: RunNames): Promise<void> {
  await client.query(
    `drop table if exists cover_asked;
     create temporary table cover_asked on commit drop as
       select distinct o.event_source, o.event_id, o.company, o.ledger, o.unit
       from ${names.unclassified} a join ${names.open} o on o.unit = a.unit and o.line_id = a.line_id
       where a.side = 'E' and a.reason = 'MISSING_IN_LEDGER' and o.origin = 'event' and ${isFree(names, 'a')};
     analyze cover_asked`,
  );
}

/** The run's open lines, and those of the reconciliations that it does not look at. */
async function withOthers(
  client: pg.ClientBase,
  { open }: RunNames,
  { asOf, horizon }: Pick<RunPins, 'asOf' | 'horizon'>,
): Promise<string> {
  const columns = (l: string): string =>
    ['unit', 'line_id', 'side', 'company', 'ledger', 'account', 'location', 'currency', 'business_date']
      .concat('fiscal_year', 'document', 'reference', 'event_source', 'event_id', 'origin')
      .map((column) => `${l}.${column}`)
      .join(', ');
  await client.query('drop table if exists cover_open');
  await client.query(
    `create temporary table cover_open on commit drop as
       select ${columns('o')}, o.ext, o.ticks from ${open} o
       union all
       select ${columns('l')}, ${externalKeySql('l')}, (l.amount * 10000)::bigint
       from tieout.open_item i join tieout.line l on l.unit = i.unit and l.line_id = i.line_id
       where i.unit not in (select unit from ${open}) and l.accounting_date <= $1 and l.batch_id <= $2`,
    [asOf, horizon],
  );
  await client.query('analyze cover_open');
  return 'cover_open';
}

/** In no item, and nothing else holds it back. */
const isFree = (names: RunNames, l: string): string =>
  `${STILL_UNCLASSIFIED(names, l)} and not exists (select from ${names.held} h where h.unit = ${l}.unit and h.line_id = ${l}.line_id)`;

const LINES = (names: RunNames): string =>
  `json_agg(json_build_object('unit', o.unit::text, 'lineId', o.line_id::text, 'side', o.side, 'ext', o.ext, 'company', o.company,
     'ledger', o.ledger, 'account', o.account, 'location', o.location, 'currency', o.currency, 'amount', (o.ticks::numeric / 10000)::text,
     'businessDate', o.business_date,
     'free', exists (select from ${names.unclassified} a where a.unit = o.unit and a.line_id = o.line_id) and ${isFree(names, 'o')})) as lines`;

/** Every event with an open line in the units that are asked about, with all its open lines. */
function entriesSql(names: RunNames, open: string): string {
  return `with touched as materialized (
      select distinct o.event_source, o.event_id from ${open} o
      where o.side = 'E' and o.origin = 'event' and o.unit in (select unit from cover_asked))
    select concat_ws(E'\\x1f', t.event_source, t.event_id, l.company, l.ledger) as id,
           coalesce(replace(e.business_key, E'\\x1f', ' '), t.event_id) as name, min(l.business_date) as business_date, ${ENTRY_GROUPS} as words,
           exists (select from cover_asked a where a.event_source = t.event_source and a.event_id = t.event_id and a.company = l.company and a.ledger = l.ledger) as asked,
           ${LINES(names)}
    from touched t
    join ${open} o on o.event_source = t.event_source and o.event_id = t.event_id and o.side = 'E' and o.origin = 'event'
    join tieout.line l on l.unit = o.unit and l.line_id = o.line_id
    left join tieout.event e on e.source = t.event_source and e.id = t.event_id
    group by t.event_source, t.event_id, e.source, e.id, l.company, l.ledger order by 1`;
}

/** `$1` units. Documents of an item by name are about something else, and our own postings clear what they were made for. */
function documentsSql(names: RunNames, open: string): string {
  return `select concat_ws(E'\\x1f', o.company, o.ledger, o.fiscal_year, o.document) as id, o.document as name, min(o.business_date) as business_date,
           false as asked,
           array(select distinct e.source || E'\\x1f' || e.id || E'\\x1f' || o.company || E'\\x1f' || o.ledger from tieout.event e
                  where e.company = o.company and e.business_key = any (array_agg(o.reference)) and e.business_key <> '') as words,
           ${LINES(names)}
    from ${open} o
    where o.side = 'L' and o.unit = any($1) and o.ticks <> 0
      and not exists (select from tieout.line l join tieout.posting p on p.posting_reference = l.posting_reference and p.state not in ${DEAD}
                       where l.unit = o.unit and l.line_id = o.line_id)
      and not exists (select from ${names.leg} g join ${names.item} i on i.exception_id = g.exception_id
                       where g.unit = o.unit and g.line_id = o.line_id and i.reason in ${BY_NAME})
    group by o.company, o.ledger, o.fiscal_year, o.document order by 1`;
}
