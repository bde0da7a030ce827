// The thread in which a workbook is unpacked and parsed: with its own memory cap and clock, so that a hostile file ends this
// thread and nothing else. It answers once with the sheet's head, then a batch of rows for each request.
import { parentPort, workerData } from 'node:worker_threads';
import * as sheetJs from 'xlsx';

import { checkSizes, readDirectory, type ArchiveLimits, type Refused } from './archive.ts';
import { type Book, parseBook } from './parseBook.ts';
import { cellText, type DateFormats, type RawCell } from './cellText.ts';

/** What the thread is given. */
export interface ParseOrder {
  bytes: Uint8Array;
  limits: ArchiveLimits;
  /** Name of the sheet; the first where it is absent. */
  sheet?: string;
  /** All sheets at once instead of the first one row by row. */
  whole?: true;
}

/** One row that holds something; `cells[0]` is column A. */
export interface SheetRow {
  /** 1-based, as the spreadsheet shows it. */
  row: number;
  cells: string[];
}

export interface SheetHead {
  sheet: string;
  /** Cells whose value a formula left behind. */
  formulas: number;
  macros: boolean;
  externalLinks: boolean;
}

/** What the thread says. */
export type ParseAnswer =
  | { kind: 'refused'; refused: Refused }
  | { kind: 'head'; head: SheetHead }
  | { kind: 'book'; book: Book }
  | { kind: 'rows'; rows: SheetRow[] }
  | { kind: 'end' };

const BATCH = 2000;

type Dense = (RawCell | undefined)[][];

/** The names of the archive's files, once it is known to be a workbook within the limits. */
function checked(order: ParseOrder): Set<string> | Refused {
  const entries = readDirectory(order.bytes, order.limits);
  if (!Array.isArray(entries)) return entries;
  const names = new Set(entries.map((entry) => entry.name));
  if (!names.has('[Content_Types].xml') || !names.has('xl/workbook.xml')) {
    return {
      what: 'the archive is not an .xlsx workbook',
      expected: 'a workbook saved as Excel workbook (.xlsx)',
      found: [...names].slice(0, 3).join(', '),
      todo: 'save it as .xlsx or CSV and deliver it again',
    };
  }
  return checkSizes(order.bytes, entries) ?? names;
}

const bytesOf = ({ bytes: { buffer, byteOffset, byteLength } }: ParseOrder): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const hasExternalLinks = (names: ReadonlySet<string>): boolean =>
  [...names].some((name) => name.startsWith('xl/externalLinks/'));

/** What people give back holds nothing that runs or fetches: ours has none, so somebody put it there. */
function openWhole(order: ParseOrder): Book | Refused {
  const names = checked(order);
  if (!(names instanceof Set)) return names;
  const found = names.has('xl/vbaProject.bin')
    ? 'macros'
    : hasExternalLinks(names)
      ? 'links to other files'
      : '';
  if (found !== '')
    return {
      what: 'the workbook holds what Tieout never wrote',
      expected: 'the workbook as Tieout made it, with its yellow cells filled in',
      found,
      todo: 'save it as .xlsx without them and give it back',
    };
  return parseBook(bytesOf(order));
}

function open(order: ParseOrder): { head: SheetHead; data: Dense; formats: DateFormats } | Refused {
  const names = checked(order);
  if (!(names instanceof Set)) return names;
  const book = sheetJs.read(bytesOf(order), {
    type: 'buffer',
    dense: true,
    sheets: order.sheet ?? 0,
    cellFormula: true,
    cellNF: true,
    cellHTML: false,
    cellText: false,
    cellDates: false,
  });
  const sheet = order.sheet ?? book.SheetNames[0];
  const first = sheet === undefined ? undefined : book.Sheets[sheet];
  if (sheet === undefined || first === undefined) {
    return {
      what:
        order.sheet === undefined ? 'the workbook has no sheet' : `the workbook has no sheet ${order.sheet}`,
      expected: order.sheet === undefined ? 'rows in its first sheet' : book.SheetNames.join(', '),
      todo: 'deliver the file again',
    };
  }
  const data = (first['!data'] ?? []) as Dense;
  let formulas = 0;
  for (const row of data) for (const cell of row ?? []) if (cell?.f !== undefined) formulas += 1;
  return {
    head: {
      sheet,
      formulas,
      macros: names.has('xl/vbaProject.bin'),
      externalLinks: hasExternalLinks(names),
    },
    data,
    formats: {
      isDate: (format) => sheetJs.SSF.is_date(format) as boolean,
      date1904: book.Workbook?.WBProps?.date1904 === true,
    },
  };
}

function* batches(data: Dense, formats: DateFormats): Generator<SheetRow[] | Refused> {
  let batch: SheetRow[] = [];
  for (const [index, raw] of data.entries()) {
    const cells: string[] = [];
    for (let column = 0; column < (raw?.length ?? 0); column++) {
      const text = cellText(raw?.[column], formats);
      if (typeof text !== 'string') {
        const place = `${sheetJs.utils.encode_col(column)}${index + 1}`;
        yield {
          what: `cell ${place} holds ${text.flaw}`,
          expected: 'text, a number or a date',
          todo: 'correct the cell and deliver the file again',
        };
        return;
      }
      cells.push(text);
    }
    while (cells.at(-1) === '') cells.pop();
    if (cells.length > 0) batch.push({ row: index + 1, cells });
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function serve(
  order: ParseOrder,
  say: (answer: ParseAnswer) => void,
  onNext: (next: () => void) => void,
): void {
  let opened: ReturnType<typeof open> | Book;
  try {
    opened = order.whole === true ? openWhole(order) : open(order);
  } catch (error) {
    opened = {
      what: 'the workbook cannot be read',
      expected: 'an .xlsx file as a spreadsheet saves it',
      found: error instanceof Error ? error.message : String(error),
      todo: 'open it in a spreadsheet, save it again and deliver it',
    };
  }
  if ('sheets' in opened) {
    say({ kind: 'book', book: opened });
    return;
  }
  if (!('head' in opened)) {
    say({ kind: 'refused', refused: opened });
    return;
  }
  const rows = batches(opened.data, opened.formats);
  onNext(() => {
    const next = rows.next();
    if (next.done === true) say({ kind: 'end' });
    else
      say(
        Array.isArray(next.value)
          ? { kind: 'rows', rows: next.value }
          : { kind: 'refused', refused: next.value },
      );
  });
  say({ kind: 'head', head: opened.head });
}

const port = parentPort;
if (port !== null) {
  serve(
    workerData as ParseOrder,
    (answer) => port.postMessage(answer),
    (next) => port.on('message', next),
  );
}
