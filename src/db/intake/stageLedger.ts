// Where the rows of a ledger extract wait inside their transaction: a temporary table, so that a killed intake leaves
// nothing behind and nothing of it is logged. Line ids are drawn as rows arrive (gaps do not matter, no order uses them),
// which saves a join over all new rows later.
import type pg from 'pg';

import { copyIn, piecesOf } from '../copy.ts';
import { LEDGER_LINE_COLUMNS } from './readyLine.ts';
import type { ReadyLine } from './readyLine.ts';

const CREATE = `create temporary table stage_ledger (
  line_id bigint not null default nextval('tieout.line_id'),
  position bigint not null, content_hash bytea not null, row_hash uuid not null, unit bigint not null, scope text not null,
  company text collate "C", ledger text collate "C", account text collate "C", location text collate "C",
  dimension text collate "C", currency text collate "C", amount numeric(19,4), company_currency text,
  company_amount numeric(19,4), business_date date, accounting_date date, fiscal_year text collate "C", period text,
  reference text collate "C", document text collate "C", line text collate "C", document_date date,
  posting_reference text collate "C", assignment text collate "C", text text, tax_code text collate "C",
  document_type text collate "C", journal_source text collate "C", created_by text, created_at text,
  partner_company text collate "C", reversal_of text collate "C", status text, company_given boolean) on commit drop;
  create temporary table stage_same (position bigint not null, row_hash uuid not null) on commit drop`;

const TARGET = `stage_ledger (position, content_hash, row_hash, unit, scope, ${LEDGER_LINE_COLUMNS})`.replace(
  /\s+/g,
  ' ',
);

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
