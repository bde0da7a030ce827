// What was refused on the way in: with position, reason, and what was expected and found, so that its sender can correct it.
import type { QuarantineRow, Report } from './model.ts';
import type { Rows } from './rows.ts';
import type { Column, Row, Sheet } from './sheet.ts';
import type { QuarantineTotals } from './totals.ts';

const COLUMNS: readonly Column[] = [
  { key: 'id', title: 'No.', kind: 'text', width: 8, tone: 'quiet' },
  { key: 'reason', title: 'Reason', kind: 'text', width: 20, tone: 'strong' },
  { key: 'message', title: 'What is wrong', kind: 'text', width: 48, wrap: true },
  { key: 'expected', title: 'Expected', kind: 'text', width: 26, wrap: true },
  { key: 'found', title: 'Found', kind: 'text', width: 22, wrap: true },
  { key: 'amount', title: 'Amount', kind: 'amount', width: 14, currency: { column: 'currency' } },
  { key: 'currency', title: 'Cur.', kind: 'text', width: 5.5, centered: true },
  { key: 'company', title: 'Company', kind: 'text', width: 9 },
  { key: 'accounts', title: 'Accounts', kind: 'text', width: 14, wrap: true },
  { key: 'document', title: 'Document', kind: 'text', width: 14 },
  { key: 'kind', title: 'Kind', kind: 'text', width: 9 },
  { key: 'feed', title: 'Feed', kind: 'text', width: 14 },
  { key: 'path', title: 'File', kind: 'text', width: 30, wrap: true },
  { key: 'position', title: 'Line', kind: 'integer', width: 8 },
  { key: 'receivedAt', title: 'Received (UTC)', kind: 'datetime', width: 15.5 },
  { key: 'excerpt', title: 'The record as it came', kind: 'text', width: 60, wrap: true, tone: 'quiet' },
];

function rowOf(record: QuarantineRow): Row {
  return {
    id: record.id,
    reason: record.reason,
    message: record.message,
    expected: record.expected,
    found: record.found,
    amount: record.amount,
    currency: record.currency,
    company: record.company,
    accounts: record.accounts.join(', '),
    document: record.document,
    kind: record.kind,
    feed: record.feed,
    path: record.path,
    position: String(record.position),
    receivedAt: record.receivedAt,
    excerpt: record.excerpt,
  };
}

async function* rows(records: Rows<QuarantineRow>, totals: QuarantineTotals): AsyncGenerator<Row> {
  for await (const record of records) {
    totals.add(record.reason);
    yield rowOf(record);
  }
}

/** Records in quarantine, and how many corrections wait for what they correct. */
export function quarantineSheet(
  { quarantine, statement: { waitingCorrections } }: Pick<Report, 'quarantine' | 'statement'>,
  totals: QuarantineTotals,
): Sheet {
  const waiting =
    waitingCorrections === 0
      ? ''
      : ` Besides, ${waitingCorrections} correction${waitingCorrections === 1 ? ' waits' : 's wait'} for what is corrected: tieout status.`;
  return {
    name: 'Quarantine',
    tab: 6,
    title: 'Quarantine',
    subtitle:
      'Refused on the way in and not counted above. Corrected: `tieout quarantine replay`; not wanted: `tieout quarantine dismiss`.' +
      waiting,
    frozenColumns: 2,
    printColumns: 14,
    sections: [
      { id: 'quarantine', columns: COLUMNS, rows: rows(quarantine, totals), empty: 'Nothing was refused.' },
    ],
  };
}
