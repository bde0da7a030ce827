// The staged ledger lines become facts: new lines, new versions, lines that are back. Old versions end in the same
// transaction; matches are never touched here, the next run releases what stood on an ended line.
import type pg from 'pg';

import { STORED_COLUMNS } from '../../accounting/ledgerColumns.ts';
import { without } from '../without.ts';
import { LEDGER_LINE_COLUMNS } from './readyLine.ts';

/** What every stored row carries of its batch. */
export interface BatchStamp {
  batchId: string;
  rulebookHash: string;
  extractedAt: string | null;
}

const LINE_TARGET = `tieout.line (unit, line_id, side, origin, scope, ${LEDGER_LINE_COLUMNS}, rulebook_hash, batch_id)`;
const LINE_VALUES = `s.unit, s.line_id, 'L', 'ledger', s.scope, ${LEDGER_LINE_COLUMNS.split(', ')
  .map((column) => `s.${column}`)
  .join(', ')}, $2, $1`;
/** What a version that changed only words says of them. */
const CHANGED_WORDS = STORED_COLUMNS.filter(({ change }) => change === 'words')
  .map(({ column }) => `'${column}', s.${column}`)
  .join(', ');
const IDENTITY_TARGET = `tieout.ledger_identity (company, ledger, fiscal_year, document, line, version, episode,
  content_hash, row_hash, posting_date, extracted_at, unit, line_id, changes, late, rulebook_hash, batch_id)`;

const NEW_LINES = `insert into ${LINE_TARGET} select ${LINE_VALUES} from stage_ledger s
  where not exists (select from known_ledger k where k.position = s.position)`;
const NEW_IDENTITIES = `insert into ${IDENTITY_TARGET}
  select s.company, s.ledger, s.fiscal_year, s.document, s.line, 1, 1, s.content_hash, s.row_hash, s.accounting_date, $3::timestamptz,
         s.unit, s.line_id, null, false, $2, $1
    from stage_ledger s where not exists (select from known_ledger k where k.position = s.position)`;

/** Stores the lines whose identity is new; returns how many. */
export async function storeNewLedgerLines(client: pg.ClientBase, stamp: BatchStamp): Promise<number> {
  const lines = await client.query(NEW_LINES, [stamp.batchId, stamp.rulebookHash]);
  await client.query(NEW_IDENTITIES, [stamp.batchId, stamp.rulebookHash, stamp.extractedAt]);
  return lines.rowCount ?? 0;
}

// The same old content again from an older extract is no new fact.
const FORGET_KNOWN_CONTENT = `update other_ledger o set outcome = 'same' from stage_ledger s
  where o.outcome = 'older' and s.position = o.position and exists (select from tieout.ledger_identity i
    where (i.company, i.ledger, i.fiscal_year, i.document, i.line) = (s.company, s.ledger, s.fiscal_year, s.document, s.line)
      and i.content_hash = s.content_hash)`;
const OTHER_LINES = `insert into ${LINE_TARGET} select ${LINE_VALUES}
  from stage_ledger s join other_ledger o using (position) where o.outcome in ('changed', 'returned', 'older')`;
const OTHER_IDENTITIES = `insert into ${IDENTITY_TARGET}
  select s.company, s.ledger, s.fiscal_year, s.document, s.line,
         case o.outcome when 'returned' then o.version
           else (select max(i.version) from tieout.ledger_identity i
                  where (i.company, i.ledger, i.fiscal_year, i.document, i.line)
                      = (s.company, s.ledger, s.fiscal_year, s.document, s.line)) + 1 end,
         case o.outcome when 'returned' then o.episode + 1 else 1 end,
         s.content_hash, s.row_hash, s.accounting_date, $3::timestamptz,
         case o.outcome when 'words' then o.unit else s.unit end,
         case o.outcome when 'words' then o.line_id else s.line_id end,
         case o.outcome when 'words' then jsonb_build_object(${CHANGED_WORDS}) end,
         o.outcome = 'older', $2, $1
    from stage_ledger s join other_ledger o using (position) where o.outcome <> 'same'`;
// The old version ends by the new one; a version of an older extract is ended by what stands, as it enters.
const OTHER_ENDS = `insert into tieout.line_end (unit, line_id, kind, successor_unit, successor_line, batch_id)
  select o.unit, o.line_id, 'corrected', s.unit, s.line_id, $1::bigint
    from stage_ledger s join other_ledger o using (position) where o.outcome = 'changed' and not o.vanished
  union all
  select s.unit, s.line_id, 'corrected', o.unit, o.line_id, $1::bigint
    from stage_ledger s join other_ledger o using (position) where o.outcome = 'older'`;

/** Stores new versions and episodes; returns how many lines they were. */
export async function storeOtherLedgerLines(client: pg.ClientBase, stamp: BatchStamp): Promise<number> {
  await client.query(FORGET_KNOWN_CONTENT);
  await client.query(OTHER_LINES, [stamp.batchId, stamp.rulebookHash]);
  const identities = await client.query(OTHER_IDENTITIES, [
    stamp.batchId,
    stamp.rulebookHash,
    stamp.extractedAt,
  ]);
  await client.query(OTHER_ENDS, [stamp.batchId]);
  return identities.rowCount ?? 0;
}

const CREATE_MISSING = `create temporary table missing_line (
  unit bigint not null, line_id bigint not null, company text collate "C", ledger text collate "C", document text collate "C")
  on commit drop`;
/** What is not delivered again; few, of all that is stored of those days. */
const MISSING = `insert into missing_line
  select i.unit, i.line_id, i.company, i.ledger, i.document from tieout.ledger_identity i
   where i.posting_date between $2 and $3 and i.batch_id <> $1
     and ($4::text[] = '{}' or i.company = any($4)) and ($5::text[] = '{}' or i.ledger = any($5))
     and ($6::timestamptz is null or i.extracted_at is null or i.extracted_at <= $6)
     and not i.late
     and not (i.batch_id <= $7 and i.posting_date <= $8)
     and not exists (select from known_ledger k where k.unit = i.unit and k.line_id = i.line_id)`;
const VANISHED = `insert into tieout.line_end (unit, line_id, kind, batch_id)
  select distinct l.unit, l.line_id, 'vanished', $1::bigint
    from missing_line i join tieout.line l on l.unit = i.unit and l.line_id = i.line_id
   where l.accounting_date between $2 and $3
     and ($4::text[] = '{}' or l.account = any($4))
     and not exists (select from tieout.line_end e where e.unit = i.unit and e.line_id = i.line_id)
     and not exists (select from stage_refused r
                      where r.company = i.company and r.ledger = i.ledger and r.document = i.document)`;

/** What a full extract covers. */
export interface FullScope {
  from: string;
  to: string;
  companies: readonly string[];
  ledgers: readonly string[];
  accounts: readonly string[];
}

/**
 * Ends the live lines that a full extract should hold and does not; returns how many.
 * @param head the batch of the same scope whose lines it begins with, and that one's last day
 */
export async function endVanishedLines(
  client: pg.ClientBase,
  stamp: BatchStamp,
  scope: FullScope,
  head: { batchId: string; to: string } | undefined,
): Promise<number> {
  const { batchId, extractedAt } = stamp;
  const { from, to, companies, ledgers, accounts } = scope;
  await client.query(CREATE_MISSING);
  // Sets of equal size, compared by hashing: PostgreSQL 15 took the stored side for a handful and compared each with each
  // (more than seven minutes for 100,000 lines).
  await without(client, ['nestloop'], {
    text: MISSING,
    values: [batchId, from, to, companies, ledgers, extractedAt, head?.batchId ?? '0', head?.to ?? from],
  });
  await client.query('analyze missing_line');
  const answer = await client.query(VANISHED, [batchId, from, to, accounts]);
  return answer.rowCount ?? 0;
}
