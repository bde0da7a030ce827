// Tryton's own balances and periods. Balances come from its general ledger, which sums in the ERP: a tie-out against sums
// of the lines that we read ourselves would prove nothing.
import { ZERO, type Decimal } from '../../money/decimal.ts';
import type { BalanceRow, ErpCall, PeriodRow, ReadScope } from '../contract.ts';
import { readTrytonPeriods, type Chart } from './chart.ts';
import type { TrytonSession } from './session.ts';
import { amountOf, related, rowsOf, textOf, type TrytonRow, type TrytonValue } from './values.ts';

/** One row an account and period that overlaps the scope, in company currency, all cost centres together. */
export async function readTrytonBalances(
  session: TrytonSession,
  chart: Chart,
  scope: ReadScope,
  call: ErpCall,
  now: Date,
): Promise<BalanceRow[]> {
  const balances: BalanceRow[] = [];
  const wanted = scope.accounts ?? [];
  const domain: TrytonValue = wanted.length === 0 ? [] : [['account.code', 'in', wanted]];
  const fields: TrytonValue = ['account.code', 'start_balance', 'debit', 'credit', 'end_balance'];
  for (const period of chart.periods) {
    if (period.type !== 'standard' || period.to < scope.from || period.from > scope.to) continue;
    const context = {
      company: chart.company,
      fiscalyear: period.fiscalYearId,
      start_period: period.id,
      end_period: period.id,
      posted: true,
    };
    const params = [domain, 0, null, null, fields];
    const rows = rowsOf(
      await session.read('model.account.general_ledger.account.search_read', params, context, call),
    );
    for (const row of rows) balances.push(balanceRow(row, scope, chart.currency, period.name, now));
  }
  return balances;
}

function balanceRow(
  row: TrytonRow,
  scope: ReadScope,
  currency: string,
  period: string,
  now: Date,
): BalanceRow {
  const text = (amount: Decimal | undefined): string => (amount ?? ZERO).toFixed();
  const closing = text(amountOf(row, 'end_balance'));
  return {
    company: scope.company,
    ledger: scope.ledger,
    account: textOf(related(row, 'account'), 'code'),
    currency,
    period,
    opening: text(amountOf(row, 'start_balance')),
    debit: text(amountOf(row, 'debit')),
    credit: text(amountOf(row, 'credit')),
    closing,
    company_currency: currency,
    company_closing: closing,
    extracted_at: now.toISOString(),
  };
}

/**
 * All periods of a company. After a period is reopened its journals may still be closed in it one by one; for us such a
 * period is closed all the same, so the state of our own journal counts too.
 */
export async function readPostingPeriods(
  session: TrytonSession,
  chart: Chart,
  company: string,
  call: ErpCall,
  now: Date,
): Promise<PeriodRow[]> {
  const periods = await readTrytonPeriods(session, chart.company, call);
  const domain: TrytonValue = [
    ['journal', '=', chart.journal ?? -1],
    ['state', '=', 'close'],
    ['period.fiscalyear.company', '=', chart.company],
  ];
  const params = [domain, 0, null, null, ['period']];
  const shut = await session.read(
    'model.account.journal.period.search_read',
    params,
    { company: chart.company },
    call,
  );
  const closedForUs = new Set(rowsOf(shut).map((row) => row.period));
  return periods.map((period) => ({
    company,
    ledger: 'GL',
    fiscal_year: period.fiscalYear,
    period: period.name,
    from: period.from,
    to: period.to,
    status:
      period.state === 'locked'
        ? 'locked'
        : period.state === 'close' || closedForUs.has(period.id)
          ? 'closed'
          : 'open',
    read_at: now.toISOString(),
  }));
}
