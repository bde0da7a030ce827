// The sheets as a workbook: real numbers and dates, live formulas beside their values, frozen headers, filters, page set-up.
// Constant memory: rows are written as they come, and a sheet that is full goes on in a second one.
import * as look from './look.ts';
import { ChartCache, RowWriter } from './rowWriter.ts';
import { DrawnCells, type Stretch } from './drawnCells.ts';
import { RowChoices } from './rowChoices.ts';
import type { Fact, Section, Sheet } from './sheet.ts';
import type { ListedSheet } from './xlsx/bookParts.ts';
import { columnLetters, type Cell } from './xlsx/cell.ts';
import type { Chart } from './xlsx/chart.ts';
import type { ChoiceList, Condition, InnerLink } from './xlsx/sheetPart.ts';
import { BookWriter, SHEET_ROWS, type BookProperties, type SheetWriter } from './xlsx/writer.ts';

const HEADER_HEIGHT = 30;

export interface WorkbookOptions extends BookProperties {
  /** Left part of every page's footer. */
  readonly footer: string;
  /** Tab that is in front when it opens; 1 unless told. */
  readonly front?: number;
  /** Rows of a worksheet before it goes on in another; the format's own limit unless a test wants fewer. */
  readonly rowLimit?: number;
}

/** What a workbook came to. */
export interface WrittenWorkbook {
  readonly path: string;
  readonly sheets: readonly { name: string; rows: number }[];
}

/** A worksheet in the making. */
interface OpenSheet {
  name: string;
  part: number;
  sheet: SheetWriter;
  conditions: Condition[];
  choices: ChoiceList[];
  links: InnerLink[];
  merged: string[];
  charts: Chart[];
  headerRow: number;
  filter: string | undefined;
}

/**
 * Draws sheets into a workbook at `path`; the file appears whole or not at all.
 * @param sheets in the order in which they can be drawn; each one's rows are taken before the next is asked for
 */
export async function writeWorkbook(
  path: string,
  sheets: Iterable<Sheet>,
  options: WorkbookOptions,
): Promise<WrittenWorkbook> {
  const book = await BookWriter.create(path, options);
  try {
    const drawing = new Drawing(book, options);
    for (const sheet of sheets) await drawing.draw(sheet);
    return { path, sheets: await drawing.finish() };
  } catch (error) {
    await book.abandon();
    throw error;
  }
}

class Drawing {
  readonly #book: BookWriter;
  readonly #options: WorkbookOptions;
  readonly #rowLimit: number;
  readonly #drawn = new Map<string, DrawnCells>();
  readonly #listed: { tab: number; listed: ListedSheet; rows: number }[] = [];

  constructor(book: BookWriter, options: WorkbookOptions) {
    this.#book = book;
    this.#options = options;
    this.#rowLimit = options.rowLimit ?? SHEET_ROWS;
  }

  async draw(sheet: Sheet): Promise<void> {
    let open = await this.#open(sheet, sheet.name);
    for (const fact of sheet.facts ?? []) await drawFact(open, fact, sheet.sections[0]?.columns.length ?? 1);
    for (const section of sheet.sections) open = await this.#section(sheet, section, open);
    await this.#close(sheet, open);
  }

  /** Lists the sheets in tab order and completes the file. */
  async finish(): Promise<{ name: string; rows: number }[]> {
    const inOrder = this.#listed.toSorted((a, b) => a.tab - b.tab);
    const unexplained = this.#drawn.get('tieOut');
    const [stretch] = unexplained?.filled ?? [];
    const names =
      unexplained === undefined || stretch === undefined
        ? []
        : [
            {
              name: 'tieout_unexplained',
              refersTo: `'${stretch.worksheet}'!${unexplained.range('unexplained', stretch)}`,
            },
          ];
    await this.#book.finish(
      inOrder.map(({ listed }) => listed),
      names,
    );
    return inOrder
      .filter(({ listed }) => listed.hidden !== true)
      .map(({ listed, rows }) => ({ name: listed.name, rows }));
  }

  async #open(sheet: Sheet, name: string): Promise<OpenSheet> {
    const single = sheet.sections.length === 1 && (sheet.facts ?? []).length === 0;
    const headerRow = single ? 4 : 0;
    const tabColor = look.TAB_COLORS[sheet.tab];
    const { part, sheet: writer } = await this.#book.sheet({
      widths: widths(sheet),
      hiddenColumns: (sheet.sections[0]?.columns ?? []).flatMap((column, index) =>
        column.hidden === true ? [index] : [],
      ),
      ...(single ? { freeze: { rows: headerRow, columns: sheet.frozenColumns ?? 0 } } : {}),
      ...(tabColor === undefined ? {} : { tabColor }),
      selected: sheet.tab === (this.#options.front ?? 1),
    });
    await writer.row([{ kind: 'text', text: sheet.title, style: look.TITLE }], { points: 24 });
    await writer.row([{ kind: 'text', text: sheet.subtitle, style: look.SUBTITLE }]);
    await writer.row([]);
    return {
      name,
      part,
      sheet: writer,
      conditions: [],
      choices: [],
      links: [],
      merged: [],
      charts: [],
      headerRow,
      filter: undefined,
    };
  }

  /** `Exceptions (2)`: the worksheet after those that the sheet has filled. */
  #nextName(sheet: Sheet): string {
    return `${sheet.name} (${this.#listed.filter((one) => one.tab === sheet.tab).length + 1})`;
  }

  async #close(sheet: Sheet, open: OpenSheet): Promise<void> {
    const text = sheet.sections.flatMap((section) => section.columns.length);
    await open.sheet.end(
      {
        ...(open.filter === undefined ? {} : { filter: open.filter }),
        merged: open.merged,
        conditions: open.conditions,
        choices: open.choices,
        locked: sheet.locked === true,
        links: open.links,
        print: { footer: this.#options.footer, onePage: sheet.onePage === true },
        digitsAsText: `A1:${columnLetters(Math.max(1, ...text))}${open.sheet.rows}`,
      },
      open.charts,
    );
    const listed: ListedSheet = {
      name: open.name,
      part: open.part,
      hidden: sheet.hidden === true,
      ...(open.headerRow === 0 ? {} : { repeatRows: [open.headerRow, open.headerRow] as const }),
      ...(open.filter === undefined ? {} : { filter: open.filter }),
      ...(sheet.printColumns === undefined
        ? {}
        : { printArea: `A1:${columnLetters(sheet.printColumns)}${open.sheet.rows}` }),
    };
    this.#listed.push({ tab: sheet.tab, listed, rows: open.sheet.rows });
  }

  /** Draws a section; returns the worksheet that it ended on. */
  async #section(sheet: Sheet, section: Section, start: OpenSheet): Promise<OpenSheet> {
    let open = start;
    const place = new DrawnCells(section.columns);
    if (section.heading !== undefined) {
      await open.sheet.row([]);
      await open.sheet.row([{ kind: 'text', text: section.heading, style: look.HEADING }], { points: 20 });
    }
    let stretch = await drawHeader(section, place, open);
    const rows = new RowWriter(section.columns, place, this.#drawn);
    const chart = new ChartCache(section);
    const choices = new RowChoices(section);
    for await (const row of section.rows) {
      // Two rows are kept for a note below the last one.
      if (open.sheet.rows >= this.#rowLimit - 2) {
        finishStretch(section, place, stretch, open);
        open.choices.push(...choices.taken());
        await this.#close(sheet, open);
        open = await this.#open(sheet, this.#nextName(sheet));
        stretch = await drawHeader(section, place, open);
      }
      chart.take(row);
      await open.sheet.row(rows.row(row, open.sheet.rows + 1, open.links, false), rows.height(row));
      stretch.last = open.sheet.rows;
      choices.take(row, stretch.last);
    }
    finishStretch(section, place, stretch, open);
    open.choices.push(...choices.taken());
    if (place.filled.length === 0)
      await open.sheet.row([{ kind: 'text', text: section.empty, style: look.NOTE }]);
    else if (section.totals !== undefined) {
      for (const row of section.totals())
        await open.sheet.row(rows.row(row, open.sheet.rows + 1, open.links, true));
      zeroConditions(section, place, stretch.last + 1, open.sheet.rows, open);
    }
    if (rows.tooLong > 0)
      await open.sheet.row([{ kind: 'text', text: tooLongNote(rows.tooLong), style: look.NOTE }]);
    if (section.chart !== undefined && place.filled.length > 0)
      open.charts.push(chart.drawn(section.chart, place, stretch));
    this.#drawn.set(section.id, place);
    return open;
  }
}

function widths(sheet: Sheet): number[] {
  const count = Math.max(0, ...sheet.sections.map((section) => section.columns.length));
  return Array.from({ length: count }, (_, index) =>
    Math.max(...sheet.sections.map((section) => section.columns[index]?.width ?? 0)),
  );
}

async function drawFact(open: OpenSheet, fact: Fact, columns: number): Promise<void> {
  const style = look.factStyle(fact.tone);
  const cells: Cell[] = [
    { kind: 'text', text: fact.label, style: look.FACT_LABEL },
    { kind: 'text', text: fact.value, style },
  ];
  for (let column = 3; column <= columns; column++) cells.push({ kind: 'blank', style });
  await open.sheet.row(cells, { points: 19 });
  const row = open.sheet.rows;
  if (columns > 2) open.merged.push(`B${row}:${columnLetters(columns)}${row}`);
  if (fact.link !== undefined) open.links.push({ cell: `A${row}`, sheet: fact.link, target: 'A1' });
}

async function drawHeader(section: Section, place: DrawnCells, open: OpenSheet): Promise<Stretch> {
  const cells = section.columns.map((column): Cell => ({
    kind: 'text',
    text: column.title,
    style: look.headerStyle(column),
  }));
  await open.sheet.row(cells, { points: HEADER_HEIGHT });
  const stretch: Stretch = { worksheet: open.name, first: open.sheet.rows + 1, last: open.sheet.rows };
  place.stretches.push(stretch);
  return stretch;
}

/** What depends on how far the rows of a worksheet went: its filter, and the look of its check cells. */
function finishStretch(section: Section, place: DrawnCells, stretch: Stretch, open: OpenSheet): void {
  if (stretch.last < stretch.first) return;
  if (open.headerRow > 0) {
    open.filter = `A${stretch.first - 1}:${columnLetters(section.columns.length)}${stretch.last}`;
  }
  zeroConditions(section, place, stretch.first, stretch.last, open);
}

function zeroConditions(
  section: Section,
  place: DrawnCells,
  first: number,
  last: number,
  open: OpenSheet,
): void {
  for (const key of section.zero ?? []) {
    const range = `${place.letters(key)}${first}:${place.letters(key)}${last}`;
    open.conditions.push({ range, when: { cell: 'equal', value: '0' }, look: look.ZERO_LOOK });
    open.conditions.push({ range, when: { cell: 'notEqual', value: '0' }, look: look.NOT_ZERO_LOOK });
  }
}

function tooLongNote(count: number): string {
  return (
    `${count === 1 ? 'One amount has' : `${count} amounts have`} more than the 15 digits that a spreadsheet's number holds, ` +
    'and stand here as text: exact, but left out of formulas.'
  );
}
