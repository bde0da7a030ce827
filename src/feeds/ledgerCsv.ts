// The canonical ledger extract as CSV, or the same columns in a workbook's first sheet (spec: ledger): there is nothing to
// map.
import { OPTIONAL_COLUMNS, REQUIRED_COLUMNS } from '../accounting/ledgerColumns.ts';
import { refusalOf } from '../events/cursor.ts';
import type { FeedFile, LedgerExtract, LedgerFeed, LedgerRecord } from './feed.ts';
import { asCsv } from './xlsx/asCsv.ts';
import { readTable } from './table.ts';
import type { TableRow } from './table.ts';

export const canonicalLedger: LedgerFeed = {
  name: 'canonical',
  grouping: 'each',
  readsGaps: true,
  async read(files: readonly FeedFile[]): Promise<LedgerExtract> {
    const file = asCsv(files[0]!);
    const table = await readTable(
      file.bytes(),
      file.path,
      { required: REQUIRED_COLUMNS, optional: OPTIONAL_COLUMNS },
      files[0]!.gap,
    );
    const width = table.columns.length;
    async function* records(): AsyncGenerator<LedgerRecord[]> {
      for await (const rows of table.rows) {
        yield rows.map((row) => (row.fields.length === width ? row : wrongWidth(row, width)));
      }
    }
    return { columns: table.columns, records: records() };
  },
};

function wrongWidth(row: TableRow, width: number): LedgerRecord {
  const { position, byteOffset } = row;
  const refusal = refusalOf(
    'MISSING_COLUMN',
    '',
    `${width} fields as in the header`,
    `${row.fields.length} fields`,
  );
  return { position, byteOffset, raw: () => row.raw(), outcome: 'refused', refusal };
}
