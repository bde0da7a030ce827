// The simulated ERP's trial balance as a balances file. It proves every account but one a company, which is off on purpose.
import { amountText } from './cents.ts';
import type { Books } from './books.ts';
import type { Month } from './calendar.ts';
import { numberOf, type Desk } from './desk.ts';
import { Random } from './random.ts';
import { COMPANIES } from './world.ts';

/** How much the shrinkage account of each company shows too much. */
const BALANCE_OFF = 13_750n;

/** The ERP's trial balance: opening, movement and closing of each account and period; one a company is off. */
export function balances(month: Month, books: Books, extractedAt: string): string {
  const off = COMPANIES.map(
    (company) => `${company.code} ${numberOf('shrinkage', company.code)} ${company.currency}`,
  );
  let text =
    'company,ledger,account,currency,period,opening,debit,credit,closing,company_currency,company_closing,extracted_at\n';
  const closings = new Map<string, { cents: bigint; company: bigint }>();
  const rows = books.balances();
  const accounts = [...new Set(rows.map((row) => `${row.company} ${row.account} ${row.currency}`))];
  for (const period of [month.name, month.next]) {
    for (const account of accounts) {
      const [code, number, currency] = account.split(' ');
      const row = rows.find(
        (each) =>
          each.company === code &&
          each.account === number &&
          each.currency === currency &&
          each.period === period,
      );
      const own = COMPANIES.find((company) => company.code === code)?.currency === currency;
      const begin = new Random('opening balance', account);
      const opening = closings.get(account) ?? first(own ? BigInt(begin.int(-9_000_000, 9_000_000)) : 0n);
      const wrong = period === month.name && off.includes(account) ? BALANCE_OFF : 0n;
      const debit = (row?.debit ?? 0n) + wrong;
      const closing = {
        cents: opening.cents + debit - (row?.credit ?? 0n),
        company: opening.company + (row?.company_ ?? 0n) + wrong,
      };
      closings.set(account, closing);
      text +=
        [
          code,
          'GL',
          number,
          currency,
          period,
          amountText(opening.cents),
          amountText(debit),
          amountText(row?.credit ?? 0n),
          amountText(closing.cents),
          COMPANIES.find((company) => company.code === code)?.currency ?? '',
          amountText(closing.company),
          extractedAt,
        ].join(',') + '\n';
    }
  }
  return text;
}

function first(cents: bigint): { cents: bigint; company: bigint } {
  return { cents, company: cents };
}

/** Truth about the balances that are off. */
export function tellBalances(desk: Desk): void {
  for (const company of COMPANIES) {
    const account = numberOf('shrinkage', company.code);
    desk.truth.add({
      kind: 'balance_off',
      reason: 'BALANCE_DIFFERENCE',
      class: 'control',
      note: 'The trial balance of the account shows more than its documents.',
      company: company.code,
      amount: amountText(BALANCE_OFF),
      currency: company.currency,
      accounts: [account],
      items: [
        { account, location: '', dimension: '', currency: company.currency, amount: amountText(BALANCE_OFF) },
      ],
    });
  }
}
