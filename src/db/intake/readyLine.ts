// A ledger line as it waits for its chunk: the COPY text of its columns, whichever table it goes to. As bytes, outside of the
// heap: what waits there is copied by garbage collection.
import { STORED_COLUMNS } from '../../accounting/ledgerColumns.ts';
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
const mayBeNull = ({ field }: { field: keyof LedgerLine }): boolean =>
  field === 'companyAmount' || field === 'documentDate';
const TEXTS = STORED_COLUMNS.filter((stored) => !mayBeNull(stored));
const NULLABLE = STORED_COLUMNS.filter(mayBeNull);
/** The columns of `tieout.line` that a ledger line fills, in one order: texts, then those that may be null. */
export const LEDGER_LINE_COLUMNS = [
  ...TEXTS.map(({ column }) => column),
  'company_given',
  ...NULLABLE.map(({ column }) => column),
].join(', ');

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
  const texts = TEXTS.map(({ field }) => line[field] as string);
  texts.push(line.companyGiven ? 't' : 'f');
  const key = plain ? identity.join('\t') : copyCells(identity);
  const cells = plain ? texts.join('\t') : copyCells(texts);
  const { accountingDate } = line;
  const nullable = NULLABLE.map(({ field }) => line[field] ?? NULL).join('\t');
  return {
    position,
    contentHash,
    rowHash,
    identity: Buffer.from(`${key}\t\\\\x${contentHash}\t${rowHash}\t${accountingDate}\t${unit}`),
    line: Buffer.from(`${unit}\t${scope}\t${cells}\t${nullable}`),
  };
}

interface Home {
  unit: string;
  scope: Scope;
}

const NULL = '\\N';
