// SuiteQL: what NetSuite is asked in. Values come as text; dates are printed by the query itself, because otherwise they
// come in the user's format. A query answers at most 100,000 rows, so the ledger is read day by day.
import { addDays, type IsoDate } from '../../accounting/dates.ts';
import { Fault } from '../../errors.ts';
import type {
  BalanceRow,
  ErpAccount,
  ErpCall,
  ErpDocument,
  LedgerRow,
  LookOutcome,
  PeriodRow,
  ReadScope,
} from '../contract.ts';
import { answeredOrFault, lookOutcomeOf, type ErpHttp, type Exchange } from '../exchange.ts';
import { asList, asObject, asText, parseJsonText, writeJson, type JsonText } from '../jsonText.ts';
import { postingReferenceIn, referenceIn } from '../reference.ts';

export type SuiteRow = { [key: string]: JsonText };

const PAGE = 1000;
const MOST_ROWS = 100_000;

/** A text literal; SuiteQL over REST takes no parameters, so quotes are doubled and control characters refused. */
export function literal(text: string): string {
  if (/[\u0000-\u001f]/.test(text)) throw new RangeError('a control character in a SuiteQL literal');
  return `'${text.replaceAll("'", "''")}'`;
}

function send(http: ErpHttp, q: string, offset: number, call: ErpCall): Promise<Exchange> {
  const request = {
    method: 'POST' as const,
    path: `services/rest/query/v1/suiteql?limit=${PAGE}&offset=${offset}`,
    headers: { 'content-type': 'application/json', accept: 'application/json', prefer: 'transient' },
    body: writeJson({ q }),
  };
  return http.send(request, call);
}

function rowsIn(text: string): { rows: SuiteRow[]; more: boolean } {
  const answer = asObject(parseJsonText(text));
  if (!Array.isArray(answer.items)) throw new Fault('NetSuite answered no items');
  return { rows: asList(answer.items).map(asObject), more: answer.hasMore === true };
}

/** Pages of a query. @throws Fault where one cannot be read, or where there are more rows than a query gives */
export async function* suiteqlPages(http: ErpHttp, q: string, call: ErpCall): AsyncIterable<SuiteRow[]> {
  for (let offset = 0; ; offset += PAGE) {
    if (offset >= MOST_ROWS)
      throw new Fault(`NetSuite gives at most ${MOST_ROWS} rows a query: ${q.slice(0, 80)}`);
    const page = rowsIn(answeredOrFault(await send(http, q, offset, call), 'NetSuite').text);
    if (page.rows.length > 0) yield page.rows;
    if (!page.more) return;
  }
}

/** All rows of a small query. */
export async function suiteql(http: ErpHttp, q: string, call: ErpCall): Promise<SuiteRow[]> {
  const rows: SuiteRow[] = [];
  for await (const page of suiteqlPages(http, q, call)) rows.push(...page);
  return rows;
}

// The primary book; a second book says the same again in other rules. Lines of no amount (headers) are no postings.
const LINES = `FROM transactionaccountingline tal JOIN transaction t ON t.id = tal.transaction
 JOIN transactionline tl ON tl.transaction = tal.transaction AND tl.id = tal.transactionline
 JOIN account a ON a.id = tal.account JOIN accountingbook b ON b.id = tal.accountingbook AND b.isprimary = 'T'
 JOIN currency c ON c.id = t.currency
 WHERE tal.posting = 'T'`;

/** Looks for a posting reference: one page is enough for any document of ours. */
export async function lookByExternalId(
  http: ErpHttp,
  reference: string,
  call: ErpCall,
): Promise<LookOutcome> {
  const q = `SELECT t.id, t.externalid, a.acctnumber, c.symbol AS currency, tal.amount, tl.foreignamount
 ${LINES} AND t.externalid = ${literal(reference)} ORDER BY t.id, tal.transactionline`;
  const exchange = await send(http, q, 0, call);
  if (exchange.kind !== 'answered') return lookOutcomeOf(exchange);
  if (exchange.status >= 300)
    return { kind: 'unreachable', message: `SuiteQL answers status ${exchange.status}` };
  try {
    const page = rowsIn(exchange.text);
    if (page.more) return { kind: 'unreachable', message: 'the look has more than one page' };
    return page.rows.length === 0 ? { kind: 'absent' } : { kind: 'found', documents: documentsIn(page.rows) };
  } catch (error) {
    return { kind: 'unreachable', message: http.scrub((error as Error).message) };
  }
}

function documentsIn(rows: readonly SuiteRow[]): ErpDocument[] {
  const byId = new Map<string, SuiteRow[]>();
  for (const row of rows) byId.set(asText(row.id), [...(byId.get(asText(row.id)) ?? []), row]);
  return [...byId.values()].map((lines) => ({
    documentId: asText(lines[0]?.id),
    reference: asText(lines[0]?.externalid),
    amounts: lines.map((line) => ({
      account: asText(line.acctnumber),
      currency: asText(line.currency),
      amount: asText(line.foreignamount) || asText(line.amount),
    })),
  }));
}

/** How one of our columns is found on a transaction line: `location`, `department` or `class`; '' for not at all. */
export interface SuiteFields {
  locationField: '' | 'location' | 'department' | 'class';
  dimensionField: '' | 'location' | 'department' | 'class';
}

/** Posted lines, one query a day. */
export async function* readSuiteLines(
  http: ErpHttp,
  scope: ReadScope,
  subsidiary: string,
  companyCurrency: string,
  fields: SuiteFields,
  call: ErpCall,
): AsyncIterable<readonly LedgerRow[]> {
  const named = (field: string): string => (field === '' ? `''` : `BUILTIN.DF(tl.${field})`);
  const accounts = scope.accounts ?? [];
  const narrower = accounts.length === 0 ? '' : ` AND a.acctnumber IN (${accounts.map(literal).join(', ')})`;
  for (let day: IsoDate = scope.from; day <= scope.to; day = addDays(day, 1)) {
    const q = `SELECT t.id, t.tranid, t.externalid, t.type, TO_CHAR(t.trandate, 'YYYY-MM-DD') AS trandate,
 TO_CHAR(t.createddate, 'YYYY-MM-DD') AS createddate, BUILTIN.DF(t.createdby) AS createdby,
 BUILTIN.DF(t.postingperiod) AS period, tal.transactionline, a.acctnumber, c.symbol AS currency, tal.amount,
 tl.foreignamount, tl.memo, ${named(fields.locationField)} AS atlocation, ${named(fields.dimensionField)} AS atdimension
 ${LINES} AND tl.subsidiary = ${literal(subsidiary)} AND t.trandate = TO_DATE(${literal(day)}, 'YYYY-MM-DD')${narrower}
 ORDER BY t.id, tal.transactionline`;
    for await (const page of suiteqlPages(http, q, call)) {
      yield page.map((row) => suiteRow(row, scope, companyCurrency));
    }
  }
}

function suiteRow(row: SuiteRow, scope: ReadScope, companyCurrency: string): LedgerRow {
  const { reference, text } = referenceIn(asText(row.memo));
  const day = asText(row.trandate);
  return {
    company: scope.company,
    ledger: scope.ledger,
    // Not tranid: it is drawn per type of transaction, on bills it is the vendor's own number, and it may be empty.
    document: asText(row.id),
    line: asText(row.transactionline),
    posting_date: day,
    period: periodName(asText(row.period), day),
    fiscal_year: periodName(asText(row.period), day).slice(0, 4),
    account: asText(row.acctnumber),
    location: asText(row.atlocation),
    dimension: asText(row.atdimension),
    currency: asText(row.currency),
    amount: asText(row.foreignamount) || asText(row.amount),
    company_currency: companyCurrency,
    company_amount: asText(row.amount),
    reference,
    posting_reference: postingReferenceIn(asText(row.externalid)),
    assignment: asText(row.tranid),
    text,
    document_type: asText(row.type),
    created_by: asText(row.createdby),
    created_at: asText(row.createddate),
    status: 'posted',
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Oct 2026` as `2026-10`; a name of another form stays as it is; without one, the month of the day. */
export function periodName(name: string, day: string): string {
  const parts = /^([A-Z][a-z]{2}) (\d{4})$/.exec(name);
  const month = parts === null ? -1 : MONTHS.indexOf(parts[1] ?? '');
  if (month >= 0) return `${parts?.[2]}-${String(month + 1).padStart(2, '0')}`;
  return name === '' ? day.slice(0, 7) : name;
}

/** Months only: quarters and years are periods of NetSuite's too. */
export async function readSuitePeriods(
  http: ErpHttp,
  company: string,
  call: ErpCall,
  now: Date,
): Promise<PeriodRow[]> {
  const q = `SELECT periodname, TO_CHAR(startdate, 'YYYY-MM-DD') AS startdate, TO_CHAR(enddate, 'YYYY-MM-DD') AS enddate,
 closed, alllocked FROM accountingperiod WHERE isyear = 'F' AND isquarter = 'F' AND isadjust = 'F' ORDER BY startdate`;
  const rows = await suiteql(http, q, call);
  return rows.map((row) => {
    const period = periodName(asText(row.periodname), asText(row.startdate));
    return {
      company,
      ledger: 'GL',
      fiscal_year: period.slice(0, 4),
      period,
      from: asText(row.startdate),
      to: asText(row.enddate),
      status: asText(row.closed) === 'T' ? 'closed' : asText(row.alllocked) === 'T' ? 'locked' : 'open',
      read_at: now.toISOString(),
    };
  });
}

export async function readSuiteAccounts(
  http: ErpHttp,
  company: string,
  call: ErpCall,
): Promise<ErpAccount[]> {
  const q =
    'SELECT id, acctnumber, accountsearchdisplayname AS name, isinactive, issummary FROM account ORDER BY acctnumber';
  return (await suiteql(http, q, call)).map((row) => ({
    company,
    number: asText(row.acctnumber),
    name: asText(row.name),
    postable: asText(row.isinactive) !== 'T' && asText(row.issummary) !== 'T',
  }));
}

/** Movements and balances a month, summed by NetSuite in the subsidiary's currency. */
export async function readSuiteBalances(
  http: ErpHttp,
  scope: ReadScope,
  subsidiary: string,
  currency: string,
  call: ErpCall,
  now: Date,
): Promise<BalanceRow[]> {
  const q = `SELECT a.acctnumber, p.period, SUM(p.debit) AS debit, SUM(p.credit) AS credit, SUM(p.opening) AS opening,
 SUM(p.closing) AS closing FROM (${monthlyTotals(scope, subsidiary)}) p JOIN account a ON a.id = p.account
 GROUP BY a.acctnumber, p.period ORDER BY p.period, a.acctnumber`;
  const rows = await suiteql(http, q, call);
  return rows
    .filter((row) => (scope.accounts ?? []).length === 0 || scope.accounts?.includes(asText(row.acctnumber)))
    .map((row) => ({
      company: scope.company,
      ledger: scope.ledger,
      account: asText(row.acctnumber),
      currency,
      period: asText(row.period),
      opening: asText(row.opening) || '0',
      debit: asText(row.debit) || '0',
      credit: asText(row.credit) || '0',
      closing: asText(row.closing) || '0',
      company_currency: currency,
      company_closing: asText(row.closing) || '0',
      extracted_at: now.toISOString(),
    }));
}

/** One subquery a month: what stood before it, moved in it, stands after it. */
function monthlyTotals(scope: ReadScope, subsidiary: string): string {
  const months: string[] = [];
  for (let day = `${scope.from.slice(0, 7)}-01` as IsoDate; day <= scope.to;) {
    const next = `${addDays(day, 31).slice(0, 7)}-01` as IsoDate;
    const from = `TO_DATE(${literal(day)}, 'YYYY-MM-DD')`;
    const to = `TO_DATE(${literal(next)}, 'YYYY-MM-DD')`;
    months.push(`SELECT tal.account, ${literal(day.slice(0, 7))} AS period,
 CASE WHEN t.trandate >= ${from} THEN tal.debit ELSE 0 END AS debit,
 CASE WHEN t.trandate >= ${from} THEN tal.credit ELSE 0 END AS credit,
 CASE WHEN t.trandate < ${from} THEN tal.amount ELSE 0 END AS opening, tal.amount AS closing
 ${LINES} AND tl.subsidiary = ${literal(subsidiary)} AND t.trandate < ${to}`);
    day = next;
  }
  return months.join(' UNION ALL ');
}
