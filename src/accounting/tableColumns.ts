// The columns of the canonical tables of balances and of fiscal periods, in the order of their files. `file`: has to be in a
// canonical file; a feed of the language may leave it out, and it is worked out.
type Needed = 'required' | 'file' | 'optional';

export const BALANCE_TABLE = {
  company: 'required',
  ledger: 'optional',
  account: 'required',
  location: 'optional',
  dimension: 'optional',
  currency: 'required',
  period: 'required',
  opening: 'required',
  debit: 'file',
  credit: 'file',
  closing: 'required',
  company_currency: 'optional',
  company_closing: 'optional',
  extracted_at: 'required',
} as const satisfies Record<string, Needed>;

export const PERIOD_TABLE = {
  company: 'required',
  ledger: 'optional',
  fiscal_year: 'required',
  period: 'required',
  from: 'required',
  to: 'required',
  status: 'required',
  read_at: 'file',
} as const satisfies Record<string, Needed>;

export type BalanceColumn = keyof typeof BALANCE_TABLE;
export type PeriodColumn = keyof typeof PERIOD_TABLE;

/** The columns of a table that are needed in one of these ways. */
export function columnsOf(table: Readonly<Record<string, Needed>>, ...needed: readonly Needed[]): string[] {
  return Object.keys(table).filter((name) => needed.includes(table[name]!));
}
