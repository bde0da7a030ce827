// Opening items: lines of either side that were unreconciled when we began. They have no event and no extract behind
// them, so their identity is kept where an event's would be: source `opening`, and their own key as the id.
import type pg from 'pg';

import { STORED_COLUMNS } from '../../accounting/ledgerColumns.ts';
import type { LedgerLine, Scope, Side } from '../../accounting/line.ts';

export interface OpeningRow extends LedgerLine {
  side: Side;
  unit: string;
  scope: Scope;
  /** `company/ledger/account/document/line`. */
  key: string;
}

const SHAPE = `(position bigint, side text, unit bigint, scope text, key text,
  ${STORED_COLUMNS.map(({ field, type }) => `"${field}" ${type}`).join(', ')})`;
const ROWS = `jsonb_to_recordset($1::jsonb) as d ${SHAPE}`;
const STORED = `tieout.line l where l.origin = 'opening' and l.event_source = 'opening' and l.event_id = d.key and l.side = d.side::"char"`;

const COMPARE = `select d.position,
    (select (l.currency, l.amount, l.location, l.dimension, l.reference, l.business_date)
            is distinct from (d.currency, d.amount, d.location, d.dimension, d.reference, d."businessDate") from ${STORED}) as differs,
    exists (select from tieout.line o where o.event_source = 'opening' and o.event_id is not null
             and o.company = d.company and o.ledger = d.ledger and o.account = d.account) as begun
  from ${ROWS}`;

/** For each row: known (true: with other content), or of an account that has its opening items already. */
export interface OpeningCheck {
  position: number;
  /** null: not stored. */
  differs: boolean | null;
  begun: boolean;
}

export async function compareOpening(
  client: pg.ClientBase,
  rows: readonly (OpeningRow & { position: number })[],
): Promise<OpeningCheck[]> {
  const answer = await client.query<Omit<OpeningCheck, 'position'> & { position: string }>(COMPARE, [
    JSON.stringify(rows),
  ]);
  return answer.rows.map((row) => ({ ...row, position: Number(row.position) }));
}

const INSERT = `insert into tieout.line (unit, line_id, side, origin, scope, event_source, event_id, ordinal, rule, further,
    ${STORED_COLUMNS.map(({ column }) => column).join(', ')}, rulebook_hash, batch_id)
  select d.unit, nextval('tieout.line_id'), d.side::"char", 'opening', d.scope,
         'opening', d.key, 1, case d.side when 'E' then 'opening' end, case d.side when 'E' then '{}'::jsonb end,
         ${STORED_COLUMNS.map(({ field }) => `d."${field}"`).join(', ')}, $3, $2
    from ${ROWS}`;

export async function insertOpening(
  client: pg.ClientBase,
  rows: readonly (OpeningRow & { position: number })[],
  batchId: string,
  rulebookHash: string,
): Promise<void> {
  if (rows.length > 0) await client.query(INSERT, [JSON.stringify(rows), batchId, rulebookHash]);
}
