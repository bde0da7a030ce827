// SAP S/4HANA as far as we use it: Journal Entry - Post over SOAP (synchronous, and asynchronous into a queue), the line
// cube and the totals over OData V2. Business errors come with HTTP 200 and severity 3. It does NOT remember message
// UUIDs: SAP does not promise to, so a repeated call books a second document here.
import { child, descendants, escapeXml, parseXml, textAt, type XmlElement } from '../../../src/erp/xml.ts';
import { decimal } from '../../../src/money/decimal.ts';
import { ACCOUNTS, CLOSED, COMPANY, CURRENCY, isBalanced, totals } from './books.ts';
import { answer, json, runSimulator, type Erp, type Plan, type SimRequest } from './core.ts';
import type { Reply } from './faults.ts';
import type { StoredDocument, StoredLine } from './store.ts';

const ITEM_ORDER = [
  'ReferenceDocumentItem',
  'CompanyCode',
  'GLAccount',
  'AmountInTransactionCurrency',
  'AmountInCompanyCodeCurrency',
  'DebitCreditCode',
  'DocumentItemText',
  'AssignmentReference',
  'AccountAssignment',
];
const LENGTHS: Readonly<Record<string, number>> = {
  DocumentReferenceID: 16,
  DocumentHeaderText: 25,
  CreatedByUser: 12,
  DocumentItemText: 50,
  AssignmentReference: 18,
  GLAccount: 10,
};
const CREDENTIALS = `Basic ${Buffer.from('TIEOUT:simulated').toString('base64')}`;

runSimulator({ handle }, CLOSED);

function handle(asked: SimRequest, erp: Erp): Plan {
  if (asked.headers.authorization !== CREDENTIALS) return answer({ status: 401, body: 'Logon failed' });
  if (asked.path.includes('journalentrycreaterequestconfi')) return post(asked, erp, true);
  if (asked.path.includes('journalentrybulkcreationrequest')) return post(asked, erp, false);
  if (asked.path.includes('A_OperationalAcctgDocItemCube')) return answer(cube(asked, erp));
  if (asked.path.includes('A_JournalEntryItemBasic')) return answer(basic(asked, erp));
  if (asked.path.includes('A_GLAccountInChartOfAccounts')) {
    const rows = Object.entries(ACCOUNTS).map(([number, name]) => ({
      ChartOfAccounts: 'YCOA',
      GLAccount: number.padStart(10, '0'),
      GLAccountLongName: name,
      AccountIsBlockedForPosting: false,
      AccountIsMarkedForDeletion: false,
    }));
    return answer(page(asked, rows));
  }
  return answer({ status: 404, body: 'no such service' });
}

function post(asked: SimRequest, erp: Erp, synchronous: boolean): Plan {
  if (!(asked.headers['content-type'] ?? '').startsWith('text/xml')) return answer({ status: 415, body: '' });
  let root: XmlElement;
  try {
    root = parseXml(asked.body);
  } catch {
    return answer({ status: 500, body: '<soap-env:Fault>CX_ST_MATCH_ELEMENT</soap-env:Fault>' });
  }
  const [request] = descendants(root, 'JournalEntryCreateRequest');
  const entry = child(request, 'JournalEntry');
  const subId = textAt(request, 'MessageHeader', 'ID');
  const uuid = textAt(request, 'MessageHeader', 'UUID');
  if (request === undefined || entry === undefined || subId === '' || !/^[0-9a-f-]{36}$/.test(uuid)) {
    return answer({ status: 500, body: '<soap-env:Fault>deserialisation failed</soap-env:Fault>' });
  }
  const document = documentOf(entry, erp);
  const say = (number: string, severity: string, type: string, note: string): Reply => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: confirmation(subId, number, document.postingDate.slice(0, 4), severity, type, note),
  });
  const problem = problemOf(entry, document, erp);
  if (!synchronous) {
    const queued: Reply = { status: 202, body: '' };
    // What the queue refuses shows up in SAP's monitor, not here.
    return { commit: () => (problem === undefined ? book(erp, document) : undefined), reply: () => queued };
  }
  if (problem !== undefined) return answer(say('', '3', problem.type, problem.note));
  return {
    commit: () => book(erp, document),
    reply: (wrong) =>
      say(wrong ? '0199999999' : document.number, '1', '605(RW)', 'Document posted successfully'),
    refusal: () => say('0000000000', '3', '201(F5)', 'Posting period 010 2026 is not open'),
  };
}

function book(erp: Erp, document: StoredDocument): undefined {
  document.id = erp.store.nextId();
  document.number = String(100_000_000 + document.id).padStart(10, '0');
  document.postedAt = Date.now();
  erp.store.save(document);
}

function documentOf(entry: XmlElement, erp: Erp): StoredDocument {
  const lines = entry.children
    .filter((one) => one.name === 'Item')
    .map((item): StoredLine => {
      const amount = child(item, 'AmountInTransactionCurrency');
      return {
        account: textAt(item, 'GLAccount'),
        location: textAt(item, 'AccountAssignment', 'CostCenter'),
        dimension: textAt(item, 'AccountAssignment', 'ProfitCenter'),
        currency: amount?.attributes.currencyCode ?? '',
        amount: amount?.text ?? '0',
        companyAmount: textAt(item, 'AmountInCompanyCodeCurrency') || (amount?.text ?? '0'),
        text: textAt(item, 'DocumentItemText'),
        assignment: textAt(item, 'AssignmentReference'),
      };
    });
  return {
    id: erp.store.documents.size + 1,
    number: '',
    reference: textAt(entry, 'DocumentReferenceID'),
    company: textAt(entry, 'CompanyCode'),
    postingDate: textAt(entry, 'PostingDate'),
    documentDate: textAt(entry, 'DocumentDate'),
    posted: true,
    postedAt: 0,
    header: textAt(entry, 'DocumentHeaderText'),
    lines,
  };
}

function problemOf(
  entry: XmlElement,
  document: StoredDocument,
  erp: Erp,
): { type: string; note: string } | undefined {
  for (const one of [entry, ...descendants(entry, 'Item')]) {
    for (const field of one.children) {
      const longest = LENGTHS[field.name];
      if (longest !== undefined && field.text.length > longest) {
        return { type: '000(SY)', note: `${field.name} is longer than ${longest}` };
      }
    }
  }
  for (const item of descendants(entry, 'Item')) {
    const places = item.children.map((field) => ITEM_ORDER.indexOf(field.name));
    if (places.some((at, i) => at < 0 || at < (places[i - 1] ?? 0)))
      return { type: '000(SY)', note: 'element out of sequence' };
    const debit = textAt(item, 'DebitCreditCode') === 'S';
    const amount = decimal(textAt(item, 'AmountInTransactionCurrency'));
    if (debit === amount.isNegative())
      return { type: '000(FF)', note: 'sign and debit/credit code do not agree' };
    const account = textAt(item, 'GLAccount').replace(/^0+/, '');
    if (!(account in ACCOUNTS))
      return { type: '506(F5)', note: `G/L account ${account} is not defined in chart of accounts YCOA` };
  }
  if (document.company !== COMPANY)
    return { type: '165(F5)', note: `Company code ${document.company} is not defined` };
  if (erp.isClosed(document.postingDate)) {
    return {
      type: '201(F5)',
      note: `Posting period ${document.postingDate.slice(5, 7)} ${document.postingDate.slice(0, 4)} is not open`,
    };
  }
  if (!isBalanced(document.lines)) return { type: '016(FINS_FI_POSTING_IF)', note: 'Balance must be zero' };
  return undefined;
}

function confirmation(
  subId: string,
  number: string,
  year: string,
  severity: string,
  type: string,
  note: string,
): string {
  return `<?xml version="1.0" encoding="utf-8"?><soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Header/><soap-env:Body>
<n0:JournalEntryBulkCreateConfirmation xmlns:n0="http://sap.com/xi/SAPSCORE/SFIN"><MessageHeader><UUID>00000000-0000-1000-8000-000000000000</UUID><ReferenceID>MSG</ReferenceID><CreationDateTime>2026-10-31T00:00:00Z</CreationDateTime></MessageHeader>
<JournalEntryCreateConfirmation><MessageHeader><UUID>00000000-0000-1000-8000-000000000001</UUID><ReferenceID>${subId}</ReferenceID></MessageHeader>
<JournalEntryCreateConfirmation><AccountingDocument>${number}</AccountingDocument><CompanyCode>${COMPANY}</CompanyCode><FiscalYear>${year}</FiscalYear></JournalEntryCreateConfirmation>
<Log><MaximumLogItemSeverityCode>${severity}</MaximumLogItemSeverityCode><Item><TypeID>${type}</TypeID><SeverityCode>${severity}</SeverityCode><Note>${escapeXml(note)}</Note></Item></Log>
</JournalEntryCreateConfirmation><Log/></n0:JournalEntryBulkCreateConfirmation></soap-env:Body></soap-env:Envelope>`;
}

function cube(asked: SimRequest, erp: Erp): Reply {
  const filter = asked.query.get('$filter') ?? '';
  const equal = (field: string): string | undefined => new RegExp(`${field} eq '([^']*)'`).exec(filter)?.[1];
  const from = /PostingDate ge datetime'([\d-]+)T/.exec(filter)?.[1] ?? '0000';
  const to = /PostingDate le datetime'([\d-]+)T/.exec(filter)?.[1] ?? '9999';
  const reference = equal('DocumentReferenceID');
  const rows = erp
    .visible()
    .filter(
      (document) =>
        document.company === equal('CompanyCode') &&
        document.postingDate >= from &&
        document.postingDate <= to,
    )
    .filter((document) => reference === undefined || document.reference === reference)
    .flatMap((document) => document.lines.map((line, at) => cubeRow(document, line, at + 1)));
  if (asked.path.endsWith('/$count'))
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(rows.length) };
  return page(asked, rows);
}

function cubeRow(document: StoredDocument, line: StoredLine, item: number): object {
  const date = (day: string): string => `/Date(${Date.parse(`${day}T00:00:00Z`)})/`;
  return {
    CompanyCode: document.company,
    FiscalYear: document.postingDate.slice(0, 4),
    AccountingDocument: document.number,
    AccountingDocumentItem: String(item).padStart(3, '0'),
    FiscalPeriod: document.postingDate.slice(5, 7).padStart(3, '0'),
    PostingDate: date(document.postingDate),
    DocumentDate: date(document.documentDate),
    DocumentReferenceID: document.reference,
    AccountingDocumentType: 'SA',
    GLAccount: line.account.padStart(10, '0'),
    CostCenter: line.location,
    ProfitCenter: line.dimension,
    DebitCreditCode: line.amount.startsWith('-') ? 'H' : 'S',
    TransactionCurrency: line.currency,
    AmountInTransactionCurrency: line.amount,
    CompanyCodeCurrency: CURRENCY,
    AmountInCompanyCodeCurrency: line.companyAmount,
    DocumentItemText: line.text,
    AssignmentReference: line.assignment,
    AccountingDocCreatedByUser: 'TIEOUT',
    AccountingDocumentCreationDate: date(document.documentDate),
    TaxCode: '',
    ReverseDocument: '',
  };
}

function basic(asked: SimRequest, erp: Erp): Reply {
  const year = /LedgerFiscalYear eq '(\d+)'/.exec(asked.query.get('$filter') ?? '')?.[1] ?? '';
  const rows: object[] = [];
  const months = ['', ...Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, '0'))];
  for (const month of months) {
    // Period 000 carries forward what stood before the year.
    const fits = (day: string): boolean => (month === '' ? day < year : day.startsWith(`${year}-${month}`));
    for (const [account, { debit, credit }] of totals(erp.visible(), fits)) {
      const row = (code: string, amount: string): object => ({
        GLAccount: account.padStart(10, '0'),
        FiscalPeriod: month.padStart(3, '0'),
        ControllingDebitCreditCode: code,
        CompanyCodeCurrency: CURRENCY,
        AmountInCompanyCodeCurrency: amount,
      });
      if (!debit.isZero()) rows.push(row('S', debit.toFixed(2)));
      if (!credit.isZero()) rows.push(row('H', credit.negated().toFixed(2)));
    }
  }
  return page(asked, rows);
}

function page(asked: SimRequest, rows: readonly object[]): Reply {
  const skip = Number(asked.query.get('$skip') ?? '0');
  const top = Number(asked.query.get('$top') ?? '1000');
  return json(200, { d: { results: rows.slice(skip, skip + top) } });
}
