// The homes (unit and scope) of lines that were delivered, not derived: ledger lines and opening items. A home depends on a
// few columns only, so lines are judged by their distinct combinations and moved as sets.
import type pg from 'pg';

import { LEDGER_LINE_COLUMNS } from '../readyLine.ts';
import { closedDay } from './closedDays.ts';
import { DEAD } from '../../posting/stateLists.ts';

/** Lines alike in everything that decides a home. */
export interface HomeGroup {
  side: 'E' | 'L';
  origin: 'journal' | 'opening' | 'ledger';
  company: string;
  ledger: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  documentType: string;
  journalSource: string;
  status: string;
  /** Before the first day that is reconciled. */
  before: boolean;
  /** They carry a posting reference of ours. */
  ours: boolean;
  /** They have no amount in either currency. */
  zero: boolean;
  unit: string;
  scope: string;
  lines: string;
  amount: string;
}

const ENDED = `exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id)`;
const OURS = `(coalesce(l.posting_reference, '') ~ '^[A-Z2-7]{16}$')`;
const ZERO = `(l.amount = 0 and coalesce(l.company_amount, 0) = 0)`;
const OPEN = `l.origin <> 'event' and not ${ENDED} and not ${closedDay('l.company', 'l.ledger', 'l.accounting_date')}`;

/** The groups of live lines in open periods, in an order that depends on their columns alone. */
export async function homeGroups(client: pg.ClientBase, startDate: string): Promise<HomeGroup[]> {
  const found = await client.query<HomeGroup>(
    `select l.side, l.origin, l.company, l.ledger, l.account, l.location, l.dimension, l.currency,
            coalesce(l.document_type, '') as "documentType", coalesce(l.journal_source, '') as "journalSource",
            coalesce(l.status, '') as status, l.accounting_date < $1 as before, l.unit, l.scope, ${OURS} as ours, ${ZERO} as zero, count(*) as lines, sum(l.amount) as amount
       from tieout.line l where ${OPEN}
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
      order by 3, 4, 5, 6, 7, 8, 1, 2, 9, 10, 11, 12, 13, 14, 15, 16`,
    [startDate],
  );
  return found.rows;
}

/** A group with its new home. */
export interface HomeMove extends HomeGroup {
  newUnit: string;
  newScope: string;
}

const GATHER = `create temporary table home_move on commit drop as
  select l.unit, l.line_id, m."newUnit" as new_unit, m."newScope" as new_scope, nextval('tieout.line_id') as new_line
    from jsonb_to_recordset($1::jsonb) as m (side "char", origin text, company text, ledger text, account text, location text,
      dimension text, currency text, "documentType" text, "journalSource" text, status text, before boolean, unit bigint,
      scope text, ours boolean, zero boolean, "newUnit" bigint, "newScope" text)
    join tieout.line l on l.unit = m.unit and l.side = m.side and l.origin = m.origin and l.company = m.company
     and l.ledger = m.ledger and l.account = m.account and l.location = m.location and l.dimension = m.dimension
     and l.currency = m.currency and l.scope = m.scope and coalesce(l.document_type, '') = m."documentType"
     and coalesce(l.journal_source, '') = m."journalSource" and coalesce(l.status, '') = m.status
     and (l.accounting_date < $2) = m.before and ${OURS} = m.ours and ${ZERO} = m.zero
   where ${OPEN}`;

// What a live journal books, and the documents of our own journals: their group would fall apart.
const HELD = `create temporary table home_held on commit drop as
  select h.unit, h.line_id, p.posting_reference as journal, p.state from home_move h
    join tieout.journal_source s on s.unit = h.unit and s.line_id = h.line_id and s.ended is null join tieout.posting p using (journal_id)
  union
  select h.unit, h.line_id, p.posting_reference, p.state from home_move h
    join tieout.match_member m on m.unit = h.unit and m.line_id = h.line_id and m.released_run is null
    join tieout.journal_source s on s.unit = m.unit and s.match_id = m.match_id and s.ended is null join tieout.posting p using (journal_id)
  union
  select h.unit, h.line_id, p.posting_reference, p.state from home_move h
    join tieout.line l on l.unit = h.unit and l.line_id = h.line_id and l.posting_reference <> ''
    join tieout.posting p on p.posting_reference = l.posting_reference
   where p.state not in ${DEAD}`;

export interface HeldHome {
  journal: string;
  state: string;
  lines: string;
}

/** Gathers the lines of the moves, without those that a live journal holds; returns the journals and what they hold. */
export async function gatherMoves(
  client: pg.ClientBase,
  moves: readonly HomeMove[],
  startDate: string,
): Promise<HeldHome[]> {
  await client.query('drop table if exists home_move, home_held');
  await client.query(GATHER, [JSON.stringify(moves), startDate]);
  await client.query(HELD);
  const held = await client.query<HeldHome>(
    'select journal, min(state) as state, count(*) as lines from home_held group by journal order by journal',
  );
  await client.query(
    'delete from home_move h using home_held x where x.unit = h.unit and x.line_id = h.line_id',
  );
  return held.rows;
}

const LINES = `insert into tieout.line (unit, line_id, side, origin, scope, ${LEDGER_LINE_COLUMNS}, event_source, event_id, ordinal,
    rule, further, rulebook_hash, batch_id)
  select h.new_unit, h.new_line, l.side, l.origin, h.new_scope, ${LEDGER_LINE_COLUMNS.split(',')
    .map((column) => `l.${column.trim()}`)
    .join(', ')}, l.event_source, l.event_id, l.ordinal, l.rule, l.further, $2, $1
    from home_move h join tieout.line l on l.unit = h.unit and l.line_id = h.line_id order by h.new_unit, h.new_line`;
const ENDS = `insert into tieout.line_end (unit, line_id, kind, successor_unit, successor_line, batch_id)
  select unit, line_id, 'rederived', new_unit, new_line, $1::bigint from home_move order by unit, line_id`;
// The identity that stands for the line, of its last version, goes on as the next episode.
const IDENTITIES = `insert into tieout.ledger_identity (company, ledger, fiscal_year, document, line, version, episode,
    content_hash, row_hash, posting_date, extracted_at, unit, line_id, changes, late, rulebook_hash, batch_id)
  select i.company, i.ledger, i.fiscal_year, i.document, i.line, i.version, i.episode + 1, i.content_hash, i.row_hash, i.posting_date,
         i.extracted_at, h.new_unit, h.new_line, i.changes, false, $2, $1
    from home_move h
    join tieout.line l on l.unit = h.unit and l.line_id = h.line_id and l.origin = 'ledger'
    cross join lateral (select i.* from tieout.ledger_identity i
      where (i.company, i.ledger, i.fiscal_year, i.document, i.line) = (l.company, l.ledger, l.fiscal_year, l.document, l.line)
        and i.unit = h.unit and i.line_id = h.line_id and not i.late
      order by i.version desc, i.episode desc limit 1) i`;

/** Moves what was gathered: each line ends and goes on in its new home. Returns how many. */
export async function applyMoves(
  client: pg.ClientBase,
  batchId: string,
  rulebookHash: string,
): Promise<number> {
  const moved = await client.query(LINES, [batchId, rulebookHash]);
  await client.query(ENDS, [batchId]);
  await client.query(IDENTITIES, [batchId, rulebookHash]);
  return moved.rowCount ?? 0;
}
