// What a cell can hold. A number is decimal text from start to end and is written into <v> as it stands: no float of
// ours ever touches an amount. Text is an inline string and nothing else, whatever it looks like.
import type { CellStyle } from './style.ts';
import { cellTextXml, xmlText } from './xml.ts';

export interface TextCell {
  kind: 'text';
  text: string;
}
/** Decimal text: `-1234.50`. See `fitsDouble` for what a spreadsheet can hold of it. */
export interface NumberCell {
  kind: 'number';
  digits: string;
}
/** A calendar day, `YYYY-MM-DD`. */
export interface DateCell {
  kind: 'date';
  day: string;
}
/** An instant in ISO form, UTC; shown as UTC, since a cell has no zone. */
export interface InstantCell {
  kind: 'instant';
  at: string;
}
/** A formula of our own making, without `=`, and the value that it has now. */
export interface FormulaCell {
  kind: 'formula';
  formula: string;
  cached: NumberCell | TextCell;
}
export interface BlankCell {
  kind: 'blank';
}
export type Cell = (TextCell | NumberCell | DateCell | InstantCell | FormulaCell | BlankCell) & {
  style: CellStyle;
};

const DIGITS = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Significant digits that every double gives back unchanged. */
const DOUBLE_DIGITS = 15;

/** True where a spreadsheet's double holds the decimal exactly as printed: at most 15 significant digits. */
export function fitsDouble(digits: string): boolean {
  const significant = digits.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  return significant.length <= DOUBLE_DIGITS;
}

// Day 0 of the 1900 date system as it works from 1 March 1900 on: before it, spreadsheets count a 29 February 1900.
const DAY_ZERO = Date.UTC(1899, 11, 30);
const FIRST_TRUE_DAY = '1900-03-01';
const DAY_MS = 86_400_000;

/** The serial number of a day; undefined before 1 March 1900, where the date system is wrong by a day. */
export function daySerial(day: string): number | undefined {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || day < FIRST_TRUE_DAY ? undefined : (at - DAY_ZERO) / DAY_MS;
}

/** The serial number of an instant with its part of the day, to the second. */
export function instantSerial(instant: string): string | undefined {
  const at = Date.parse(instant);
  if (Number.isNaN(at) || at < Date.parse(`${FIRST_TRUE_DAY}T00:00:00Z`)) return undefined;
  return (Math.floor((at - DAY_ZERO) / 1000) / (DAY_MS / 1000)).toFixed(8);
}

const LETTERS: string[] = [];

/** Column letters: 1 is A, 27 is AA. */
export function columnLetters(column: number): string {
  let letters = LETTERS[column];
  if (letters === undefined) {
    letters = '';
    for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
    }
    LETTERS[column] = letters;
  }
  return letters;
}

// What a spreadsheet or a CSV reader may take for a formula once the cell is edited or exported (design: security).
const FORMULA_LIKE = /^[\s\ufeff\u200b-\u200d\u2060]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;

/** True where text would become a formula if typed into a cell. */
export function looksLikeFormula(text: string): boolean {
  return FORMULA_LIKE.test(text);
}

function textXml(reference: string, style: number, text: string): string {
  return `<c r="${reference}" s="${style}" t="inlineStr"><is><t>${cellTextXml(text)}</t></is></c>`;
}

function formulaXml(reference: string, style: number, cell: FormulaCell): string {
  const formula = `<f>${xmlText(cell.formula)}</f>`;
  return cell.cached.kind === 'number'
    ? `<c r="${reference}" s="${style}">${formula}<v>${checkedDigits(cell.cached.digits)}</v></c>`
    : `<c r="${reference}" s="${style}" t="str">${formula}<v>${xmlText(cell.cached.text)}</v></c>`;
}

function checkedDigits(digits: string): string {
  if (!DIGITS.test(digits))
    throw new RangeError(`not a decimal number for a cell: ${JSON.stringify(digits)}`);
  return digits;
}

const quoted = new WeakMap<CellStyle, CellStyle>();

function quotedStyle(style: CellStyle): CellStyle {
  let with_ = quoted.get(style);
  if (with_ === undefined) {
    with_ = { ...style, quotePrefix: true };
    quoted.set(style, with_);
  }
  return with_;
}

/**
 * One `<c>`. Dates that the 1900 system cannot hold are written as text.
 * @param styleNumber gives the index of a style, @see StyleRegistry.number
 */
export function cellXml(reference: string, cell: Cell, styleNumber: (style: CellStyle) => number): string {
  switch (cell.kind) {
    case 'blank':
      return `<c r="${reference}" s="${styleNumber(cell.style)}"/>`;
    case 'number':
      return `<c r="${reference}" s="${styleNumber(cell.style)}"><v>${checkedDigits(cell.digits)}</v></c>`;
    case 'text': {
      const style = looksLikeFormula(cell.text) ? quotedStyle(cell.style) : cell.style;
      return textXml(reference, styleNumber(style), cell.text);
    }
    case 'date': {
      const serial = daySerial(cell.day);
      const style = styleNumber(cell.style);
      return serial === undefined
        ? textXml(reference, style, cell.day)
        : `<c r="${reference}" s="${style}"><v>${serial}</v></c>`;
    }
    case 'instant': {
      const serial = instantSerial(cell.at);
      const style = styleNumber(cell.style);
      return serial === undefined
        ? textXml(reference, style, cell.at)
        : `<c r="${reference}" s="${style}"><v>${serial}</v></c>`;
    }
    case 'formula':
      return formulaXml(reference, styleNumber(cell.style), cell);
  }
}
