// An extract whose periods contradict its posting dates throughout was made by another calendar than the configured one: said
// once, for the file, and not once for each of its documents. A lone document in a wrong period is an exception of its own.
import { UserError } from '../errors.ts';
import type { LedgerRow } from './ledgerRow.ts';

/** What the rows of an extract say of their periods. */
export interface StatedPeriods {
  /** Some row says the period of its posting date, or was known before. */
  someAgree: boolean;
  documents: Set<string>;
  days: Set<string>;
  /** The first contradiction. */
  first: Pick<LedgerRow, 'company' | 'document' | 'period' | 'postingDate'> | undefined;
}

/** Fewer may be a catch-up of one day into the period before, or slips of the hand: refusing them would be worse. */
const LEAST = 3;

export function statedPeriods(someAgree: boolean): StatedPeriods {
  return { someAgree, documents: new Set(), days: new Set(), first: undefined };
}

/** Notes one row. */
export function notePeriod(periods: StatedPeriods, row: LedgerRow): void {
  const { stated, company, document, period, postingDate } = row;
  if (periods.someAgree || stated !== 'contradicts') {
    periods.someAgree ||= stated === 'agrees';
    return;
  }
  periods.first ??= { company, document, period, postingDate };
  if (periods.documents.size < LEAST) periods.documents.add(`${company} ${document}`);
  if (periods.days.size < LEAST) periods.days.add(postingDate ?? '');
}

/** Throws a `UserError` where no row agrees with its posting date: nothing of the extract is taken. */
export function checkStatedPeriods({ someAgree, documents, days, first }: StatedPeriods, path: string): void {
  if (someAgree || first === undefined || documents.size < LEAST || days.size < LEAST) return;
  throw new UserError({
    where: path,
    what: 'BAD_PERIOD: every period in it contradicts its posting date',
    expected: `periods of the calendar of ${first.company}`,
    found: `document ${first.document}, posted ${first.postingDate} in period ${first.period}`,
    todo: 'say its fiscalCalendar in tieout.yaml, or take the periods of the ERP in (`ingest periods`), and deliver it again',
  });
}
