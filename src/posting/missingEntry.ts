// What the proposing rules know of an event whose lines the ledger lacks, and of the company it belongs to. Plain values:
// jobs/run/propose.ts fills them from the database and the configuration.
import type { IsoDate } from '../accounting/dates.ts';
import type { Decimal } from '../money/decimal.ts';

/** One live expected line of an event. Amounts are signed decimal text, debit positive. */
export interface EntryLine {
  unit: string;
  lineId: string;
  externalKey: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  amount: string;
  companyCurrency: string;
  /** null where no rate was known. */
  companyAmount: string | null;
  reference: string;
  /** The leg of an open MISSING_IN_LEDGER exception. */
  missing: boolean;
}

/** The part of an event's entry that belongs to one company and ledger, with all its live lines. */
export interface MissingEntry {
  eventSource: string;
  eventId: string;
  rule: string;
  company: string;
  ledger: string;
  businessDate: IsoDate;
  accountingDate: IsoDate;
  fiscalYear: string;
  period: string;
  region: string;
  brand: string;
  lines: readonly EntryLine[];
  /** Ids that other events may carry as well: order, shipment, payout, session. */
  sharedIds: readonly string[];
  /** Batch that brought the event. */
  batch: string;
  /** Lines of the event in other companies or ledgers that are missing, and that are not. */
  elsewhere: { missing: number; notMissing: number };
}

export type RolloutMode = 'observe' | 'propose' | 'post';
export type PeriodPolicy = 'refuse' | 'nextOpen' | 'accrue';

/** How far a company lets its journals go; account names are the rulebook's. */
export interface CompanyPolicy {
  currency: string;
  /** Absent: nothing can be posted. */
  erp?: string;
  journals: 'detail' | 'summary';
  rollout: {
    default: RolloutMode;
    where: readonly {
      region?: string;
      brand?: string;
      location?: string;
      accounts?: readonly string[];
      mode: RolloutMode;
    }[];
  };
  closedPeriods: {
    default: PeriodPolicy;
    where: readonly { accounts: readonly string[]; policy: PeriodPolicy }[];
  };
  /** In company currency. */
  limits: { journal?: Decimal; accountPerDay?: Decimal; accountPerPeriod?: Decimal };
}

/** A fiscal period as the ERP last said. */
export interface PeriodStatus {
  fiscalYear: string;
  period: string;
  from: IsoDate;
  to: IsoDate;
  status: 'open' | 'closed' | 'locked';
}

/** One entry is one event in one company and ledger. */
export function entryId({
  eventSource,
  eventId,
  company,
  ledger,
}: Pick<MissingEntry, 'eventSource' | 'eventId' | 'company' | 'ledger'>): string {
  return [eventSource, eventId, company, ledger].join('\u001f');
}
