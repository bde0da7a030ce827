// The accounting date of an event: its business date, or what the closed-period policy makes of it. Decided once, at
// intake, with the reason kept, because a date that moves by itself later could not be audited.
import { addDays, isoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { StoredPeriod } from '../db/intake/fiscalPeriods.ts';

export interface AccountingDate {
  day: IsoDate;
  /** '' where it is the business date. */
  reason: string;
}

export type ClosedPeriodPolicy = 'refuse' | 'nextOpen' | 'accrue';

const LEDGER = 'GL';

/** A lookup over the periods that the ERP told; a day in no known period is open. */
export function accountingDates(
  periods: readonly StoredPeriod[],
  policyOf: (company: string) => ClosedPeriodPolicy,
): (company: string, businessDate: IsoDate) => AccountingDate {
  const byCompany = new Map<string, StoredPeriod[]>();
  for (const period of periods) {
    if (period.ledger !== LEDGER) continue;
    byCompany.set(period.company, [...(byCompany.get(period.company) ?? []), period]);
  }
  const closedAt = (company: string, day: IsoDate): StoredPeriod | undefined => {
    const around = byCompany.get(company)?.filter(({ from, to }) => from <= day && day <= to) ?? [];
    // Special periods (13 to 16) lie inside the last one: a day is closed only where none of its periods is open.
    return around.some(({ status }) => status === 'open') ? undefined : around[0];
  };
  const decided = new Map<string, AccountingDate>();
  return (company, businessDate) => {
    const key = `${company} ${businessDate}`;
    let date = decided.get(key);
    if (date === undefined) {
      date = decide(company, businessDate);
      decided.set(key, date);
    }
    return date;
  };
  function decide(company: string, businessDate: IsoDate): AccountingDate {
    const first = closedAt(company, businessDate);
    if (first === undefined) return { day: businessDate, reason: '' };
    const policy = policyOf(company);
    const closed = `period ${first.period} is ${first.status}`;
    if (policy === 'refuse') return { day: businessDate, reason: `${closed}; policy refuse` };
    let day = businessDate;
    for (
      let period: StoredPeriod | undefined = first;
      period !== undefined;
      period = closedAt(company, day)
    ) {
      day = addDays(isoDate(period.to), 1);
    }
    return { day, reason: `${closed}; policy ${policy}: first open day ${day}` };
  }
}
