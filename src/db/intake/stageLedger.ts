// Where the rows of a ledger extract wait inside their transaction: a temporary table, so that a killed intake leaves
// nothing behind and nothing of it is logged. Line ids are drawn as rows arrive (gaps do not matter, no order uses them),
// which saves a join over all new rows later.
import type pg from 'pg';

import { STORED_COLUMNS } from '../../accounting/ledgerColumns.ts';
import { copyIn, piecesOf } from '../copy.ts';
import { LEDGER_LINE_COLUMNS } from './readyLine.ts';
import type { ReadyLine } from './readyLine.ts';

const CREATE = `create temporary table stage_ledger (
  line_id bigint not null default nextval('tieout.line_id'),
  position bigint not null, content_hash bytea not null, row_hash uuid not null, unit bigint not null, scope text not null,
  ${STORED_COLUMNS.map(({ column, type }) => `${column} ${type}`).join(', ')}, company_given boolean) on commit drop;
  create temporary table stage_same (position bigint not null, row_hash uuid not null) on commit drop`;

const TARGET = `stage_ledger (position, content_hash, row_hash, unit, scope, ${LEDGER_LINE_COLUMNS})`;

export async function createLedgerStage(client: pg.ClientBase): Promise<void> {
  await client.query(CREATE);
}

export async function stageLedger(client: pg.ClientBase, rows: readonly ReadyLine[]): Promise<void> {
  if (rows.length === 0) return;
  const lines = piecesOf(rows, ({ position, contentHash, rowHash, line }) => [
    `${position}\t\\\\x${contentHash}\t${rowHash}\t`,
    line,
    '\n',
  ]);
  await copyIn(client, TARGET, lines);
}

/** A row that says what it said before, word for word: its hash is all that has to be compared. */
export interface SameRow {
  position: number;
  rowHash: string;
}

export async function stageSame(client: pg.ClientBase, rows: readonly SameRow[]): Promise<void> {
  if (rows.length === 0) return;
  const lines = rows.map(({ position, rowHash }) => `${position}\t${rowHash}\n`);
  await copyIn(client, 'stage_same (position, row_hash)', lines);
}

/**
 * Statistics of the stage: without them the joins that follow are planned blind. Only of what they join by: those of all
 * 33 columns took five times as long (1.2 s of 10 s for 100,000 lines).
 */
export async function analyzeLedgerStage(client: pg.ClientBase): Promise<void> {
  await client.query(
    'analyze stage_ledger (position, company, ledger, fiscal_year, document, line, accounting_date, reference)',
  );
}
