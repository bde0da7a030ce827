// A ledger line as it waits for its chunk: the COPY text of its columns and the few values that are put before or behind
// them, whichever table it goes to. Text, not objects: thirty values a line that wait are copied by garbage collection (3.9 s
// of processor instead of 4.5 s for 100,000 lines, on a busy machine).
import type { LedgerLine, Scope } from '../../accounting/line.ts';
import { copyCells } from '../copy.ts';

export interface ReadyLine {
  position: number;
  contentHash: string;
  rowHash: string;
  /** 63-bit unit id as text; '0' for lines in no reconciliation. */
  unit: string;
  scope: Scope;
  postingDate: string;
  /** COPY text of company, ledger, fiscal year, document and line. */
  key: string;
  /** COPY text of `LEDGER_LINE_COLUMNS`. */
  cells: string;
}

/** The columns of `tieout.line` that a ledger line fills, in one order: texts, then the two that may be null. */
export const LEDGER_LINE_COLUMNS = `company, ledger, account, location, dimension, currency, amount, company_currency,
  business_date, accounting_date, fiscal_year, period, reference, document, line, posting_reference, assignment, text,
  tax_code, document_type, journal_source, created_by, created_at, partner_company, reversal_of, status, company_amount,
  document_date`;

/** @param plain no text of it holds a control character or a backslash: joined as it is, not looked at thirty times */
export function readyLine(
  { position, contentHash, rowHash, unit, scope }: Omit<ReadyLine, 'postingDate' | 'key' | 'cells'>,
  line: LedgerLine,
  plain: boolean,
): ReadyLine {
  const identity = [line.company, line.ledger, line.fiscalYear, line.document, line.line];
  const texts = [
    line.company,
    line.ledger,
    line.account,
    line.location,
    line.dimension,
    line.currency,
    line.amount,
    line.companyCurrency,
    line.businessDate,
    line.accountingDate,
    line.fiscalYear,
    line.period,
    line.reference,
    line.document,
    line.line,
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
  ];
  const key = plain ? identity.join('\t') : copyCells(identity);
  const cells = plain ? texts.join('\t') : copyCells(texts);
  return {
    position,
    contentHash,
    rowHash,
    unit,
    scope,
    postingDate: line.accountingDate,
    key,
    cells: `${cells}\t${line.companyAmount ?? NULL}\t${line.documentDate ?? NULL}`,
  };
}

const NULL = '\\N';
