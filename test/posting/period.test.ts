// Into which period a journal goes where its own one is closed: the next that is open, over others that are closed too.
import { expect, it } from 'vitest';

import { isoDate } from '../../src/accounting/dates.ts';
import type { PeriodStatus } from '../../src/posting/missingEntry.ts';
import { choosePeriod } from '../../src/posting/period.ts';

const period = (month: string, last: string, status: PeriodStatus['status']): PeriodStatus => ({
  fiscalYear: '2026',
  period: `2026-${month}`,
  from: isoDate(`2026-${month}-01`),
  to: isoDate(`2026-${month}-${last}`),
  status,
});
const OWN = { postingDate: isoDate('2026-09-14'), fiscalYear: '2026', period: '2026-09' };
const CLOSED = [period('09', '30', 'closed'), period('10', '31', 'closed')];

it('the next open one, over another closed one', () => {
  expect(choosePeriod(OWN, [...CLOSED, period('11', '30', 'open')], 'nextOpen')).toMatchObject({
    kind: 'nextOpen',
    postingDate: '2026-11-01',
    period: '2026-11',
    why: 'period 2026-09 is closed: posted in 2026-11, the next open one',
  });
  expect(choosePeriod(OWN, CLOSED, 'nextOpen')).toMatchObject({ kind: 'refused' });
});
