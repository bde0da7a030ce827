// Fiscal periods and whether they are open, as the ERP says; every reading is kept, the latest counts.
import { PERIOD_TABLE, columnsOf } from '../accounting/tableColumns.ts';
import { insertPeriods } from '../db/intake/insertPeriods.ts';
import type { PeriodRow } from '../db/intake/insertPeriods.ts';
import { refusalOf } from '../events/cursor.ts';
import { dayCell, instantCell, keyCell } from './cells.ts';
import type { SmallTable } from './smallTable.ts';

const STATUSES: readonly string[] = ['open', 'closed', 'locked'];

export const periods: SmallTable<PeriodRow> = {
  kind: 'periods',
  quarantined: 'period',
  required: columnsOf(PERIOD_TABLE, 'required', 'file'),
  optional: columnsOf(PERIOD_TABLE, 'optional'),
  read(get, context) {
    const from = dayCell(get, 'from');
    const to = dayCell(get, 'to');
    if (to < from) return { refusal: refusalOf('BAD_DATE', 'to', `a day from ${from} on`, to) };
    const status = get('status');
    if (!STATUSES.includes(status)) {
      return { refusal: refusalOf('MISSING_COLUMN', 'status', STATUSES.join(', '), JSON.stringify(status)) };
    }
    const fiscalYear = keyCell(get, 'fiscal_year');
    const period = keyCell(get, 'period');
    // A name that nobody can read is the ERP's own: this very list explains it.
    const read = context.company(get('company'))?.namePeriod(period, fiscalYear, from);
    const row = {
      company: keyCell(get, 'company'),
      ledger: keyCell(get, 'ledger') || 'GL',
      fiscalYear,
      period: read?.period ?? period,
    };
    return { row: { ...row, from, to, status, readAt: instantCell(get, 'read_at') } };
  },
  store: insertPeriods,
};
