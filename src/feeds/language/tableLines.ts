// Rows of fields out of CSV, fixed width or a workbook. What a file with columns is, is decided above; here is only how its
// bytes become fields. A workbook where CSV is expected is its first sheet: people save files that way.
import type { FeedFile } from '../feed.ts';
import { readCsv } from '../csv.ts';
import { readLines } from '../lines.ts';
import { isArchive } from '../xlsx/archive.ts';
import { collect } from '../xlsx/asCsv.ts';
import { readFirstSheet, READ_LIMITS } from '../xlsx/readFirstSheet.ts';
import type { FileDefinition } from './definition.ts';
import { asUtf8 } from './encoding.ts';
import { FileRefused, LIMITS } from './refusals.ts';
import { unzipped } from './zipEntry.ts';

/** One row of a table. */
export interface TableLine {
  /** Line of the file, or row of the sheet. */
  position: number;
  byteOffset: number;
  fields: string[];
  /** A spreadsheet's row: empty cells at its end are not there. */
  ragged?: boolean;
}

/** Rows that have something in them, many at a time. */
export async function* tableLines(file: FeedFile, definition: FileDefinition): AsyncGenerator<TableLine[]> {
  const source = chunksOf(definition.zip === undefined ? file.bytes() : unzipped(file, definition.zip));
  const first = await source.next();
  if (first.done === true) return;
  if (isArchive(first.value) && definition.format !== 'fixed') {
    const bytes = await collect(first.value, source);
    const sheet = await readFirstSheet(bytes, file.path, READ_LIMITS, definition.sheet);
    for await (const rows of sheet.rows)
      yield rows.map(({ row, cells }) => ({ position: row, byteOffset: 0, fields: cells, ragged: true }));
    return;
  }
  if (definition.format === 'xlsx')
    throw new FileRefused('NOT_THIS_FEED', file.path, 'it is no workbook', 'an .xlsx file');
  const lines = readLines(
    asUtf8(andRest(first.value, source), definition.encoding, file.path),
    LIMITS.rowBytes,
  );
  if (definition.format === 'fixed') {
    for await (const chunk of lines)
      yield chunk
        .filter((line) => line.text.trim() !== '')
        .map((line) => ({ position: line.number, byteOffset: line.offset, fields: [line.text] }));
    return;
  }
  for await (const rows of readCsv(lines, file.path, definition.delimiter, definition.quote)) {
    const full = rows.filter(({ fields }) => fields.some((field) => field.trim() !== ''));
    for (const { fields, line } of full) checkWidth(fields, `${file.path}:${line}`);
    yield full.map(({ line, offset, fields }) => ({ position: line, byteOffset: offset, fields }));
  }
}

function checkWidth(fields: readonly string[], where: string): void {
  if (fields.length > LIMITS.columns)
    throw new FileRefused(
      'TOO_LARGE',
      where,
      'too many columns',
      `at most ${LIMITS.columns}`,
      String(fields.length),
    );
  const long = fields.find((field) => field.length > LIMITS.cellCharacters);
  if (long !== undefined)
    throw new FileRefused(
      'TOO_LARGE',
      where,
      'a cell is too long',
      `at most ${LIMITS.cellCharacters} characters`,
      String(long.length),
    );
}

async function* chunksOf(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
}

async function* andRest(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
