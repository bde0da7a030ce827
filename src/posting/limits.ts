// Limits under which a journal needs no second person: per journal, and per account over a day and a period, because ten
// thousand small journals are not under the limit. Gross amounts in company currency: a debit and its credit on one
// account are two movements, not none.
import { decimal, sum, ZERO } from '../money/decimal.ts';
import type { Decimal } from '../money/decimal.ts';
import type { CompanyPolicy } from './missingEntry.ts';

/** What a journal moves, per account. */
export interface AccountTotal {
  account: string;
  /** Gross: debits + credits, company currency. */
  amount: Decimal;
}

/** Where a journal's amounts count. */
export interface LimitScope {
  company: string;
  /** Accounting date. */
  day: string;
  fiscalYear: string;
  period: string;
}

const SEPARATOR = '\u001f';

/** What is already approved, posted or on its way, by account and day and by account and period. */
export class Usage {
  readonly #used = new Map<string, Decimal>();

  /** Adds what a stored or newly approved journal moves. */
  add(scope: LimitScope, totals: readonly AccountTotal[]): void {
    for (const { account, amount } of totals) {
      for (const key of [dayKey(scope, account), periodKey(scope, account)]) {
        this.#used.set(key, (this.#used.get(key) ?? ZERO).plus(amount));
      }
    }
  }
  onDay(scope: LimitScope, account: string): Decimal {
    return this.#used.get(dayKey(scope, account)) ?? ZERO;
  }
  inPeriod(scope: LimitScope, account: string): Decimal {
    return this.#used.get(periodKey(scope, account)) ?? ZERO;
  }
}

const dayKey = (scope: LimitScope, account: string): string =>
  ['D', scope.company, account, scope.day].join(SEPARATOR);
const periodKey = (scope: LimitScope, account: string): string =>
  ['P', scope.company, account, scope.fiscalYear, scope.period].join(SEPARATOR);

/** Gross amounts per account of journal lines, sorted by account. */
export function accountTotals(lines: readonly { account: string; companyAmount: string }[]): AccountTotal[] {
  const totals = new Map<string, Decimal>();
  for (const { account, companyAmount } of lines) {
    totals.set(account, (totals.get(account) ?? ZERO).plus(decimal(companyAmount)));
  }
  return [...totals]
    .map(([account, amount]) => ({ account, amount }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
}

/** Which limit a journal would break, in words; undefined where it is under all of them. At the limit is under it. */
export function brokenLimit(
  limits: CompanyPolicy['limits'],
  scope: LimitScope,
  totals: readonly AccountTotal[],
  usage: Usage,
): string | undefined {
  // Half of the gross sum is what a balanced journal moves from one side to the other.
  const moved = sum(totals.map((total) => total.amount)).dividedBy(2);
  if (limits.journal !== undefined && moved.greaterThan(limits.journal)) {
    return `journal of ${moved.toFixed()} is over the limit of ${limits.journal.toFixed()}`;
  }
  for (const { account, amount } of totals) {
    const day = usage.onDay(scope, account).plus(amount);
    if (limits.accountPerDay !== undefined && day.greaterThan(limits.accountPerDay)) {
      return `account ${account} on ${scope.day}: ${day.toFixed()} is over the limit of ${limits.accountPerDay.toFixed()} a day`;
    }
    const period = usage.inPeriod(scope, account).plus(amount);
    if (limits.accountPerPeriod !== undefined && period.greaterThan(limits.accountPerPeriod)) {
      return `account ${account} in ${scope.period}: ${period.toFixed()} is over the limit of ${limits.accountPerPeriod.toFixed()} a period`;
    }
  }
  return undefined;
}
