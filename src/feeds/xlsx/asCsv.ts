// A workbook where a feed expects CSV: its first sheet as CSV bytes, so that header checks, positions and refusals are those
// of CSV, and a refused row is stored as text that the same feed reads again. Every sheet row is one CSV row.
import type { FeedFile } from '../feed.ts';
import { READ_LIMITS, readFirstSheet, type SheetRow } from './readFirstSheet.ts';
import { isArchive } from './archive.ts';

/** The file itself, or, where its bytes are a workbook, its first sheet as CSV. */
export function asCsv(file: FeedFile): FeedFile {
  return { path: file.path, bytes: () => csvBytes(file) };
}

async function* csvBytes(file: FeedFile): AsyncGenerator<Buffer> {
  const source = chunksOf(file.bytes());
  const first = await source.next();
  if (first.done === true) return;
  if (!isArchive(first.value)) {
    yield first.value;
    yield* source;
    return;
  }
  const sheet = await readFirstSheet(await collect(first.value, source), file.path);
  let edge: { column: number; width: number; row: number } | undefined;
  for await (const rows of sheet.rows) {
    let text = '';
    for (const row of rows) {
      edge ??= headerEdge(row);
      // Empty lines stand for what lies above and between, so that a line's number is the sheet's row.
      text += '\n'.repeat(row.row - edge.row) + csvLine(row.cells.slice(edge.column), edge.width);
      edge.row = row.row + 1;
    }
    yield Buffer.from(text);
  }
}

/** Where the table begins: the first row with something in it is the header, its first cell the first column. */
function headerEdge(row: SheetRow): { column: number; width: number; row: number } {
  const column = row.cells.findIndex((cell) => cell !== '');
  return { column, width: row.cells.length - column, row: 1 };
}

function csvLine(cells: readonly string[], width: number): string {
  const fields = [...cells];
  while (fields.length < width) fields.push('');
  // A line break inside a cell would shift every position below it.
  return `${fields.map((field) => quote(field.replace(/\r\n?|\n/g, ' '))).join(',')}\n`;
}

function quote(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

async function* chunksOf(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
}

/** All bytes, but no more than are allowed and one chunk: the reader refuses what is longer. */
export async function collect(first: Buffer, rest: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks = [first];
  let length = first.length;
  for await (const chunk of rest) {
    if (length > READ_LIMITS.packedBytes) break;
    chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}
