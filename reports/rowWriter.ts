// Rows of a section turned into cells of a worksheet, and into the cached points of its chart.
import { minorUnits } from '../src/money/currencies.ts';
import { decimal } from '../src/money/decimal.ts';
import * as look from './look.ts';
import { cellsAt, type DrawnCells, type Stretch } from './drawnCells.ts';
import { currencyOf, entry, plain, type Column, type Row, type Section } from './sheet.ts';
import { columnLetters, fitsDouble, type Cell } from './xlsx/cell.ts';
import type { Chart } from './xlsx/chart.ts';
import type { InnerLink } from './xlsx/sheetPart.ts';

const LINE_POINTS = 13;
// Characters that fit beside a column's width: narrow letters give room, bold ones take it.
const FILL = 1.08;
const BOLD_FILL = 0.92;
// Characters that the step in of wrapped text takes.
const STEP = 1.5;
const MOST_LINES = 12;
const CHART_COLUMNS = 3;
const CHART_ROWS = 12;

/** Turns rows of a section into cells. */
export class RowWriter {
  /** Amounts so far that a spreadsheet's number cannot hold. */
  tooLong = 0;
  readonly #columns: readonly Column[];
  readonly #place: DrawnCells;
  readonly #drawn: ReadonlyMap<string, DrawnCells>;

  constructor(columns: readonly Column[], place: DrawnCells, drawn: ReadonlyMap<string, DrawnCells>) {
    this.#columns = columns;
    this.#place = place;
    this.#drawn = drawn;
  }

  row(row: Row, number: number, links: InnerLink[], total: boolean): Cell[] {
    return this.#columns.map((column, index) => {
      const { value, tone, formula, link } = entry(row[column.key]);
      const scale = column.kind === 'amount' ? (minorUnits(currencyOf(column, row)) ?? 4) : 0;
      const style = look.cellStyle(column, scale, tone, total);
      if (link !== undefined)
        links.push({ cell: `${columnLetters(index + 1)}${number}`, sheet: link, target: 'A1' });
      if (value === null || value === '') return { kind: 'blank', style };
      const plainCell = this.#cell(column, value, style);
      if (formula === undefined || plainCell.kind !== 'number') return plainCell;
      const text = formula(cellsAt(this.#place, number, this.#drawn));
      return { kind: 'formula', formula: text, cached: { kind: 'number', digits: value }, style };
    });
  }

  /** Room for the longest wrapped text: not every application fits rows when it opens a file. */
  height(row: Row): { points: number; fitted: true } | undefined {
    let lines = 1;
    for (const column of this.#columns) {
      if (column.wrap !== true) continue;
      const room = column.tone === 'strong' ? column.width * BOLD_FILL : (column.width - STEP) * FILL;
      lines = Math.max(lines, linesIn(plain(row[column.key]), room));
    }
    return lines === 1 ? undefined : { points: Math.min(MOST_LINES, lines) * LINE_POINTS + 1, fitted: true };
  }

  #cell(column: Column, value: string, style: Cell['style']): Cell {
    switch (column.kind) {
      case 'amount':
      case 'integer':
      case 'percent':
        if (fitsDouble(value)) return { kind: 'number', digits: value, style };
        this.tooLong += 1;
        return { kind: 'text', text: value, style };
      case 'date':
        return { kind: 'date', day: value, style };
      case 'datetime':
        return { kind: 'instant', at: value, style };
      case 'text':
        return { kind: 'text', text: value, style };
    }
  }
}

/** Lines of a text whose words are set one after another into `room` characters; a longer word is broken. */
function linesIn(text: string, room: number): number {
  if (text.length <= room) return 1;
  let [lines, used] = [1, 0];
  for (const { length } of text.split(' ')) {
    if (used > 0 && used + 1 + length > room) [lines, used] = [lines + 1, 0];
    used += length + (used > 0 ? 1 : 0);
    while (used > room) [lines, used] = [lines + 1, used - room];
  }
  return lines;
}

/** Keeps what a section's chart shows while its rows go by; only sections with a chart, which are short. */
export class ChartCache {
  readonly #of: Section['chart'];
  readonly #categories: string[] = [];
  readonly #values: string[] = [];

  constructor(section: Section) {
    this.#of = section.chart;
  }

  take(row: Row): void {
    if (this.#of === undefined) return;
    this.#categories.push(entry(row[this.#of.categories]).value ?? '');
    this.#values.push(decimal(entry(row[this.#of.values]).value ?? '0').toFixed());
  }

  drawn(of: NonNullable<Section['chart']>, place: DrawnCells, stretch: Stretch): Chart {
    const top = stretch.first - 2;
    return {
      type: 'bar',
      title: of.title,
      sheet: stretch.worksheet,
      categories: { range: place.range(of.categories, stretch), cached: this.#categories },
      values: { range: place.range(of.values, stretch), cached: this.#values },
      color: '3B6EA5',
      from: { column: of.column, row: top },
      to: { column: of.column + CHART_COLUMNS, row: top + Math.max(CHART_ROWS, this.#values.length + 5) },
    };
  }
}
