// Where the rows of a ledger extract wait inside their transaction: a temporary table, so that a killed intake leaves
// nothing behind and nothing of it is logged. Line ids are drawn as rows arrive (gaps do not matter, no order uses them),
// which saves a join over all new rows later.
import type pg from 'pg';

import type { LedgerLine, Scope } from '../../accounting/line.ts';
import { copyIn, copyLine } from '../copy.ts';

/** A line on its way in: where it stood, what it says, where it belongs. */
export interface StagedLine {
  position: number;
  contentHash: string;
  /** 63-bit unit id as text; '0' for lines in no reconciliation. */
  unit: string;
  scope: Scope;
  line: LedgerLine;
}

/** The columns of `tieout.line` that a ledger line fills, in one order. */
export const LEDGER_LINE_COLUMNS = `company, ledger, account, location, dimension, currency, amount, company_currency,
  company_amount, business_date, accounting_date, fiscal_year, period, reference, document, line, document_date,
  posting_reference, assignment, text, tax_code, document_type, journal_source, created_by, created_at,
  partner_company, reversal_of, status`;

const CREATE = `create temporary table stage_ledger (
  line_id bigint not null default nextval('tieout.line_id'),
  position bigint not null, content_hash bytea not null, unit bigint not null, scope text not null,
  company text collate "C", ledger text collate "C", account text collate "C", location text collate "C",
  dimension text collate "C", currency text collate "C", amount numeric(19,4), company_currency text,
  company_amount numeric(19,4), business_date date, accounting_date date, fiscal_year text collate "C", period text,
  reference text collate "C", document text collate "C", line text collate "C", document_date date,
  posting_reference text collate "C", assignment text collate "C", text text, tax_code text collate "C",
  document_type text collate "C", journal_source text collate "C", created_by text, created_at text,
  partner_company text collate "C", reversal_of text collate "C", status text) on commit drop`;

const TARGET = `stage_ledger (position, content_hash, unit, scope, ${LEDGER_LINE_COLUMNS})`.replace(
  /\s+/g,
  ' ',
);

export async function createLedgerStage(client: pg.ClientBase): Promise<void> {
  await client.query(CREATE);
}

/** Adds rows (COPY text of `ledgerStageRow`). */
export async function stageLedger(client: pg.ClientBase, rows: readonly string[]): Promise<void> {
  await copyIn(client, TARGET, rows);
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

/** COPY text of one line. */
export function ledgerStageRow({ position, contentHash, unit, scope, line }: StagedLine): string {
  return copyLine([
    String(position),
    `\\x${contentHash}`,
    unit,
    scope,
    line.company,
    line.ledger,
    line.account,
    line.location,
    line.dimension,
    line.currency,
    line.amount,
    line.companyCurrency,
    line.companyAmount,
    line.businessDate,
    line.accountingDate,
    line.fiscalYear,
    line.period,
    line.reference,
    line.document,
    line.line,
    line.documentDate,
    line.postingReference,
    line.assignment,
    line.text,
    line.taxCode,
    line.documentType,
    line.journalSource,
    line.createdBy,
    line.createdAt,
    line.partnerCompany,
    line.reversalOf,
    line.status,
  ]);
}
