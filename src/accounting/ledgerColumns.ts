// The columns of the canonical ledger line as one table: how a file says them, what a change of one makes, and where it is
// stored. Readers, the stage, COPY, the comparison of versions, opening items, extracts, verification and docs/reference/ledger.md
// derive from it; the few places that are written out because a row comes by a million times do not compile without all.
import type { LedgerLine } from './line.ts';

const TEXT = 'text';
const KEY = 'text collate "C"';
const DATE = 'date';
const AMOUNT = 'numeric(19,4)';

/** `amount`: given in one form or the other. */
type Presence = 'required' | 'amount' | 'optional';
/**
 * What another value makes of a known line: another line (`identity`), a new version that reopens its matches (`version`), or
 * words that no match stands on (`words`). '' for columns that are not stored themselves.
 */
type Change = 'identity' | 'version' | 'words' | '';
/** `strict`: a spreadsheet that made a number of it has lost digits or added some; `loose`: its number may be meant. */
type KeyKind = 'strict' | 'loose' | '';

export interface LedgerColumnRow {
  name: string;
  presence: Presence;
  change: Change;
  key: KeyKind;
  /** Column of `tieout.line`, its type, and the field of a line; absent where it is not stored itself. */
  stored?: { column: string; type: string; field: keyof LedgerLine };
  /** For docs/reference/ledger.md. */
  means: string;
}

const stored = (
  column: string,
  field: keyof LedgerLine,
  type: string,
): Required<LedgerColumnRow>['stored'] => ({
  column,
  field,
  type,
});

// prettier-ignore
const TABLE = [
  { name: 'company',           presence: 'required', change: 'identity', key: 'strict', stored: stored('company', 'company', KEY), means: 'company code, as in tieout.yaml' },
  { name: 'ledger',            presence: 'optional', change: 'identity', key: 'strict', stored: stored('ledger', 'ledger', KEY), means: 'ledger or book; default GL' },
  { name: 'document',          presence: 'required', change: 'identity', key: 'strict', stored: stored('document', 'document', KEY), means: 'document number of the ERP' },
  { name: 'line',              presence: 'required', change: 'identity', key: 'strict', stored: stored('line', 'line', KEY), means: 'line number in the document' },
  { name: 'posting_date',      presence: 'required', change: 'version',  key: '', stored: stored('accounting_date', 'accountingDate', DATE), means: 'YYYY-MM-DD' },
  { name: 'document_date',     presence: 'optional', change: 'version',  key: '', stored: stored('document_date', 'documentDate', DATE), means: 'YYYY-MM-DD' },
  { name: 'business_date',     presence: 'optional', change: 'version',  key: '', stored: stored('business_date', 'businessDate', DATE), means: 'the day of the business; default document_date, else posting_date' },
  { name: 'fiscal_year',       presence: 'optional', change: 'identity', key: 'loose', stored: stored('fiscal_year', 'fiscalYear', KEY), means: 'as the ERP says; default: the calendar of the company' },
  { name: 'period',            presence: 'optional', change: 'version',  key: 'loose', stored: stored('period', 'period', TEXT), means: 'as the ERP says; default: the calendar of the company' },
  { name: 'account',           presence: 'required', change: 'version',  key: 'strict', stored: stored('account', 'account', KEY), means: 'account number as text, leading zeros kept' },
  { name: 'location',          presence: 'optional', change: 'version',  key: 'strict', stored: stored('location', 'location', KEY), means: 'store, plant, cost centre' },
  { name: 'dimension',         presence: 'optional', change: 'version',  key: 'loose', stored: stored('dimension', 'dimension', KEY), means: 'a further dimension, such as a tax jurisdiction' },
  { name: 'currency',          presence: 'required', change: 'version',  key: '', stored: stored('currency', 'currency', KEY), means: 'ISO 4217 code of the amount' },
  { name: 'amount',            presence: 'amount',   change: 'version',  key: '', stored: stored('amount', 'amount', AMOUNT), means: 'signed, debit positive; or debit and credit' },
  { name: 'debit',             presence: 'amount',   change: '',         key: '', means: 'with credit, in place of amount; may be negative' },
  { name: 'credit',            presence: 'amount',   change: '',         key: '', means: 'with debit, in place of amount; may be negative' },
  { name: 'company_currency',  presence: 'optional', change: 'version',  key: '', stored: stored('company_currency', 'companyCurrency', TEXT), means: 'ISO 4217 code of company_amount' },
  { name: 'company_amount',    presence: 'optional', change: 'version',  key: '', stored: stored('company_amount', 'companyAmount', AMOUNT), means: 'the amount in the currency of the company' },
  { name: 'reference',         presence: 'optional', change: 'version',  key: '', stored: stored('reference', 'reference', KEY), means: 'shipment, refund, transfer, day of a store, ...' },
  { name: 'posting_reference', presence: 'optional', change: 'version',  key: 'strict', stored: stored('posting_reference', 'postingReference', KEY), means: 'the reference of a posting of ours' },
  { name: 'assignment',        presence: 'optional', change: 'words',    key: '', stored: stored('assignment', 'assignment', KEY), means: 'what else the line is assigned to' },
  { name: 'text',              presence: 'optional', change: 'words',    key: '', stored: stored('text', 'text', TEXT), means: 'free text' },
  { name: 'tax_code',          presence: 'optional', change: 'words',    key: '', stored: stored('tax_code', 'taxCode', KEY), means: 'tax code of the ERP' },
  { name: 'document_type',     presence: 'optional', change: 'version',  key: '', stored: stored('document_type', 'documentType', KEY), means: 'as the ERP says' },
  { name: 'journal_source',    presence: 'optional', change: 'version',  key: '', stored: stored('journal_source', 'journalSource', KEY), means: 'as the ERP says' },
  { name: 'created_by',        presence: 'optional', change: 'words',    key: '', stored: stored('created_by', 'createdBy', TEXT), means: 'who entered it' },
  { name: 'created_at',        presence: 'optional', change: 'words',    key: '', stored: stored('created_at', 'createdAt', TEXT), means: 'when, as the ERP says' },
  { name: 'partner_company',   presence: 'optional', change: 'version',  key: '', stored: stored('partner_company', 'partnerCompany', KEY), means: 'the other company of a transaction between two' },
  { name: 'reversal_of',       presence: 'optional', change: 'version',  key: '', stored: stored('reversal_of', 'reversalOf', KEY), means: 'the document that this one reverses' },
  { name: 'status',            presence: 'optional', change: 'version',  key: '', stored: stored('status', 'status', TEXT), means: 'posted (default), reversed, parked or cancelled; the last two do not count' },
] as const satisfies readonly LedgerColumnRow[];

export type LedgerColumn = (typeof TABLE)[number]['name'];
/** In the order of the file. */
export const LEDGER_TABLE: readonly (LedgerColumnRow & { name: LedgerColumn })[] = TABLE;

const named = (fits: (row: LedgerColumnRow) => boolean): LedgerColumn[] =>
  LEDGER_TABLE.filter(fits).map(({ name }) => name);

export const LEDGER_COLUMNS = named(() => true);
export const REQUIRED_COLUMNS = named(({ presence }) => presence === 'required');
export const OPTIONAL_COLUMNS = named(({ presence }) => presence !== 'required');
export const STRICT_KEYS = named(({ key }) => key === 'strict');
export const LOOSE_KEYS = named(({ key }) => key === 'loose');

/** The columns that `tieout.line` keeps, with the file's column that each comes from. */
export const STORED_COLUMNS = LEDGER_TABLE.flatMap(({ stored: kept, ...row }) =>
  kept === undefined ? [] : [{ ...row, ...kept }],
);

/**
 * What a line says beside its identity, in the order of its content hash. Both columns of the company's amount are one text
 * there, at the place of the amount.
 */
export const CONTENT_COLUMNS = STORED_COLUMNS.filter(
  ({ change, field }) => change !== 'identity' && field !== 'companyCurrency',
);

/** A row by column; '' where absent or empty. */
export type LedgerCells = Readonly<Record<LedgerColumn, string>>;
