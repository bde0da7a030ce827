// The ERP's own periods win over a configured calendar: which of them holds a day.
import { daysBetween, isoDate, type IsoDate } from './dates.ts';
import { isSpecialPeriod } from './periodName.ts';

/** A period as the ERP listed it. */
export interface ErpPeriod {
  company: string;
  ledger: string;
  fiscalYear: string;
  period: string;
  from: string;
  to: string;
}

/** Where nobody says which ledger: the one that events are posted to. */
const LEDGER = 'GL';

/** The normal period of a company's that holds a day: no special one, and the shortest of several; undefined where the ERP named none. */
export function erpPeriodOf(
  periods: readonly ErpPeriod[],
  day: IsoDate,
): Pick<ErpPeriod, 'fiscalYear' | 'period'> | undefined {
  const days = ({ from, to }: ErpPeriod): number => daysBetween(isoDate(from), isoDate(to));
  const [holds] = periods
    .filter((one) => one.ledger === LEDGER && one.from <= day && day <= one.to)
    .filter(({ period }) => !isSpecialPeriod(period))
    .toSorted((a, b) => days(a) - days(b) || (a.period < b.period ? -1 : 1));
  return holds && { fiscalYear: holds.fiscalYear, period: holds.period };
}
