// Lines with all that a story tells of them: what they say, where they came from, where they live now, and what passes
// compare. Found by whatever names them, always through an index.
import type pg from 'pg';
import { externalKeySql, keyColumnsSql } from '../../matching/workTable.ts';
import type { KeyColumn } from '../../rulebook/model.ts';
import { HOME, HOMES } from '../list/lines.ts';
import { labelSql } from '../run/openLines.ts';

export interface StoryLine {
  line: string;
  unit: string;
  side: 'E' | 'L';
  origin: string;
  scope: string;
  label: string;
  ext: string;
  reconciliation: string;
  company: string;
  ledger: string;
  location: string;
  dimension: string;
  account: string;
  currency: string;
  amount: string;
  companyCurrency: string;
  companyAmount: string | null;
  businessDate: string;
  accountingDate: string;
  period: string;
  reference: string;
  eventSource: string | null;
  eventId: string | null;
  rule: string | null;
  rulebookHash: string;
  document: string | null;
  documentLine: string | null;
  postingReference: string | null;
  text: string | null;
  createdBy: string | null;
  batch: string;
  path: string;
  receivedAt: string | null;
  home: string;
  match: string | null;
  exception: string | null;
  reason: string | null;
  status: string | null;
  why: string | null;
  /** The line that took its place, where it ended. */
  successor: string | null;
  columns: Partial<Record<KeyColumn, string>>;
}

/** What names a set of lines; each is a select of (unit, line_id) over `$1`, `$2`. */
const NAMED = {
  line: `select l.unit, l.line_id from (select unit from tieout.unit union all select 0) u join tieout.line l on l.unit = u.unit and l.line_id = $1::bigint`,
  event: `select unit, line_id from tieout.line where event_source = $1::text and event_id = $2::text`,
  /** Of several events, matches and exceptions at once; each parameter is a list. */
  events: `select l.unit, l.line_id from unnest($1::text[], $2::text[]) n(source, id) join tieout.line l on l.event_source = n.source and l.event_id = n.id`,
  matches: `select m.unit, m.line_id from unnest($1::bigint[], $2::bigint[]) n(unit, match) join tieout.match_member m on m.unit = n.unit and m.match_id = n.match`,
  exceptions: `select unit, line_id from tieout.exception_leg where exception_id = any($1::text[]) and ended_run is null`,
  document: `select unit, line_id from tieout.line where document = $1::text`,
  documentLine: `select unit, line_id from tieout.line where document = $1::text and line = $2::text`,
  reference: `select unit, line_id from tieout.line where reference_hash = hashtextextended($1::text, 0) and reference = $1::text and reference <> ''`,
  posting: `select unit, line_id from tieout.line where posting_reference = $1::text and posting_reference <> ''`,
  match: `select m.unit, m.line_id from tieout.unit u join tieout.match_member m on m.unit = u.unit and m.match_id = $1::bigint`,
  exception: `select unit, line_id from tieout.exception_leg where exception_id = $1::text and ended_run is null`,
  pastException: `select distinct unit, line_id from tieout.exception_leg where exception_id = $1::text`,
  journal: `select unit, line_id from tieout.journal_source where journal_id = $1::bigint and line_id is not null`,
} as const;

/** Most lines that a story names. */
export const MOST_LINES = 200;

/** In the order of reconciliation, account, side and external key; at most `MOST_LINES`. */
export async function storyLines(
  client: pg.ClientBase,
  by: keyof typeof NAMED,
  values: readonly (string | readonly string[])[],
): Promise<StoryLine[]> {
  return selected(
    client,
    `(${NAMED[by]}) n`,
    values,
    '',
    `order by u.reconciliation collate "C", l.account, l.side, ext, l.line_id`,
  );
}

async function selected(
  client: pg.ClientBase,
  from: string,
  values: readonly (string | readonly string[])[],
  where: string,
  order: string,
): Promise<StoryLine[]> {
  const found = await client.query<StoryLine>(
    `select l.line_id as line, l.unit, l.side, l.origin, l.scope, ${labelSql('l')} as label, ${externalKeySql('l')} as ext, coalesce(u.reconciliation, '') as reconciliation,
            l.company, l.ledger, l.location, l.dimension, l.account, l.currency, l.amount, l.company_currency as "companyCurrency", l.company_amount as "companyAmount",
            l.business_date as "businessDate", l.accounting_date as "accountingDate", l.period, l.reference, l.event_source as "eventSource", l.event_id as "eventId",
            l.rule, l.rulebook_hash as "rulebookHash", l.document, l.line as "documentLine", l.posting_reference as "postingReference", l.text, l.created_by as "createdBy",
            l.batch_id as batch, coalesce(b.path, '') as path, b.received_at as "receivedAt", ${HOME} as home, m.match_id as match, g.exception_id as exception,
            g.reason, g.status, g.why, e.successor_line as successor, ${keyColumnsSql()} as columns
     from ${from} join tieout.line l on l.unit = n.unit and l.line_id = n.line_id
     left join tieout.unit u on u.unit = l.unit left join tieout.batch b on b.batch_id = l.batch_id ${HOMES}
     where true ${where} ${order} limit ${MOST_LINES}`,
    [...values],
  );
  return found.rows;
}
