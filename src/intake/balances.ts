// The ERP's own balances: what a tie-out is proved against.
import { insertBalances } from '../db/intake/insertBalances.ts';
import type { BalanceRow } from '../db/intake/insertBalances.ts';
import { periodName } from '../accounting/periodName.ts';
import { refusalOf } from '../events/cursor.ts';
import { AMOUNT_SCALE, printScaled } from '../events/scaled.ts';
import { amountCell, currencyCell, instantCell, keyCell } from './cells.ts';
import type { SmallTable } from './smallTable.ts';

export const balances: SmallTable<BalanceRow> = {
  kind: 'balances',
  quarantined: 'balance',
  required: [
    'company',
    'account',
    'currency',
    'period',
    'opening',
    'debit',
    'credit',
    'closing',
    'extracted_at',
  ],
  optional: ['ledger', 'location', 'dimension', 'company_currency', 'company_closing'],
  // What a refused balance was to prove is not proven: it is found by these.
  about: (get) => ({
    company: get('company'),
    currency: get('currency'),
    accounts: [get('account')].filter((account) => account !== ''),
    document: periodName(get('period')),
  }),
  read(get, context) {
    const currency = currencyCell(get, 'currency');
    const [opening, debit, credit, closing] = (['opening', 'debit', 'credit', 'closing'] as const).map(
      (column) => amountCell(get, column, currency),
    ) as [bigint, bigint, bigint, bigint];
    const text = (units: bigint): string => printScaled(units, AMOUNT_SCALE, 2);
    const off = closing - opening - debit + credit;
    if (off !== 0n) {
      const expected = `opening ${text(opening)} + debit ${text(debit)} - credit ${text(credit)} = ${text(opening + debit - credit)}`;
      return {
        refusal: {
          ...refusalOf('TOTAL_MISMATCH', 'closing', expected, text(closing), text(off)),
          amount: printScaled(off, AMOUNT_SCALE),
        },
      };
    }
    const own =
      get('company_currency') === ''
        ? (context.company(get('company'))?.currency ?? '')
        : currencyCell(get, 'company_currency');
    return {
      row: {
        company: keyCell(get, 'company'),
        ledger: keyCell(get, 'ledger') || 'GL',
        account: keyCell(get, 'account'),
        location: keyCell(get, 'location'),
        dimension: keyCell(get, 'dimension'),
        currency,
        period: periodName(keyCell(get, 'period')),
        opening: printScaled(opening, AMOUNT_SCALE),
        debit: printScaled(debit, AMOUNT_SCALE),
        credit: printScaled(credit, AMOUNT_SCALE),
        closing: printScaled(closing, AMOUNT_SCALE),
        companyCurrency: own,
        companyClosing:
          get('company_closing') === ''
            ? null
            : printScaled(amountCell(get, 'company_closing', own), AMOUNT_SCALE),
        extractedAt: instantCell(get, 'extracted_at'),
      },
    };
  },
  store: insertBalances,
};
