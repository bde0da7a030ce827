// A whole workbook, for sheets that people filled in: every sheet's rows as text, which cells are formulas, and what the
// workbook says of itself. Runs in the parsing thread.
import * as sheetJs from 'xlsx';

import { cellText, type DateFormats, type RawCell } from './cellText.ts';

/** A row with something in it; `cells[0]` is column A. */
export interface BookRow {
  /** 1-based, as the spreadsheet shows it. */
  row: number;
  cells: string[];
  /** Zero-based columns whose cell is a formula, a link or an error: nothing that a person typed. */
  odd: number[];
}

export interface BookSheet {
  name: string;
  rows: BookRow[];
}

export interface Book {
  sheets: BookSheet[];
  /** Custom document properties. */
  properties: Record<string, string>;
}

/** @param bytes of an archive that was held against the limits */
export function parseBook(bytes: Buffer): Book {
  const book = sheetJs.read(bytes, {
    type: 'buffer',
    dense: true,
    cellFormula: true,
    cellNF: true,
    cellHTML: false,
    cellText: false,
    cellDates: false,
  });
  const formats: DateFormats = {
    isDate: (format) => sheetJs.SSF.is_date(format) as boolean,
    date1904: book.Workbook?.WBProps?.date1904 === true,
  };
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(book.Custprops ?? {})) properties[name] = String(value);
  return {
    properties,
    sheets: book.SheetNames.map((name) => ({
      name,
      rows: rowsOf((book.Sheets[name]?.['!data'] ?? []) as (RawCell | undefined)[][], formats),
    })),
  };
}

function rowsOf(data: ((RawCell & { l?: unknown }) | undefined)[][], formats: DateFormats): BookRow[] {
  const rows: BookRow[] = [];
  for (const [index, raw] of data.entries()) {
    const cells: string[] = [];
    const odd: number[] = [];
    for (let column = 0; column < (raw?.length ?? 0); column++) {
      const cell = raw?.[column];
      const text = cellText(cell, formats);
      if (typeof text !== 'string' || cell?.f !== undefined || cell?.l !== undefined) odd.push(column);
      cells.push(typeof text === 'string' ? text : '');
    }
    while (cells.at(-1) === '' && !odd.includes(cells.length - 1)) cells.pop();
    if (cells.length > 0) rows.push({ row: index + 1, cells, odd });
  }
  return rows;
}
