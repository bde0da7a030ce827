// Into which period a journal may go. A period that the ERP has not named is closed for posting: a wrong guess would be a
// refused document, or worse, one in a month that finance has reported.
import { addDays } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { PeriodPolicy, PeriodStatus } from './missingEntry.ts';

/** Where a journal is dated, and why it is not where it belongs. */
export interface Dating {
  postingDate: IsoDate;
  fiscalYear: string;
  period: string;
}
export type PeriodVerdict =
  | ({ kind: 'own' } & Dating)
  | ({ kind: 'nextOpen'; why: string } & Dating)
  | ({ kind: 'accrue'; why: string; reversal: Dating } & Dating)
  | { kind: 'refused'; why: string };

/**
 * Decides by the ERP's periods and the company's policy.
 * @param own the entry's accounting date, fiscal year and period
 */
export function choosePeriod(
  own: Dating,
  periods: readonly PeriodStatus[],
  policy: PeriodPolicy,
): PeriodVerdict {
  const holding = periods.filter((period) => period.from <= own.postingDate && own.postingDate <= period.to);
  // Special periods (13 to 16) share their days with the last normal one: the entry's own period is asked first.
  const itsOwn =
    holding.find((p) => p.fiscalYear === own.fiscalYear && p.period === own.period) ?? holding[0];
  if (itsOwn?.status === 'open') {
    return {
      kind: 'own',
      postingDate: own.postingDate,
      fiscalYear: itsOwn.fiscalYear,
      period: itsOwn.period,
    };
  }
  const state = itsOwn === undefined ? 'not known to the ERP' : itsOwn.status;
  const closed = `period ${own.period} is ${state}`;
  if (policy === 'refuse') return { kind: 'refused', why: closed };
  const next = firstOpenAfter(own.postingDate, periods);
  if (next === undefined) return { kind: 'refused', why: `${closed}, and no later one is open` };
  const dating = { postingDate: next.from, fiscalYear: next.fiscalYear, period: next.period };
  if (policy === 'nextOpen') {
    return { kind: 'nextOpen', why: `${closed}: posted in ${next.period}, the next open one`, ...dating };
  }
  const after = periods.find((period) => period.from === addDays(next.to, 1));
  if (after === undefined) {
    return {
      kind: 'refused',
      why: `${closed}, and the period after ${next.period}, for the reversal, is not known`,
    };
  }
  return {
    kind: 'accrue',
    why: `${closed}: accrued in ${next.period}, reversed in ${after.period}`,
    ...dating,
    reversal: { postingDate: after.from, fiscalYear: after.fiscalYear, period: after.period },
  };
}

function firstOpenAfter(day: IsoDate, periods: readonly PeriodStatus[]): PeriodStatus | undefined {
  const later = periods.filter((period) => period.status === 'open' && period.from > day);
  return later.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1))[0];
}
