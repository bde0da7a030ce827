// Odoo's lines, balances, accounts and lock dates. Empty is `false`; a related record is `[id, "label"]`; amounts are
// floats as text, so they are cut to the currency's own digits, which is exact for amounts of up to 15 digits.
import { Decimal } from '../../money/decimal.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { BalanceRow, ErpAccount, ErpCall, LedgerRow, PeriodRow, ReadScope } from '../contract.ts';
import { Fault } from '../../errors.ts';
import { asList, asObject, asText, JsonNumber, type JsonOut, type JsonText } from '../jsonText.ts';
import { postingReferenceIn, referenceIn } from '../reference.ts';
import type { Odoo, OdooRow } from './call.ts';

/** One company's codes by what we call them. */
export interface OdooBooks {
  company: string;
  companyId: string;
  currency: string;
  accounts: ReadonlyMap<string, string>;
  accountCodes: ReadonlyMap<string, string>;
  currencies: ReadonlyMap<string, string>;
  /** Digits after the point, by currency code. */
  digits: ReadonlyMap<string, number>;
  journalId: string;
  /** Analytic account ids by code, under the plan of locations and that of dimensions. */
  locations: ReadonlyMap<string, string>;
  dimensions: ReadonlyMap<string, string>;
}

const PAGE = 1000;

/** The id of a related record; '' where there is none. */
export function idIn(value: JsonText | undefined): string {
  return asText(asList(value)[0]);
}

/**
 * A float's text as an amount of the currency's digits: `0.30000000000000004` is 0.30.
 * @throws Fault where it is further from such an amount than a float's error can be
 */
export function floatAmount(text: string, digits: number): string {
  const exact = new Decimal(text === '' ? '0' : text);
  const rounded = exact.toDecimalPlaces(digits);
  const error = exact.minus(rounded).abs();
  if (error.gt(rounded.abs().times('1e-12').plus('1e-9')))
    throw new Fault(`Odoo's amount ${text} has more than ${digits} decimals`);
  return rounded.toFixed(digits);
}

const LINE_FIELDS: readonly string[] = [
  'move_id',
  'move_name',
  'date',
  'account_id',
  'name',
  'ref',
  'debit',
  'credit',
  'balance',
  'amount_currency',
  'currency_id',
  'analytic_distribution',
  'create_date',
];

/** Signed amount in transaction currency of a line. */
export function lineAmount(
  row: OdooRow,
  books: OdooBooks,
): { account: string; currency: string; amount: string } {
  const currency = asText(asList(row.currency_id)[1]) || books.currency;
  const foreign = currency !== books.currency;
  const digits = books.digits.get(currency) ?? 2;
  return {
    account: books.accountCodes.get(idIn(row.account_id)) ?? '',
    currency,
    amount: floatAmount(asText(foreign ? row.amount_currency : row.balance), digits),
  };
}

/** Posted lines between two days, by id; lines posted behind our page are found by a last search for all ids. */
export async function* readOdooLines(
  odoo: Odoo,
  books: OdooBooks,
  scope: ReadScope,
  call: ErpCall,
): AsyncIterable<readonly LedgerRow[]> {
  const company: JsonOut = new JsonNumber(books.companyId);
  const accounts = (scope.accounts ?? [])
    .flatMap((code) => books.accounts.get(code) ?? [])
    .map((id) => new JsonNumber(id));
  const domain: JsonOut[] = [
    ['parent_state', '=', 'posted'],
    ['company_id', '=', company],
    ['date', '>=', scope.from],
    ['date', '<=', scope.to],
    ...((scope.accounts ?? []).length === 0 ? [] : [['account_id', 'in', accounts]]),
  ];
  const page = (narrower: JsonOut): Promise<OdooRow[]> =>
    odoo.rows(
      'account.move.line',
      {
        domain: [...domain, narrower],
        fields: LINE_FIELDS,
        order: 'id',
        limit: new JsonNumber(String(PAGE)),
        context: inCompany(books),
      },
      call,
    );
  const seen = new Set<string>();
  for (let last = '0'; ;) {
    const rows = await page(['id', '>', new JsonNumber(last)]);
    for (const row of rows) seen.add((last = asText(row.id)));
    if (rows.length > 0) yield rows.map((row) => lineRow(row, books, scope));
    if (rows.length < PAGE) break;
  }
  const answer = await odoo.call('account.move.line', 'search', { domain, context: inCompany(books) }, call);
  if (answer.kind !== 'result') throw new Fault(`Odoo, account.move.line: ${answer.message}`);
  const late = asList(answer.result)
    .map(asText)
    .filter((id) => !seen.has(id));
  for (let at = 0; at < late.length; at += PAGE) {
    const rows = await page(['id', 'in', late.slice(at, at + PAGE).map((id) => new JsonNumber(id))]);
    yield rows.map((row) => lineRow(row, books, scope));
  }
}

function lineRow(row: OdooRow, books: OdooBooks, scope: ReadScope): LedgerRow {
  const { account, currency, amount } = lineAmount(row, books);
  const { reference, text } = referenceIn(asText(row.name));
  const day = asText(row.date);
  const ref = asText(row.ref);
  // Keys are analytic ids, several joined by commas where several plans share a line.
  const shares = Object.keys(asObject(row.analytic_distribution));
  const at = (known: ReadonlyMap<string, string>): string => {
    if (shares.length !== 1) return '';
    const ids = new Set(shares[0]?.split(','));
    return [...known].find(([, id]) => ids.has(id))?.[0] ?? '';
  };
  return {
    company: scope.company,
    ledger: scope.ledger,
    document: asText(row.move_name),
    line: asText(row.id),
    posting_date: day,
    fiscal_year: day.slice(0, 4),
    period: day.slice(0, 7),
    account,
    location: at(books.locations),
    dimension: at(books.dimensions),
    currency,
    amount,
    company_currency: books.currency,
    company_amount: floatAmount(asText(row.balance), books.digits.get(books.currency) ?? 2),
    reference,
    posting_reference: postingReferenceIn(ref),
    assignment: postingReferenceIn(ref) === '' ? ref : '',
    text,
    created_at: asText(row.create_date),
    status: 'posted',
  };
}

export function inCompany(books: Pick<OdooBooks, 'companyId'>): JsonOut {
  return { allowed_company_ids: [new JsonNumber(books.companyId)], lang: 'en_US' };
}

/** Balances per month, summed by Odoo. */
export async function readOdooBalances(
  odoo: Odoo,
  books: OdooBooks,
  scope: ReadScope,
  call: ErpCall,
  now: Date,
): Promise<BalanceRow[]> {
  const digits = books.digits.get(books.currency) ?? 2;
  const rows: BalanceRow[] = [];
  for (const { name, from, next } of months(scope.from, scope.to)) {
    const before = await totals(odoo, books, [['date', '<', from]], call);
    const within = await totals(
      odoo,
      books,
      [
        ['date', '>=', from],
        ['date', '<', next],
      ],
      call,
    );
    for (const id of new Set([...before.keys(), ...within.keys()])) {
      const account = books.accountCodes.get(id) ?? '';
      if ((scope.accounts ?? []).length > 0 && !scope.accounts?.includes(account)) continue;
      const money = (row: OdooRow | undefined, field: string): string =>
        floatAmount(asText(row?.[field]), digits);
      const opening = new Decimal(money(before.get(id), 'balance'));
      const closing = opening.plus(money(within.get(id), 'balance')).toFixed(digits);
      rows.push({
        company: scope.company,
        ledger: scope.ledger,
        account,
        currency: books.currency,
        period: name,
        opening: opening.toFixed(digits),
        debit: money(within.get(id), 'debit'),
        credit: money(within.get(id), 'credit'),
        closing,
        company_currency: books.currency,
        company_closing: closing,
        extracted_at: now.toISOString(),
      });
    }
  }
  return rows;
}

async function totals(
  odoo: Odoo,
  books: OdooBooks,
  when: readonly JsonOut[],
  call: ErpCall,
): Promise<Map<string, OdooRow>> {
  const domain = [
    ['parent_state', '=', 'posted'],
    ['company_id', '=', new JsonNumber(books.companyId)],
    ...when,
  ];
  const named = {
    domain,
    fields: ['debit:sum', 'credit:sum', 'balance:sum'],
    groupby: ['account_id'],
    context: inCompany(books),
  };
  const answer = await odoo.call('account.move.line', 'read_group', named, call);
  if (answer.kind !== 'result') throw new Fault(`Odoo, read_group: ${answer.message}`);
  return new Map(
    asList(answer.result)
      .map(asObject)
      .map((row) => [idIn(row.account_id), row]),
  );
}

function months(from: IsoDate, to: IsoDate): { name: string; from: string; next: string }[] {
  const found = [];
  for (let year = Number(from.slice(0, 4)), month = Number(from.slice(5, 7)); ; month += 1) {
    const day = new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10);
    if (day > to) return found;
    const next = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
    found.push({ name: day.slice(0, 7), from: day, next });
  }
}

/** Lock dates of a company, the latest one that nobody passes, and the latest of all. */
export async function readLocks(
  odoo: Odoo,
  books: Pick<OdooBooks, 'companyId'>,
  lockFields: readonly string[],
  call: ErpCall,
): Promise<string> {
  const domain = [['id', '=', new JsonNumber(books.companyId)]];
  const [row] = await odoo.rows('res.company', { domain, fields: [...lockFields] }, call);
  return lockFields
    .map((field) => asText(row?.[field]))
    .reduce((latest, day) => (day > latest ? day : latest), '');
}

/** Odoo has no periods: months, closed up to the lock date, from two years ago to the end of next year. */
export function periodsOf(books: OdooBooks, lockedTo: string, now: Date): PeriodRow[] {
  const year = now.getUTCFullYear();
  return months(`${year - 2}-01-01` as IsoDate, `${year + 1}-12-31` as IsoDate).map(
    ({ name, from, next }) => {
      const to = new Date(Date.parse(`${next}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
      return {
        company: books.company,
        ledger: 'GL',
        fiscal_year: name.slice(0, 4),
        period: name,
        from,
        to,
        // A lock in the middle of a month shuts its first days; what is half shut is not safe to post to.
        status: from <= lockedTo ? 'closed' : 'open',
        read_at: now.toISOString(),
      };
    },
  );
}

export async function readOdooAccounts(odoo: Odoo, books: OdooBooks, call: ErpCall): Promise<ErpAccount[]> {
  const rows = await odoo.rows(
    'account.account',
    { domain: [], fields: ['code', 'name', 'deprecated'], context: inCompany(books) },
    call,
  );
  return rows.map((row) => ({
    company: books.company,
    number: asText(row.code),
    name: asText(row.name),
    postable: row.deprecated !== true,
  }));
}
