// Tables of SAP as CSV, one file a table: which table a file holds is seen by its columns, its values are read the way
// SAP prints them. What SAP or a spreadsheet has spoilt (1500000001.0, 4.9E+13) is not repaired.
import { UserError } from '../errors.ts';
import { printScaled, readScaled } from '../money/scaled.ts';
import { minorUnits } from '../money/currencies.ts';
import { readCsv } from './csv.ts';
import type { CsvRow } from './csv.ts';
import type { FeedFile } from './feed.ts';
import { readLines } from './lines.ts';

/** A row by column name; absent columns are ''. */
export interface SapRow {
  row: CsvRow;
  get(column: string): string;
}

export interface SapTable {
  name: string;
  file: FeedFile;
  /** The header line's bytes: with a row behind it, a file by itself. */
  head: Buffer;
  rows: AsyncGenerator<SapRow[]>;
}

const LONGEST_ROW = 1 << 20;

/** Opens a file whose header must hold the columns of one of the wanted tables. */
async function openTable(
  file: FeedFile,
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<SapTable> {
  const chunks = readCsv(readLines(file.bytes(), LONGEST_ROW), file.path);
  const first = await chunks.next();
  const head = first.done === true ? undefined : first.value[0];
  const columns = head?.fields.map((name) => name.trim().toUpperCase()) ?? [];
  // The table with the most columns fits best: a document line has its header's key columns too.
  const name = Object.keys(wanted)
    .filter((table) => wanted[table]!.every((column) => columns.includes(column)))
    .sort((a, b) => wanted[b]!.length - wanted[a]!.length)[0];
  if (head === undefined || name === undefined) {
    const described = Object.entries(wanted).map(([table, keys]) => `${table} (${keys.join(', ')})`);
    throw new UserError({
      where: `${file.path}:1`,
      what: 'not a table that this feed reads',
      expected: described.join(' or '),
      found: columns.slice(0, 12).join(', ') || 'an empty file',
      todo: 'export the table with its technical column names in the header line',
    });
  }
  const at = new Map(columns.map((column, index) => [column, index]));
  async function* rows(): AsyncGenerator<SapRow[]> {
    let chunk = first.done === true ? [] : first.value.slice(1);
    for (;;) {
      yield chunk.map((row) => ({
        row,
        get: (column) => {
          const index = at.get(column);
          return index === undefined ? '' : (row.fields[index] ?? '').trim();
        },
      }));
      const next = await chunks.next();
      if (next.done === true) return;
      chunk = next.value;
    }
  }
  return { name, file, head: head.bytes, rows: rows() };
}

/** Opens the files of a delivery, which together must be one of each wanted table. */
export async function openTables(
  files: readonly FeedFile[],
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<Map<string, SapTable>> {
  const tables = new Map<string, SapTable>();
  for (const file of files) {
    const table = await openTable(file, wanted);
    const other = tables.get(table.name);
    if (other !== undefined) {
      throw new UserError({
        where: file.path,
        what: `a second ${table.name} table`,
        expected: `one file each of ${Object.keys(wanted).join(' and ')}`,
        found: other.file.path,
        todo: 'deliver one extract at a time',
      });
    }
    tables.set(table.name, table);
  }
  const missing = Object.keys(wanted).filter((name) => !tables.has(name));
  if (missing.length > 0) {
    throw new UserError({
      where: files.map(({ path }) => path).join(', '),
      what: `the table ${missing.join(', ')} is missing`,
      expected: `one file each of ${Object.keys(wanted).join(' and ')}`,
      found: [...tables.keys()].join(', '),
      todo: 'give the files of one extract together, in one command',
    });
  }
  return tables;
}

/** `04/23/2018`, `2018-04-23` or `20180423` as ISO; '' for an empty date (00/00/0000); as it came where it is neither. */
export function sapDate(text: string): string {
  if (text === '' || /^[0/.-]+$/.test(text)) return '';
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (american !== null)
    return `${american[3]}-${american[1]!.padStart(2, '0')}-${american[2]!.padStart(2, '0')}`;
  const internal = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return internal === null ? text : `${internal[1]}-${internal[2]}-${internal[3]}`;
}

/** `"1,068,550.00"`, blank-padded, or with the sign behind, as plain decimal text; as it came where it is none. */
export function sapAmount(text: string, code: string): string {
  const trimmed = text.trim();
  const signed = trimmed.endsWith('-') ? `-${trimmed.slice(0, -1).trim()}` : trimmed;
  const plain = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(signed) ? signed.replaceAll(',', '') : signed;
  return storedScale(plain, code);
}

/**
 * SAP stores every amount with two decimals, whatever the currency has: 1,000 JPY stand in the table as 10.00, and a
 * dinar of three decimals as ten times itself. A currency of two decimals is as it looks.
 */
/** Two decimals as stored, and three that a currency may have beyond them. */
const STORED_SCALE = 6;

function storedScale(plain: string, code: string): string {
  const minor = OWN_DECIMALS.get(code) ?? minorUnits(code) ?? 2;
  if (minor === 2) return plain;
  const scaled = readScaled(plain, STORED_SCALE);
  if (scaled === undefined || scaled.decimals > 2) return plain;
  const units = minor < 2 ? scaled.units * 10n ** BigInt(2 - minor) : scaled.units / 10n ** BigInt(minor - 2);
  return printScaled(units, STORED_SCALE);
}

/** SAP's own currency keys for what ISO calls otherwise (table TCURC): dollars at five decimals. */
const ISO_CODES: ReadonlyMap<string, string> = new Map([
  ['USDN', 'USD'],
  ['DEM3', 'DEM'],
]);

/** Decimals of those keys (table TCURX). */
const OWN_DECIMALS: ReadonlyMap<string, number> = new Map([
  ['USDN', 5],
  ['DEM3', 3],
]);

export function isoCurrency(code: string): string {
  return ISO_CODES.get(code) ?? code;
}

/** The key columns of a row, joined: how headers and items find each other. */
export function sapKey(row: SapRow, columns: readonly string[]): string {
  return columns.map((column) => row.get(column)).join('\u001f');
}

/** Rows as small files one after the other, blank line between: what a refused record is kept as and read again from. */
export function rawTables(parts: readonly { head: Buffer; rows: readonly SapRow[] }[]): Buffer {
  const LF = Buffer.from('\n');
  return Buffer.concat(
    parts.flatMap(({ head, rows }, index) => [
      ...(index === 0 ? [] : [LF]),
      head,
      LF,
      ...rows.flatMap(({ row }) => [row.bytes, LF]),
    ]),
  );
}
