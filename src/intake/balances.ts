// The ERP's own balances: what a tie-out is proved against.
import { parseIsoDate, type IsoDate } from '../accounting/dates.ts';
import { BALANCE_TABLE, columnsOf } from '../accounting/tableColumns.ts';
import { readInstant } from '../accounting/instant.ts';
import { insertBalances } from '../db/intake/insertBalances.ts';
import type { BalanceRow } from '../db/intake/insertBalances.ts';
import { refusalOf } from '../events/cursor.ts';
import { AMOUNT_SCALE, printScaled } from '../money/scaled.ts';
import { amountCell, currencyCell, instantCell, keyCell } from './cells.ts';
import type { IntakeContext } from './context.ts';
import type { Get, SmallTable } from './smallTable.ts';

export const balances: SmallTable<BalanceRow> = {
  kind: 'balances',
  quarantined: 'balance',
  required: columnsOf(BALANCE_TABLE, 'required', 'file'),
  optional: columnsOf(BALANCE_TABLE, 'optional'),
  // What a refused balance was to prove is not proven: it is found by these.
  about: (get, context) => ({
    company: get('company'),
    currency: get('currency'),
    accounts: [get('account')].filter((account) => account !== ''),
    document:
      context.company(get('company'))?.namePeriod(get('period'), '', readOn(get, context))?.period ??
      get('period'),
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
    const company = keyCell(get, 'company');
    const named = keyCell(get, 'period');
    const known = context.company(company);
    // A company that nobody configured has no calendar: its balances prove nothing, and are kept as they came.
    const period = known ? known.readPeriod(named, '', readOn(get, context))?.period : named;
    if (period === undefined) {
      const expected = 'a period that the calendar of its company knows, or that the ERP told';
      return { refusal: refusalOf('BAD_PERIOD', 'period', expected, JSON.stringify(named)) };
    }
    const own =
      get('company_currency') === '' ? (known?.currency ?? '') : currencyCell(get, 'company_currency');
    return {
      row: {
        company,
        ledger: keyCell(get, 'ledger') || 'GL',
        account: keyCell(get, 'account'),
        location: keyCell(get, 'location'),
        dimension: keyCell(get, 'dimension'),
        currency,
        period,
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

/** A period without its year is the nearest of its number when the balance was read. */
function readOn(get: Get, { startDate }: IntakeContext): IsoDate {
  return parseIsoDate(readInstant(get('extracted_at'))?.slice(0, 10) ?? '') ?? startDate;
}
