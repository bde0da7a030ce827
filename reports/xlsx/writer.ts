// The workbook writer: sheets one after another, rows as they come, constant memory, the same bytes for the same input.
// Our own because no library does all of it at once (DECISIONS.md); it knows cells and styles, and nothing of accounting.
import {
  APP_PROPERTIES_XML,
  contentTypesXml,
  corePropertiesXml,
  customPropertiesXml,
  relationshipsXml,
  workbookXml,
} from './bookParts.ts';
import type { DefinedName, ListedSheet } from './bookParts.ts';
import { cellXml, columnLetters, type Cell } from './cell.ts';
import { chartXml, drawingXml, type Chart } from './chart.ts';
import { sheetHead, sheetTail, type SheetClosing, type SheetFrame } from './sheetPart.ts';
import { StyleRegistry } from './style.ts';
import { ZipFile, type ZipEntry } from './zipFile.ts';

/** Rows of one sheet, by the format. */
export const SHEET_ROWS = 1_048_576;

/** What a workbook is called and when it counts as made. */
export interface BookProperties {
  readonly title: string;
  /** ISO instant, UTC. */
  readonly createdAt: string;
  /** What it says of itself to a program, by name. */
  readonly custom?: Readonly<Record<string, string>>;
}

/** One sheet while it is being written. */
export class SheetWriter {
  /** Rows written so far. */
  rows = 0;
  readonly #entry: ZipEntry;
  readonly #styles: StyleRegistry;
  readonly #close: (closing: SheetClosing, charts: readonly Chart[]) => Promise<void>;

  constructor(
    entry: ZipEntry,
    styles: StyleRegistry,
    close: (closing: SheetClosing, charts: readonly Chart[]) => Promise<void>,
  ) {
    this.#entry = entry;
    this.#styles = styles;
    this.#close = close;
  }

  /**
   * Writes the next row.
   * @param height in points; `fitted` where the application may change it when a person edits the row
   */
  async row(cells: readonly Cell[], height?: { points: number; fitted?: boolean }): Promise<void> {
    this.rows += 1;
    if (this.rows > SHEET_ROWS) throw new RangeError(`a sheet holds ${SHEET_ROWS} rows`);
    const styleNumber = (style: Cell['style']): number => this.#styles.number(style);
    let text = `<row r="${this.rows}"`;
    if (height !== undefined)
      text += ` ht="${height.points}"${height.fitted === true ? '' : ' customHeight="1"'}`;
    text += '>';
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column];
      if (cell !== undefined) text += cellXml(`${columnLetters(column + 1)}${this.rows}`, cell, styleNumber);
    }
    await this.#entry.write(`${text}</row>`);
  }

  /** Ends the sheet; the next one may begin. */
  async end(closing: SheetClosing = {}, charts: readonly Chart[] = []): Promise<void> {
    await this.#close(closing, charts);
  }
}

/** @see BookWriter.create */
export class BookWriter {
  readonly #zip: ZipFile;
  readonly #properties: BookProperties;
  readonly #styles = new StyleRegistry();
  #sheets = 0;
  #drawings = 0;
  #charts = 0;

  private constructor(zip: ZipFile, properties: BookProperties) {
    this.#zip = zip;
    this.#properties = properties;
  }

  /** Starts a workbook; the file appears under its name when `finish` is through. */
  static async create(path: string, properties: BookProperties): Promise<BookWriter> {
    return new BookWriter(await ZipFile.create(path), properties);
  }

  /** Begins a sheet; returns it with the number of its part, by which `finish` lists it. */
  async sheet(frame: SheetFrame): Promise<{ part: number; sheet: SheetWriter }> {
    this.#sheets += 1;
    const part = this.#sheets;
    const entry = this.#zip.entry(`xl/worksheets/sheet${part}.xml`);
    await entry.write(sheetHead(frame));
    const sheet = new SheetWriter(entry, this.#styles, async (closing, charts) => {
      await entry.write(sheetTail(closing, this.#styles, charts.length === 0 ? undefined : 'rId1'));
      await entry.end();
      if (charts.length > 0) await this.#writeCharts(part, charts);
    });
    return { part, sheet };
  }

  async #writeCharts(sheetPart: number, charts: readonly Chart[]): Promise<void> {
    this.#drawings += 1;
    const drawing = this.#drawings;
    const first = this.#charts + 1;
    this.#charts += charts.length;
    await this.#zip.add(
      `xl/worksheets/_rels/sheet${sheetPart}.xml.rels`,
      relationshipsXml([{ id: 'rId1', type: 'drawing', target: `../drawings/drawing${drawing}.xml` }]),
    );
    await this.#zip.add(`xl/drawings/drawing${drawing}.xml`, drawingXml(charts));
    await this.#zip.add(
      `xl/drawings/_rels/drawing${drawing}.xml.rels`,
      relationshipsXml(
        charts.map((_, index) => ({
          id: `rId${index + 1}`,
          type: 'chart',
          target: `../charts/chart${first + index}.xml`,
        })),
      ),
    );
    for (const [index, chart] of charts.entries()) {
      await this.#zip.add(`xl/charts/chart${first + index}.xml`, chartXml(chart));
    }
  }

  /** Writes the parts about all sheets and gives the file its name. `sheets` in tab order, each part once. */
  async finish(sheets: readonly ListedSheet[], names: readonly DefinedName[] = []): Promise<void> {
    const parts = sheets.map((sheet) => sheet.part).toSorted((a, b) => a - b);
    if (parts.length !== this.#sheets || parts.some((part, index) => part !== index + 1)) {
      throw new RangeError(`sheets listed: ${parts.join(', ')}; written: 1 to ${this.#sheets}`);
    }
    const relationships = parts.map((part) => ({
      id: `rId${part}`,
      type: 'worksheet',
      target: `worksheets/sheet${part}.xml`,
    }));
    relationships.push({ id: `rId${parts.length + 1}`, type: 'styles', target: 'styles.xml' });
    await this.#zip.add('xl/styles.xml', this.#styles.xml());
    await this.#zip.add('xl/workbook.xml', workbookXml(sheets, names));
    await this.#zip.add('xl/_rels/workbook.xml.rels', relationshipsXml(relationships));
    await this.#zip.add(
      'docProps/core.xml',
      corePropertiesXml(this.#properties.title, this.#properties.createdAt),
    );
    await this.#zip.add('docProps/app.xml', APP_PROPERTIES_XML);
    await this.#zip.add('docProps/custom.xml', customPropertiesXml(this.#properties.custom ?? {}));
    await this.#zip.add(
      '_rels/.rels',
      relationshipsXml([
        { id: 'rId1', type: 'officeDocument', target: 'xl/workbook.xml' },
        { id: 'rId2', type: 'core-properties', target: 'docProps/core.xml' },
        { id: 'rId3', type: 'extended-properties', target: 'docProps/app.xml' },
        { id: 'rId4', type: 'custom-properties', target: 'docProps/custom.xml' },
      ]),
    );
    await this.#zip.add('[Content_Types].xml', contentTypesXml(this.#sheets, this.#drawings, this.#charts));
    await this.#zip.finish();
  }

  /** Gives up and leaves no file behind. */
  async abandon(): Promise<void> {
    await this.#zip.abandon();
  }
}
