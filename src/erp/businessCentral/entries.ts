// Business Central's general ledger entries: the only proof of a posting (its `post` answers 204 without content), and the
// ledger. They carry no transaction currency, so amounts are those of the company's own.
import type {
  BalanceRow,
  ErpAccount,
  ErpCall,
  ErpDocument,
  LedgerRow,
  OutgoingJournal,
  PeriodRow,
  ReadScope,
} from '../contract.ts';
import { Decimal, ZERO } from '../../money/decimal.ts';
import type { ErpHttp } from '../exchange.ts';
import { asList, asObject, asText } from '../jsonText.ts';
import { postingReferenceIn, referenceIn } from '../reference.ts';
import { listed, listedOrFault, query, quoted, type BcRow, type Step } from './calls.ts';

/** Where a company is and what its dimensions are called. */
export interface BcCompany {
  /** `companies(<id>)`. */
  path: string;
  currency: string;
  /** Code of the dimension that carries our location, and our dimension; '' where there is none. */
  locationDimension: string;
  dimensionDimension: string;
}

// Beyond 20,000 the service pages by itself; a page of that size is some 10 MB.
const PAGE = 5000;

/** The document of a posting reference, if its entries are there. */
export async function documentsOf(
  http: ErpHttp,
  company: BcCompany,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<ErpDocument[]>> {
  const filter = `documentNumber eq ${quoted(journal.postingReference)}`;
  const path = query(`${company.path}/generalLedgerEntries`, { $filter: filter, $orderby: 'entryNumber' });
  const entries = await listed(http, path, call);
  if (!entries.ok) return entries;
  if (entries.value.length === 0) return { ok: true, value: [] };
  const amounts = entries.value.map((entry) => ({
    account: asText(entry.accountNumber),
    currency: company.currency,
    amount: entryAmount(entry).toFixed(),
  }));
  // The document number is ours, so two postings of it look like one: twice the amounts is what tells.
  return {
    ok: true,
    value: [{ documentId: journal.postingReference, reference: journal.postingReference, amounts }],
  };
}

function entryAmount(entry: BcRow): Decimal {
  return money(asText(entry.debitAmount)).minus(money(asText(entry.creditAmount)));
}

/** A number's text; Business Central writes some with an exponent. */
function money(text: string): Decimal {
  return new Decimal(text === '' ? '0' : text);
}

/** Entries between two days, by entry number: each page starts after the last one, so nothing is read twice or missed. */
export async function* readEntries(
  http: ErpHttp,
  company: BcCompany,
  scope: ReadScope,
  call: ErpCall,
): AsyncIterable<readonly LedgerRow[]> {
  const wanted = new Set(scope.accounts ?? []);
  for (let last = '0'; ;) {
    const filter = `entryNumber gt ${last} and postingDate ge ${scope.from} and postingDate le ${scope.to}`;
    const parts = {
      $filter: filter,
      $orderby: 'entryNumber',
      $top: String(PAGE),
      $expand: 'dimensionSetLines',
    };
    const entries = await listedOrFault(http, query(`${company.path}/generalLedgerEntries`, parts), call);
    const rows = entries.map((entry) => entryRow(entry, company, scope));
    if (rows.length > 0) yield wanted.size === 0 ? rows : rows.filter((row) => wanted.has(row.account ?? ''));
    if (entries.length < PAGE) return;
    last = asText(entries.at(-1)?.entryNumber);
  }
}

function entryRow(entry: BcRow, company: BcCompany, scope: ReadScope): LedgerRow {
  const { reference, text } = referenceIn(asText(entry.description));
  const document = asText(entry.documentNumber);
  const amount = entryAmount(entry).toFixed();
  return {
    company: scope.company,
    ledger: scope.ledger,
    document,
    line: asText(entry.entryNumber),
    posting_date: asText(entry.postingDate),
    account: asText(entry.accountNumber),
    location: dimensionOf(entry, company.locationDimension),
    dimension: dimensionOf(entry, company.dimensionDimension),
    currency: company.currency,
    amount,
    company_currency: company.currency,
    company_amount: amount,
    reference,
    posting_reference: postingReferenceIn(document),
    text,
    document_type: asText(entry.documentType).trim(),
    created_at: asText(entry.lastModifiedDateTime),
    status: 'posted',
  };
}

function dimensionOf(entry: BcRow, code: string): string {
  if (code === '') return '';
  const lines = asList(entry.dimensionSetLines).map(asObject);
  return asText(lines.find((line) => asText(line.code) === code)?.valueCode);
}

/** Closing balances at the end of each calendar month that the scope touches, summed by Business Central. */
export async function readBcBalances(
  http: ErpHttp,
  company: BcCompany,
  scope: ReadScope,
  call: ErpCall,
  now: Date,
): Promise<BalanceRow[]> {
  const rows: BalanceRow[] = [];
  for (const { name, from, to } of monthsOf(scope)) {
    const before = await netAt(http, company, `lt ${from}`, call);
    const within = await netAt(http, company, `ge ${from} and postingDate le ${to}`, call);
    for (const account of new Set([...before.keys(), ...within.keys()])) {
      if (scope.accounts !== undefined && scope.accounts.length > 0 && !scope.accounts.includes(account))
        continue;
      const opened = before.get(account) ?? NOTHING;
      const moved = within.get(account) ?? NOTHING;
      const opening = opened.debit.minus(opened.credit);
      const closing = opening.plus(moved.debit).minus(moved.credit).toFixed();
      rows.push({
        company: scope.company,
        ledger: scope.ledger,
        account,
        currency: company.currency,
        period: name,
        opening: opening.toFixed(),
        debit: moved.debit.toFixed(),
        credit: moved.credit.toFixed(),
        closing,
        company_currency: company.currency,
        company_closing: closing,
        extracted_at: now.toISOString(),
      });
    }
  }
  return rows;
}

interface Totals {
  debit: Decimal;
  credit: Decimal;
}
const NOTHING: Totals = { debit: ZERO, credit: ZERO };

async function netAt(
  http: ErpHttp,
  company: BcCompany,
  when: string,
  call: ErpCall,
): Promise<Map<string, Totals>> {
  const apply = `filter(postingDate ${when})/groupby((accountNumber),aggregate(debitAmount with sum as debit,creditAmount with sum as credit))`;
  const rows = await listedOrFault(
    http,
    query(`${company.path}/generalLedgerEntries`, { $apply: apply }),
    call,
  );
  return new Map(
    rows.map((row) => [
      asText(row.accountNumber),
      { debit: money(asText(row.debit)), credit: money(asText(row.credit)) },
    ]),
  );
}

function monthsOf(scope: ReadScope): { name: string; from: string; to: string }[] {
  const months = [];
  let at = new Date(`${scope.from.slice(0, 7)}-01T00:00:00Z`);
  while (at.toISOString().slice(0, 10) <= scope.to) {
    const next = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
    const last = new Date(next.getTime() - 86_400_000);
    months.push({
      name: at.toISOString().slice(0, 7),
      from: at.toISOString().slice(0, 10),
      to: last.toISOString().slice(0, 10),
    });
    at = next;
  }
  return months;
}

/** The chart: only accounts of type Posting that are not blocked take entries. */
export async function readBcAccounts(
  http: ErpHttp,
  company: BcCompany,
  code: string,
  call: ErpCall,
): Promise<ErpAccount[]> {
  const rows = await listedOrFault(http, `${company.path}/accounts`, call);
  return rows.map((row) => ({
    company: code,
    number: asText(row.number),
    name: asText(row.displayName),
    postable: row.blocked !== true && row.directPosting !== false && asText(row.accountType) === 'Posting',
  }));
}

/** Accounting periods start where `accountingPeriods` says; closed ones say so. */
export async function readBcPeriods(
  http: ErpHttp,
  company: BcCompany,
  code: string,
  call: ErpCall,
  now: Date,
): Promise<PeriodRow[]> {
  const rows = await listedOrFault(
    http,
    query(`${company.path}/accountingPeriods`, { $orderby: 'startingDate' }),
    call,
  );
  let year = '';
  return rows.map((row, at) => {
    const from = asText(row.startingDate);
    if (row.newFiscalYear === true || year === '') year = from.slice(0, 4);
    const next = asText(rows[at + 1]?.startingDate);
    const end =
      next === ''
        ? new Date(Date.UTC(Number(from.slice(0, 4)), Number(from.slice(5, 7)), 1))
        : new Date(`${next}T00:00:00Z`);
    return {
      company: code,
      ledger: 'GL',
      fiscal_year: year,
      period: from.slice(0, 7),
      from,
      to: new Date(end.getTime() - 86_400_000).toISOString().slice(0, 10),
      status: row.dateLocked === true ? 'locked' : row.closed === true ? 'closed' : 'open',
      read_at: now.toISOString(),
    };
  });
}
