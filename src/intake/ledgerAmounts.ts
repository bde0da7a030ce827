// The amounts of a ledger row: one column or two, and the company's own amount, as delivered or by the table of rates.
import type { IsoDate } from '../accounting/dates.ts';
import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import { AMOUNT_DIGITS, AMOUNT_SCALE, isTooLarge, printScaled, readScaled } from '../money/scaled.ts';
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import { convertAt } from '../money/convert.ts';
import { minorUnits } from '../money/currencies.ts';
import type { LedgerCells } from '../accounting/ledgerColumns.ts';

/** Carries a refusal out of the reading of one row; caught where the row is read. */
export class LineRefused {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

/** Rate text of one unit of `from` in `to`; undefined where there is none. */
type RateOf = (from: string, to: string, day: IsoDate) => string | undefined;

/** Signed ten-thousandths of the transaction amount, from one column or two. */
export function amountOf({ amount, debit, credit, currency }: LedgerCells): bigint {
  const two = debit !== '' || credit !== '';
  if ((amount !== '') === two) {
    const found = two
      ? `amount ${amount}, debit ${debit || 'empty'}, credit ${credit || 'empty'}`
      : 'all of them empty';
    throw new LineRefused(refusalOf('AMOUNT_FORMS', 'amount', 'either amount, or debit and credit', found));
  }
  if (amount !== '') return readAmount(amount, 'amount', currency);
  return (
    (debit === '' ? 0n : readAmount(debit, 'debit', currency)) -
    (credit === '' ? 0n : readAmount(credit, 'credit', currency))
  );
}

function readAmount(text: string, column: LedgerColumn, currency: string): bigint {
  const minor = minorUnits(currency);
  if (minor === undefined) {
    throw new LineRefused(
      refusalOf('UNKNOWN_CURRENCY', 'currency', 'an ISO 4217 code', JSON.stringify(currency)),
    );
  }
  const scaled = readScaled(text, AMOUNT_SCALE, AMOUNT_DIGITS);
  if (scaled === undefined) {
    throw new LineRefused(
      refusalOf(
        'BAD_NUMBER',
        column,
        `a plain decimal number like -1250.00, at most ${AMOUNT_DIGITS} digits before the point`,
        JSON.stringify(text),
      ),
    );
  }
  if (scaled.decimals > minor) {
    throw new LineRefused(
      refusalOf('CURRENCY_SCALE', column, `at most ${minor} decimals in ${currency}`, text),
    );
  }
  return scaled.units;
}

export interface CompanyAmount {
  currency: string;
  amount: string | null;
  /** True where the extract says it: only then it is content. */
  delivered: boolean;
}

/** As delivered; else the amount itself where the currency is the company's; else by the rate table; else unknown. */
export function companyAmount(
  cells: LedgerCells,
  units: bigint,
  companysOwn: string,
  day: IsoDate,
  rateOf: RateOf,
): CompanyAmount {
  const { currency, company_amount: given } = cells;
  const own = cells.company_currency || companysOwn;
  if (cells.company_currency !== '' && minorUnits(own) === undefined) {
    throw new LineRefused(
      refusalOf('UNKNOWN_CURRENCY', 'company_currency', 'an ISO 4217 code', JSON.stringify(own)),
    );
  }
  if (given !== '') {
    const amount = printScaled(readAmount(given, 'company_amount', own), AMOUNT_SCALE, AMOUNT_SCALE);
    return { currency: own, amount, delivered: true };
  }
  if (own === '') return { currency: '', amount: null, delivered: false };
  if (own === currency)
    return { currency: own, amount: printScaled(units, AMOUNT_SCALE, AMOUNT_SCALE), delivered: false };
  const rate = rateOf(currency, own, day);
  if (rate === undefined) return { currency: own, amount: null, delivered: false };
  const converted = convertAt(units, rate, minorUnits(own) ?? 2, AMOUNT_SCALE);
  const amount = printScaled(converted, AMOUNT_SCALE, AMOUNT_SCALE);
  if (isTooLarge(converted)) {
    const expected = `at most ${AMOUNT_DIGITS} digits before the point in ${own}`;
    throw new LineRefused(refusalOf('BAD_NUMBER', 'amount', expected, `${amount} by the table of rates`));
  }
  return { currency: own, amount, delivered: false };
}
