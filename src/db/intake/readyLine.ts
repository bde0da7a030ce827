// A ledger line as it waits for its chunk: the COPY text of its columns, whichever table it goes to. As bytes, outside of the
// heap: what waits there is copied by garbage collection.
import type { LedgerLine, Scope } from '../../accounting/line.ts';
import { copyCells } from '../copy.ts';

export interface ReadyLine {
  position: number;
  contentHash: string;
  rowHash: string;
  /** COPY text of `IDENTITY_COLUMNS`. */
  identity: Buffer;
  /** COPY text of unit, scope and `LEDGER_LINE_COLUMNS`. */
  line: Buffer;
}

/** The columns of `tieout.ledger_identity` that are known when a line was read. */
export const IDENTITY_COLUMNS =
  'company, ledger, fiscal_year, document, line, content_hash, row_hash, posting_date, unit';
/** The columns of `tieout.line` that a ledger line fills, in one order: texts, then the two that may be null. */
export const LEDGER_LINE_COLUMNS = `company, ledger, account, location, dimension, currency, amount, company_currency,
  business_date, accounting_date, fiscal_year, period, reference, document, line, posting_reference, assignment, text,
  tax_code, document_type, journal_source, created_by, created_at, partner_company, reversal_of, status, company_given, company_amount,
  document_date`;

/**
 * @param unit 63-bit unit id as text; '0' for lines in no reconciliation
 * @param plain no text of it holds a control character or a backslash: joined as it is, not looked at thirty times
 */
export function readyLine(
  { position, contentHash, rowHash, unit, scope }: Omit<ReadyLine, 'identity' | 'line'> & Home,
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
    line.companyGiven ? 't' : 'f',
  ];
  const key = plain ? identity.join('\t') : copyCells(identity);
  const cells = plain ? texts.join('\t') : copyCells(texts);
  const { accountingDate, companyAmount, documentDate } = line;
  return {
    position,
    contentHash,
    rowHash,
    identity: Buffer.from(`${key}\t\\\\x${contentHash}\t${rowHash}\t${accountingDate}\t${unit}`),
    line: Buffer.from(`${unit}\t${scope}\t${cells}\t${companyAmount ?? NULL}\t${documentDate ?? NULL}`),
  };
}

interface Home {
  unit: string;
  scope: Scope;
}

const NULL = '\\N';
