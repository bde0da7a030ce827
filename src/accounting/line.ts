// The one shape that expected lines (what a fact should have caused) and ledger lines (what the ERP says) share, so that
// matching compares like with like. Optional text is '' when absent: an absent key matches nothing, and '' is what sorts.
import type { IsoDate } from './dates.ts';

/** `E` expected, `L` ledger. */
export type Side = 'E' | 'L';

/** Where a line comes from. */
export type Origin = 'event' | 'journal' | 'opening' | 'ledger';

/**
 * Whether a line takes part: in scope; out of scope (the filter); not counting (parked); before the start date; a ledger line
 * of zero in both currencies, which explains itself.
 */
export type Scope = 'in' | 'out' | 'void' | 'before' | 'zero';

/** The canonical columns of a line on either side. Amounts are decimal text, signed, debit positive. */
export interface LineShape {
  company: string;
  ledger: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  amount: string;
  companyCurrency: string;
  /** null where neither the source nor a rate tells it. */
  companyAmount: string | null;
  businessDate: IsoDate;
  accountingDate: IsoDate;
  fiscalYear: string;
  /** Fiscal period as the ERP names it, `2026-10`. */
  period: string;
  reference: string;
}

/** A line that an event, a journal or an opening item says the ledger should hold. */
export interface ExpectedLine extends LineShape {
  eventSource: string;
  eventId: string;
  /** 1, 2, ...: order among lines of one event alike in account, location, dimension and currency. */
  ordinal: number;
  /** Name of the posting rule that derived it. */
  rule: string;
  /** All other ids of the event: `{ orderId: 'SO-1' }`. */
  further: Record<string, string>;
}

/** A line as an ERP extract delivered it (spec: canonical ledger line). */
export interface LedgerLine extends LineShape {
  /** The extract said the company amount; else it is converted by the table of rates, and never compared. */
  companyGiven: boolean;
  document: string;
  line: string;
  documentDate: IsoDate | null;
  postingReference: string;
  assignment: string;
  text: string;
  taxCode: string;
  documentType: string;
  journalSource: string;
  createdBy: string;
  createdAt: string;
  partnerCompany: string;
  reversalOf: string;
  status: 'posted' | 'reversed' | 'parked' | 'cancelled';
}

const SEPARATOR = '\u001f';

/** External key of an expected line: it orders twins and anchors exceptions; no version and no id of ours in it. */
export function expectedKey(
  line: Pick<
    ExpectedLine,
    'eventSource' | 'eventId' | 'account' | 'location' | 'dimension' | 'currency' | 'ordinal'
  >,
): string {
  return [
    'E',
    line.eventSource,
    line.eventId,
    line.account,
    line.location,
    line.dimension,
    line.currency,
    String(line.ordinal),
  ].join(SEPARATOR);
}

/** External key of a ledger line. */
export function ledgerKey(
  line: Pick<LedgerLine, 'company' | 'ledger' | 'fiscalYear' | 'document' | 'line'>,
): string {
  return ['L', line.company, line.ledger, line.fiscalYear, line.document, line.line].join(SEPARATOR);
}
