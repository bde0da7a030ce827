// The sheets as aligned text: for golden tests, terminals and mail. Holds a whole table to find its widths, so it is for
// what a person reads, not for 100,000 rows.
import { Decimal, parseDecimal } from '../src/money/decimal.ts';
import { showDecimal } from '../src/money/showAmount.ts';
import { currencyOf, plain, type Column, type Row, type Section, type Sheet } from './sheet.ts';

const GAP = '  ';
const RIGHT = new Set<Column['kind']>(['amount', 'integer', 'percent']);

/** An amount as people write it: `1,234.50`, negative in parentheses, its last digit always at the same place. */
export function amountText(value: string, currency: string): string {
  const amount = parseDecimal(value);
  if (amount === undefined) return value;
  const digits = showDecimal(amount.abs(), currency);
  const grouped = digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
  return amount.isNegative() && !amount.isZero() ? `(${grouped})` : `${grouped} `;
}

function shown(column: Column, row: Row): string {
  const value = plain(row[column.key]);
  if (value === '') return '';
  switch (column.kind) {
    case 'amount':
      return amountText(value, currencyOf(column, row));
    case 'percent':
      return `${new Decimal(value).times(100).toFixed(1)}%`;
    case 'datetime':
      return value.slice(0, 16).replace('T', ' ');
    case 'integer':
      return value.replace(/\B(?=(\d{3})+$)/g, ',');
    case 'text':
    case 'date':
      return value;
  }
}

/** Control characters made visible, so that one cell stays one cell. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

function rule(widths: readonly number[]): string {
  return widths.map((width) => '-'.repeat(width)).join(GAP);
}

/** Cells of one row, each a list of lines, set side by side. */
function set(cells: readonly string[][], columns: readonly Column[], widths: readonly number[]): string[] {
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) =>
    columns
      .map((column, index) => {
        const text = cells[index]?.[at] ?? '';
        const width = widths[index] ?? 0;
        return RIGHT.has(column.kind) ? text.padStart(width) : text.padEnd(width);
      })
      .join(GAP)
      .trimEnd(),
  );
}

async function sectionText(section: Section): Promise<string[]> {
  const lines = section.heading === undefined ? [] : ['', section.heading];
  const { columns } = section;
  const cellsOf = (row: Row): string[][] =>
    columns.map((column) => {
      const text = oneLine(shown(column, row));
      return column.wrap === true ? wrapped(text, Math.ceil(column.width)) : [text];
    });
  const body: string[][][] = [];
  for await (const row of section.rows) body.push(cellsOf(row));
  if (body.length === 0) return section.empty === '' ? lines : [...lines, section.empty];
  const totals = (section.totals?.() ?? []).map(cellsOf);
  const head = columns.map((column) => [column.title]);
  const widths = columns.map((_, index) =>
    Math.max(...[head, ...body, ...totals].flatMap((row) => (row[index] ?? []).map((line) => line.length))),
  );
  lines.push(...set(head, columns, widths), rule(widths));
  for (const row of body) lines.push(...set(row, columns, widths));
  if (totals.length > 0) lines.push(rule(widths), ...totals.flatMap((row) => set(row, columns, widths)));
  return lines;
}

/** One sheet as text, without a line end at its end. */
export async function sheetText(sheet: Sheet): Promise<string> {
  const lines = [sheet.title, '='.repeat(sheet.title.length), sheet.subtitle, ''];
  const labels = Math.max(0, ...(sheet.facts ?? []).map((fact) => fact.label.length));
  for (const fact of sheet.facts ?? [])
    lines.push(`${fact.label.padEnd(labels)}${GAP}${oneLine(fact.value)}`);
  for (const section of sheet.sections) lines.push(...(await sectionText(section)));
  return lines.join('\n');
}

/** All sheets by name, in the order of their tabs. */
export async function reportText(sheets: Iterable<Sheet>): Promise<Map<string, string>> {
  const texts: [number, string, string][] = [];
  for (const sheet of sheets) texts.push([sheet.tab, sheet.name, await sheetText(sheet)]);
  return new Map(texts.toSorted(([a], [b]) => a - b).map(([, name, text]) => [name, text]));
}
