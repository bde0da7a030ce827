// A CSV file whose columns are known: the header is checked once, so that every row after it is an array in its order
// and a misspelt column is refused instead of being read as absent.
import { UserError } from '../errors.ts';
import { nearest } from '../rulebook/nearest.ts';
import { readCsv } from './csv.ts';
import type { CsvRow } from './csv.ts';
import type { Delivered, Gap } from './feed.ts';
import { readLines } from './lines.ts';

/** One data row of a table: a record of a feed as it stands. */
export class TableRow implements Delivered {
  readonly outcome = 'line';
  readonly position: number;
  readonly byteOffset: number;
  readonly fields: string[];
  readonly plain: boolean;
  readonly #head: Buffer;
  readonly #row: CsvRow;

  constructor(head: Buffer, row: CsvRow) {
    this.position = row.line;
    this.byteOffset = row.offset;
    this.fields = row.fields;
    this.plain = row.plain;
    this.#head = head;
    this.#row = row;
  }

  /** The row alone, without its line end. */
  rowBytes(): Buffer {
    return this.#row.bytes;
  }

  /** The header line and the row: a file by itself, which is how a refused row is kept and read again. */
  raw(): Buffer {
    return Buffer.concat([this.#head, this.#row.bytes]);
  }
}

export interface Table {
  columns: string[];
  rows: AsyncGenerator<TableRow[]>;
}

export interface TableShape {
  required: readonly string[];
  /** `undefined`: any other column is passed over. */
  optional: readonly string[] | undefined;
}

const LONGEST_ROW = 1 << 20;

/**
 * Opens a CSV table: reads its header, and gives its rows as they are asked for.
 * @param gap what the source leaves out behind the header
 */
export async function readTable(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  where: string,
  shape: TableShape,
  gap?: Gap,
): Promise<Table> {
  const chunks = readCsv(readLines(source, LONGEST_ROW, gap), where);
  const first = await chunks.next();
  const head = first.done === true ? undefined : first.value[0];
  if (head === undefined) {
    throw new UserError({
      where,
      what: 'the file is empty',
      expected: `a header line with ${shape.required.join(', ')}`,
      todo: 'deliver a file with a header line, also when it has no rows',
    });
  }
  const columns = head.fields.map((name) => name.trim());
  try {
    checkColumns(columns, where, shape);
  } catch (error) {
    // Whoever opened the source (a workbook's thread, a file) ends with it: nobody will ask for its rows.
    await chunks.return(undefined);
    throw error;
  }
  const prefix = Buffer.concat([head.bytes, Buffer.from('\n')]);
  async function* rows(): AsyncGenerator<TableRow[]> {
    let chunk = first.done === true ? [] : first.value.slice(1);
    for (;;) {
      if (chunk.length > 0) yield chunk.map((row) => new TableRow(prefix, row));
      const next = await chunks.next();
      if (next.done === true) return;
      chunk = next.value;
    }
  }
  return { columns, rows: rows() };
}

function checkColumns(columns: readonly string[], where: string, shape: TableShape): void {
  const todo = 'correct the header line; nothing of the file was taken';
  const missing = shape.required.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new UserError({
      where: `${where}:1`,
      what: `the header lacks ${missing.join(', ')}`,
      expected: `the columns ${shape.required.join(', ')}`,
      found: columns.join(', '),
      todo,
    });
  }
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new UserError({
      where: `${where}:1`,
      what: `the column ${twice} comes twice`,
      found: columns.join(', '),
      todo,
    });
  }
  if (shape.optional === undefined) return;
  const known = [...shape.required, ...shape.optional];
  const unknown = columns.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new UserError({
      where: `${where}:1`,
      what: `unknown column ${JSON.stringify(unknown)}${near === undefined ? '' : `: did you mean ${near}?`}`,
      expected: `only ${known.join(', ')}`,
      found: columns.join(', '),
      todo,
    });
  }
}
