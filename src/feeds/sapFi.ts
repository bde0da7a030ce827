// SAP FI tables BKPF (document headers) and BSEG (lines) as a ledger extract. Headers are read first and held: they are a
// tenth of the lines. What a document refers to is its AWKEY, which is how SAP itself finds the origin of a posting.
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import type { FeedFile, LedgerExtract, LedgerFeed, LedgerRecord } from './feed.ts';
import { isoCurrency, openTables, rawTables, sapAmount, sapDate, sapKey } from './sapTable.ts';
import type { SapRow, SapTable } from './sapTable.ts';

const KEY = ['BUKRS', 'BELNR', 'GJAHR'];
const TABLES = {
  BKPF: [...KEY, 'BLART', 'BUDAT', 'WAERS', 'BSTAT'],
  BSEG: [...KEY, 'BUZEI', 'SHKZG', 'WRBTR', 'DMBTR', 'HKONT'],
};
const COLUMNS: readonly LedgerColumn[] = [
  'company',
  'document',
  'line',
  'posting_date',
  'document_date',
  'fiscal_year',
  'account',
  'location',
  'dimension',
  'currency',
  'amount',
  'company_currency',
  'company_amount',
  'reference',
  'text',
  'document_type',
  'journal_source',
  'tax_code',
  'created_by',
  'created_at',
  'reversal_of',
  'partner_company',
  'status',
];
/** BSTAT: V parked, W parked with changes, Z parked and complete, D recurring, M sample, S noted item: none is posted. */
const NOT_POSTED: ReadonlySet<string> = new Set(['V', 'W', 'Z', 'D', 'M', 'S']);

export const sapFi: LedgerFeed = {
  name: 'sap-fi',
  grouping: 'together',
  async read(files: readonly FeedFile[]): Promise<LedgerExtract> {
    const tables = await openTables(files, TABLES);
    const headers = await byKey(tables.get('BKPF')!);
    return { columns: COLUMNS, records: records(tables.get('BKPF')!, headers, tables.get('BSEG')!) };
  },
};

async function byKey(table: SapTable): Promise<Map<string, SapRow>> {
  const found = new Map<string, SapRow>();
  for await (const rows of table.rows) for (const row of rows) found.set(sapKey(row, KEY), row);
  return found;
}

async function* records(
  bkpf: SapTable,
  headers: ReadonlyMap<string, SapRow>,
  bseg: SapTable,
): AsyncGenerator<LedgerRecord[]> {
  for await (const rows of bseg.rows) {
    yield rows.map((item): LedgerRecord => {
      const { row } = item;
      const header = headers.get(sapKey(item, KEY));
      const delivered = {
        position: row.line,
        byteOffset: row.offset,
        raw: () =>
          rawTables([
            ...(header === undefined ? [] : [{ head: bkpf.head, rows: [header] }]),
            { head: bseg.head, rows: [item] },
          ]),
      };
      if (header === undefined) return { ...delivered, outcome: 'refused', refusal: withoutHeader(item) };
      return { ...delivered, outcome: 'line', fields: fieldsOf(header, item, reversalOf(header, headers)) };
    });
  }
}

function withoutHeader(item: SapRow): Extract<LedgerRecord, { outcome: 'refused' }>['refusal'] {
  const expected = 'a row of BKPF with the same BUKRS, BELNR and GJAHR';
  const found = `none for ${KEY.map((column) => item.get(column)).join(' ')}`;
  return {
    reason: 'MISSING_COLUMN',
    path: 'BELNR',
    expected,
    found,
    message: `BELNR: expected ${expected}, found ${found}`,
    company: item.get('BUKRS'),
  };
}

interface Reversal {
  /** Document that this one reverses. */
  of: string;
  status: 'posted' | 'reversed';
}

/**
 * STBLG names the other document on both of them. XREVERSAL, where it is delivered, says which of the two this is (2: the
 * reversal); else the one entered later is the reversal, by the entry times where both are in the file, by year and number
 * where the other is not: a document is mostly reversed in a later month than it was extracted in.
 */
function reversalOf(header: SapRow, headers: ReadonlyMap<string, SapRow>): Reversal {
  const other = header.get('STBLG');
  const partner = headers.get([header.get('BUKRS'), other, header.get('STJAH')].join('\u001f'));
  if (other === '') return { of: '', status: 'posted' };
  const entered = (row: SapRow): string =>
    `${sapDate(row.get('CPUDT'))} ${row.get('CPUTM')} ${row.get('BELNR')}`;
  const numbered = (year: string, number: string): string => `${year} ${number.padStart(10, '0')}`;
  const said = header.get('XREVERSAL');
  const later =
    partner === undefined
      ? numbered(header.get('GJAHR'), header.get('BELNR')) > numbered(header.get('STJAH'), other)
      : entered(header) > entered(partner);
  return (said === '' ? later : said === '2')
    ? { of: other, status: 'posted' }
    : { of: '', status: 'reversed' };
}

function fieldsOf(header: SapRow, item: SapRow, reversal: Reversal): string[] {
  const currency = isoCurrency(header.get('WAERS'));
  const own = isoCurrency(header.get('HWAER'));
  const sign = item.get('SHKZG');
  const values: Record<string, string> = {
    company: item.get('BUKRS'),
    document: item.get('BELNR'),
    line: item.get('BUZEI'),
    posting_date: sapDate(header.get('BUDAT')),
    document_date: sapDate(header.get('BLDAT')),
    fiscal_year: item.get('GJAHR'),
    account: item.get('HKONT'),
    // Absent in GBI: an ordinary export has the plant of a stock line.
    location: item.get('WERKS'),
    dimension: '',
    currency,
    // The scale is that of SAP's own key: USDN has five decimals, the dollar that it is has two.
    amount: signed(sapAmount(item.get('WRBTR'), header.get('WAERS')), sign),
    company_currency: own,
    company_amount: own === '' ? '' : signed(sapAmount(item.get('DMBTR'), header.get('HWAER')), sign),
    reference: header.get('AWKEY') || header.get('XBLNR'),
    text: item.get('SGTXT') || header.get('BKTXT'),
    document_type: header.get('BLART'),
    journal_source: header.get('AWTYP'),
    tax_code: item.get('MWSKZ'),
    created_by: header.get('USNAM'),
    created_at: [sapDate(header.get('CPUDT')), header.get('CPUTM')].join(' ').trim(),
    reversal_of: reversal.of,
    partner_company: item.get('VBUND'),
    status: NOT_POSTED.has(header.get('BSTAT')) ? 'parked' : reversal.status,
  };
  return COLUMNS.map((column) => values[column] ?? '');
}

/** S(oll) is debit, H(aben) credit; anything else leaves the amount unreadable, which refuses the document. */
function signed(amount: string, sign: string): string {
  if (sign === 'S') return amount;
  if (sign !== 'H') return `${amount} with SHKZG ${sign || 'empty'}`;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
