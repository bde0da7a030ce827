// SAP's own balances and accounts. Totals come from the service that aggregates in SAP, per account, period and side; the
// carry-forward of earlier years is its period 000.
import { decimal, ZERO, type Decimal } from '../../money/decimal.ts';
import type { BalanceRow, ErpAccount, ErpCall, ReadScope } from '../contract.ts';
import type { ErpHttp } from '../exchange.ts';
import { asText } from '../jsonText.ts';
import { odataPages, quoted } from './cube.ts';
import { ownAccount, type EnvelopeSettings } from './envelope.ts';

const TOTALS = 'sap/opu/odata/sap/API_JOURNALENTRYITEMBASIC_SRV/A_JournalEntryItemBasic';
const ACCOUNTS = 'sap/opu/odata/sap/API_GLACCOUNTINCHARTOFACCOUNTS_SRV/A_GLAccountInChartOfAccounts';
const LEADING_LEDGER = '0L';

interface Total {
  currency: string;
  debit: Decimal;
  credit: Decimal;
}

/** One row an account and fiscal period (1 to 16) of the scope's calendar months that has any movement or opening. */
export async function readSapBalances(
  http: ErpHttp,
  scope: ReadScope,
  settings: EnvelopeSettings,
  call: ErpCall,
  now: Date,
): Promise<BalanceRow[]> {
  const balances: BalanceRow[] = [];
  for (let year = Number(scope.from.slice(0, 4)); year <= Number(scope.to.slice(0, 4)); year += 1) {
    const totals = await readTotals(http, scope.company, String(year), call);
    for (const [account, periods] of totals) {
      const number = ownAccount(account, settings.padAccounts);
      if (scope.accounts !== undefined && scope.accounts.length > 0 && !scope.accounts.includes(number))
        continue;
      balances.push(...rowsOfYear(scope, number, String(year), periods, now));
    }
  }
  return balances;
}

async function readTotals(
  http: ErpHttp,
  company: string,
  year: string,
  call: ErpCall,
): Promise<Map<string, Map<string, Total>>> {
  const query = {
    $filter: `CompanyCode eq ${quoted(company)} and Ledger eq ${quoted(LEADING_LEDGER)} and LedgerFiscalYear eq ${quoted(year)}`,
    $select:
      'GLAccount,FiscalPeriod,ControllingDebitCreditCode,CompanyCodeCurrency,AmountInCompanyCodeCurrency',
    $orderby: 'GLAccount,FiscalPeriod,ControllingDebitCreditCode',
  };
  const totals = new Map<string, Map<string, Total>>();
  for await (const page of odataPages(http, TOTALS, query, call)) {
    for (const row of page) {
      const periods = totals.get(asText(row.GLAccount)) ?? new Map<string, Total>();
      const period = asText(row.FiscalPeriod).padStart(3, '0').slice(-2);
      const total = periods.get(period) ?? {
        currency: asText(row.CompanyCodeCurrency),
        debit: ZERO,
        credit: ZERO,
      };
      const amount = decimal(asText(row.AmountInCompanyCodeCurrency));
      if (asText(row.ControllingDebitCreditCode) === 'H') total.credit = total.credit.minus(amount);
      else total.debit = total.debit.plus(amount);
      periods.set(period, total);
      totals.set(asText(row.GLAccount), periods);
    }
  }
  return totals;
}

function rowsOfYear(
  scope: ReadScope,
  account: string,
  year: string,
  periods: ReadonlyMap<string, Total>,
  now: Date,
): BalanceRow[] {
  const rows: BalanceRow[] = [];
  let closing = ZERO;
  const currency = [...periods.values()][0]?.currency ?? '';
  for (let number = 0; number <= 16; number += 1) {
    const period = String(number).padStart(2, '0');
    const total = periods.get(period) ?? { debit: ZERO, credit: ZERO };
    const opening = closing;
    closing = opening.plus(total.debit).minus(total.credit);
    const name = `${year}-${period}`;
    const special = number > 12 && !periods.has(period);
    // Period 00 is the carry-forward: an opening, no period of its own.
    if (
      number === 0 ||
      special ||
      name < scope.from.slice(0, 7) ||
      (number <= 12 && name > scope.to.slice(0, 7))
    )
      continue;
    rows.push({
      company: scope.company,
      ledger: scope.ledger,
      account,
      currency,
      period: name,
      opening: opening.toFixed(),
      debit: total.debit.toFixed(),
      credit: total.credit.toFixed(),
      closing: closing.toFixed(),
      company_currency: currency,
      company_closing: closing.toFixed(),
      extracted_at: now.toISOString(),
    });
  }
  return rows;
}

/** The chart of accounts; what is blocked for posting is not postable. */
export async function readSapAccounts(
  http: ErpHttp,
  company: string,
  chart: string,
  settings: EnvelopeSettings,
  call: ErpCall,
): Promise<ErpAccount[]> {
  const accounts: ErpAccount[] = [];
  const query = { $filter: `ChartOfAccounts eq ${quoted(chart)}`, $orderby: 'GLAccount' };
  for await (const page of odataPages(http, ACCOUNTS, query, call)) {
    for (const row of page) {
      accounts.push({
        company,
        number: ownAccount(asText(row.GLAccount), settings.padAccounts),
        name: asText(row.GLAccountLongName) || asText(row.GLAccountExternal),
        postable: row.AccountIsBlockedForPosting !== true && row.AccountIsMarkedForDeletion !== true,
      });
    }
  }
  return accounts;
}
