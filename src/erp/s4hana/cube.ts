// SAP's lines, by the OData V2 service of operational accounting document items: the one that has document, reference and
// dates on each line. (API_JOURNALENTRYITEMBASIC_SRV aggregates over what is selected: right for balances, wrong here.)
import { Fault } from '../../errors.ts';
import type { ErpCall, ErpDocument, LedgerRow, ReadScope } from '../contract.ts';
import { answeredOrFault, type ErpHttp } from '../exchange.ts';
import { asList, asObject, asText, parseJsonText, type JsonText } from '../jsonText.ts';
import { postingReferenceIn, referenceIn } from '../reference.ts';
import { ownAccount, type EnvelopeSettings } from './envelope.ts';

const CUBE = 'sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube';
const ORDER = 'CompanyCode,FiscalYear,AccountingDocument,AccountingDocumentItem';
const PAGE = 1000;

export type ODataRow = { [key: string]: JsonText };

/** All pages of a query; the server's own next link wins over ours. @throws Fault where a page cannot be read */
export async function* odataPages(
  http: ErpHttp,
  service: string,
  query: Readonly<Record<string, string>>,
  call: ErpCall,
): AsyncIterable<ODataRow[]> {
  let skip = 0;
  let path = withQuery(service, { ...query, $format: 'json', $top: String(PAGE), $skip: '0' });
  for (;;) {
    const exchange = await http.send({ method: 'GET', path, headers: { accept: 'application/json' } }, call);
    const rows = readPage(answeredOrFault(exchange, 'SAP').text);
    if (rows.rows.length > 0) yield rows.rows;
    skip += rows.rows.length;
    if (rows.next !== '') path = rows.next;
    else if (rows.rows.length < PAGE) return;
    else path = withQuery(service, { ...query, $format: 'json', $top: String(PAGE), $skip: String(skip) });
  }
}

/** @throws Fault where the text is not an OData V2 list */
export function readPage(text: string): { rows: ODataRow[]; next: string } {
  let d: { [key: string]: JsonText };
  try {
    d = asObject(asObject(parseJsonText(text)).d);
  } catch {
    throw new Fault('SAP answered no JSON');
  }
  if (!Array.isArray(d.results)) throw new Fault('SAP answered no list of results');
  return { rows: asList(d.results).map(asObject), next: asText(d.__next) };
}

export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `${path}?${pairs.join('&')}`;
}

/** Text in an OData filter: quotes doubled. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `/Date(1773532800000)/` as a day; '' where empty. */
export function sapDate(value: JsonText | undefined): string {
  const ms = /^\/Date\((-?\d+)(?:[+-]\d+)?\)\/$/.exec(asText(value));
  return ms === null ? '' : new Date(Number(ms[1])).toISOString().slice(0, 10);
}

/** Query and path of a look for a posting reference. */
export function lookPath(company: string, reference: string): string {
  const filter = `CompanyCode eq ${quoted(company)} and DocumentReferenceID eq ${quoted(reference)}`;
  return withQuery(CUBE, { $filter: filter, $orderby: ORDER, $format: 'json' });
}

/** The documents that a page's lines belong to, with the amounts that SAP keeps. */
export function documentsIn(rows: readonly ODataRow[], settings: EnvelopeSettings): ErpDocument[] {
  const documents = new Map<string, { documentId: string; reference: string; rows: ODataRow[] }>();
  for (const row of rows) {
    const documentId = asText(row.AccountingDocument);
    const key = `${asText(row.FiscalYear)} ${documentId}`;
    const held = documents.get(key) ?? { documentId, reference: asText(row.DocumentReferenceID), rows: [] };
    held.rows.push(row);
    documents.set(key, held);
  }
  return [...documents.values()].map((held) => ({
    documentId: held.documentId,
    reference: held.reference,
    amounts: held.rows.map((row) => ({
      account: ownAccount(asText(row.GLAccount), settings.padAccounts),
      currency: asText(row.TransactionCurrency),
      amount: asText(row.AmountInTransactionCurrency),
    })),
  }));
}

/**
 * Posted lines between two days. Pages by $skip are no snapshot, so the count is asked for again at the end.
 * @throws Fault where lines came or went while they were read
 */
export async function* readCube(
  http: ErpHttp,
  scope: ReadScope,
  settings: EnvelopeSettings,
  call: ErpCall,
): AsyncIterable<readonly LedgerRow[]> {
  const filter = [
    `CompanyCode eq ${quoted(scope.company)}`,
    `PostingDate ge datetime'${scope.from}T00:00:00'`,
    `PostingDate le datetime'${scope.to}T00:00:00'`,
  ].join(' and ');
  const wanted = new Set(scope.accounts ?? []);
  let read = 0;
  for await (const page of odataPages(http, CUBE, { $filter: filter, $orderby: ORDER }, call)) {
    read += page.length;
    const rows = page.map((row) => cubeRow(row, scope, settings));
    yield wanted.size === 0 ? rows : rows.filter((row) => wanted.has(row.account ?? ''));
  }
  const counted = await http.send(
    { method: 'GET', path: withQuery(`${CUBE}/$count`, { $filter: filter }) },
    call,
  );
  const count = answeredOrFault(counted, 'SAP').text.trim();
  if (count !== String(read))
    throw new Fault(`SAP's ledger changed while it was read: ${read} lines read, ${count} there now`);
}

function cubeRow(row: ODataRow, scope: ReadScope, settings: EnvelopeSettings): LedgerRow {
  const inText = referenceIn(asText(row.DocumentItemText));
  const assignment = asText(row.AssignmentReference);
  const year = asText(row.FiscalYear);
  return {
    company: asText(row.CompanyCode),
    ledger: scope.ledger,
    document: asText(row.AccountingDocument),
    line: asText(row.AccountingDocumentItem),
    posting_date: sapDate(row.PostingDate),
    document_date: sapDate(row.DocumentDate),
    fiscal_year: year,
    // SAP's period is `010` or `10`; special periods 13 to 16 keep their number.
    period: `${year}-${asText(row.FiscalPeriod).padStart(2, '0').slice(-2)}`,
    account: ownAccount(asText(row.GLAccount), settings.padAccounts),
    location: asText(row.CostCenter),
    dimension: settings.dimensionField === '' ? '' : asText(row[settings.dimensionField]),
    currency: asText(row.TransactionCurrency),
    amount: asText(row.AmountInTransactionCurrency),
    company_currency: asText(row.CompanyCodeCurrency),
    company_amount: asText(row.AmountInCompanyCodeCurrency),
    reference: assignment === '' ? inText.reference : assignment,
    posting_reference: postingReferenceIn(asText(row.DocumentReferenceID)),
    assignment,
    text: assignment === '' ? inText.text : asText(row.DocumentItemText),
    tax_code: asText(row.TaxCode),
    document_type: asText(row.AccountingDocumentType),
    created_by: asText(row.AccountingDocCreatedByUser),
    created_at: sapDate(row.AccountingDocumentCreationDate),
    reversal_of: asText(row.ReverseDocument),
    status: 'posted',
  };
}
