// How the workbook looks, in one place: one typeface, dark blue for what leads, colour only where something is good or bad,
// negative amounts red and in parentheses, days in the ISO form that no country reads otherwise.
import type { Column, Tone } from './sheet.ts';
import type { CellStyle, Highlight } from './xlsx/style.ts';

const INK = '1F2937';
const QUIET = '6B7280';
const LINE = 'D9DEE5';
const NAVY = '1F3A5F';

export const TITLE: CellStyle = { bold: true, size: 16, color: NAVY };
export const SUBTITLE: CellStyle = { color: QUIET };
export const HEADING: CellStyle = { bold: true, size: 12, color: NAVY };
export const NOTE: CellStyle = { italic: true, color: QUIET };
export const FACT_LABEL: CellStyle = {
  bold: true,
  color: INK,
  vertical: 'center',
  bottom: 'hair',
  edgeColor: LINE,
};
export const TAB_COLORS: Readonly<Record<number, string>> = { 1: NAVY, 2: NAVY, 3: 'B45309', 4: 'B45309' };

const TONES: Readonly<Record<Tone, CellStyle>> = {
  good: { bold: true, color: '1E6B34' },
  bad: { bold: true, color: 'B3261E' },
  warn: { bold: true, color: '8A5A00' },
  quiet: { color: QUIET },
  strong: { bold: true },
};
export const ZERO_LOOK: Highlight = { color: '1E6B34', fill: 'E3F3E6', bold: true };
export const NOT_ZERO_LOOK: Highlight = { color: 'FFFFFF', fill: 'B3261E', bold: true };

/** The value of a fact. */
export function factStyle(tone: Tone | undefined): CellStyle {
  return FACTS[tone ?? 'strong'];
}
const FACTS = Object.fromEntries(
  Object.entries(TONES).map(([tone, style]) => [
    tone,
    { color: INK, ...style, bold: tone !== 'strong', vertical: 'center', bottom: 'hair', edgeColor: LINE },
  ]),
) as Record<Tone, CellStyle>;

const isNumber = (column: Column): boolean =>
  column.kind === 'amount' || column.kind === 'integer' || column.kind === 'percent';

function alignment(column: Column): 'left' | 'center' | 'right' {
  if (isNumber(column)) return 'right';
  if (column.centered === true) return 'center';
  return column.kind === 'text' ? 'left' : 'center';
}

/** Wrapped text fills its column to the edge: a step in keeps it off the column before. */
const stepsIn = (column: Column): boolean => column.wrap === true && column.tone !== 'strong';

/** The header of a column stands as its values do. */
export function headerStyle(column: Column): CellStyle {
  return HEADERS[stepsIn(column) ? 'wrapped' : alignment(column)];
}
const HEADER: CellStyle = { bold: true, color: 'FFFFFF', fill: NAVY, wrap: true, vertical: 'center' };
const HEADERS = {
  left: { ...HEADER, align: 'left' },
  wrapped: { ...HEADER, align: 'left', indent: 1 },
  center: { ...HEADER, align: 'center' },
  right: { ...HEADER, align: 'right' },
} as const;

/** Amounts in a currency of so many decimals. The blank after a positive number is as wide as a parenthesis. */
function amountFormat(scale: number, dashZero: boolean): string {
  const digits = scale === 0 ? '#,##0' : `#,##0.${'0'.repeat(scale)}`;
  return `${digits}_);[Red]\\(${digits}\\)${dashZero ? ';\\–_)' : ''}`;
}

function numberFormat(column: Column, scale: number): string | undefined {
  switch (column.kind) {
    case 'amount':
      return amountFormat(scale, column.dashZero === true);
    case 'integer':
      return column.dashZero === true ? '#,##0_);\\-#,##0_);\\–_)' : '#,##0_)';
    case 'percent':
      return '0.0%_)';
    case 'date':
      return 'yyyy\\-mm\\-dd';
    case 'datetime':
      return 'yyyy\\-mm\\-dd\\ hh:mm';
    case 'text':
      return undefined;
  }
}

const known = new Map<string, CellStyle>();

/**
 * The style of a data cell; the same arguments give the same object, which the writer relies on for speed.
 * @param scale decimals of the amount's currency
 */
export function cellStyle(column: Column, scale: number, tone: Tone | undefined, total: boolean): CellStyle {
  const key = `${column.input === true} ${column.kind} ${column.centered === true} ${column.dashZero === true} ${column.wrap === true} ${column.tone === 'strong'} ${scale} ${tone ?? column.tone ?? ''} ${total}`;
  let style = known.get(key);
  if (style === undefined) {
    const format = numberFormat(column, scale);
    const toned = tone ?? column.tone;
    style = {
      color: INK,
      ...(toned === undefined ? {} : TONES[toned]),
      ...(total
        ? { bold: true, fill: 'F1F4F8', top: 'thin', edgeColor: '8A94A3' }
        : { bottom: 'hair', edgeColor: LINE }),
      ...(format === undefined ? {} : { numberFormat: format }),
      align: alignment(column),
      vertical: 'top',
      ...(column.wrap === true ? { wrap: true } : {}),
      ...(stepsIn(column) ? { indent: 1 } : {}),
      ...(column.input === true ? { unlocked: true, fill: 'FFF9E5' } : {}),
    };
    known.set(key, style);
  }
  return style;
}
