// The styles of a workbook: asked for by what they look like, numbered in the order of first use, written as one part at
// the end. Colours are RRGGBB.
import { attributes, MAIN_NAMESPACE, XML_HEAD } from './xml.ts';

export type Edge = 'hair' | 'thin' | 'medium' | 'double';

/** How a cell looks and behaves. Absent means the sheet's default. */
export interface CellStyle {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  /** Points. */
  readonly size?: number;
  readonly color?: string;
  readonly fill?: string;
  readonly top?: Edge;
  readonly bottom?: Edge;
  /** Colour of the edges. */
  readonly edgeColor?: string;
  /** A format code as a spreadsheet writes it: `#,##0.00`. */
  readonly numberFormat?: string;
  readonly align?: 'left' | 'center' | 'right';
  readonly vertical?: 'top' | 'center' | 'bottom';
  readonly wrap?: boolean;
  /** Steps of about three spaces. */
  readonly indent?: number;
  /** Text stays text when a person edits the cell. Set by the cell writer where text looks like a formula. */
  readonly quotePrefix?: boolean;
  /** May be edited although its sheet is protected. */
  readonly unlocked?: boolean;
}

/** What a conditional format lays over a cell. */
export interface Highlight {
  readonly color?: string;
  readonly bold?: boolean;
  readonly fill?: string;
}

const DEFAULT_FONT = 'Calibri';
const DEFAULT_SIZE = 10;
// Codes below 164 belong to the application.
const FIRST_FORMAT = 164;

/** Numbers distinct XML fragments in order of first use. */
class Fragments {
  readonly #numbers = new Map<string, number>();
  constructor(...first: string[]) {
    for (const fragment of first) this.number(fragment);
  }
  number(fragment: string): number {
    let number = this.#numbers.get(fragment);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(fragment, number);
    }
    return number;
  }
  list(element: string): string {
    const all = this.all();
    return `<${element} count="${all.length}">${all.join('')}</${element}>`;
  }
  all(): string[] {
    return [...this.#numbers.keys()];
  }
}

const rgb = (color: string): string => `rgb="FF${color}"`;

function fontXml(style: CellStyle): string {
  return (
    '<font>' +
    (style.bold === true ? '<b/>' : '') +
    (style.italic === true ? '<i/>' : '') +
    (style.underline === true ? '<u/>' : '') +
    `<sz val="${style.size ?? DEFAULT_SIZE}"/>` +
    `<color ${rgb(style.color ?? '000000')}/>` +
    `<name val="${DEFAULT_FONT}"/><family val="2"/></font>`
  );
}

function fillXml(color: string | undefined): string {
  if (color === undefined) return '<fill><patternFill patternType="none"/></fill>';
  return `<fill><patternFill patternType="solid"><fgColor ${rgb(color)}/><bgColor indexed="64"/></patternFill></fill>`;
}

function borderXml(style: CellStyle): string {
  const edge = (name: string, kind: Edge | undefined): string =>
    kind === undefined
      ? `<${name}/>`
      : `<${name} style="${kind}"><color ${rgb(style.edgeColor ?? '808080')}/></${name}>`;
  return `<border><left/><right/>${edge('top', style.top)}${edge('bottom', style.bottom)}<diagonal/></border>`;
}

/** Collects the styles in use and writes `xl/styles.xml`. */
export class StyleRegistry {
  readonly #fonts = new Fragments(fontXml({}));
  // Fills 0 and 1 are reserved by the format: none and gray125.
  readonly #fills = new Fragments(fillXml(undefined), '<fill><patternFill patternType="gray125"/></fill>');
  readonly #borders = new Fragments(borderXml({}));
  readonly #formats = new Fragments();
  readonly #cells = new Fragments();
  readonly #highlights = new Fragments();
  readonly #known = new Map<CellStyle, number>();

  constructor() {
    this.number({});
  }

  /** The index of a style for `<c s="...">`. The same object is found again without looking at its fields. */
  number(style: CellStyle): number {
    let number = this.#known.get(style);
    if (number === undefined) {
      number = this.#cells.number(this.#cellXml(style));
      this.#known.set(style, number);
    }
    return number;
  }

  /** The index of a conditional format's look. */
  highlight(look: Highlight): number {
    const font =
      look.color === undefined && look.bold === undefined
        ? ''
        : `<font>${look.bold === true ? '<b/>' : ''}${look.color === undefined ? '' : `<color ${rgb(look.color)}/>`}</font>`;
    const fill =
      look.fill === undefined
        ? ''
        : `<fill><patternFill patternType="solid"><bgColor ${rgb(look.fill)}/></patternFill></fill>`;
    return this.#highlights.number(`<dxf>${font}${fill}</dxf>`);
  }

  #cellXml(style: CellStyle): string {
    const format =
      style.numberFormat === undefined ? 0 : FIRST_FORMAT + this.#formats.number(style.numberFormat);
    const alignment = attributes({
      horizontal: style.align,
      vertical: style.vertical,
      wrapText: style.wrap,
      indent: style.indent,
    });
    const inner =
      (alignment === '' ? '' : `<alignment${alignment}/>`) +
      (style.unlocked === undefined ? '' : `<protection locked="${style.unlocked ? 0 : 1}"/>`);
    const head = attributes({
      numFmtId: format,
      fontId: this.#fonts.number(fontXml(style)),
      fillId: this.#fills.number(fillXml(style.fill)),
      borderId: this.#borders.number(borderXml(style)),
      xfId: 0,
      quotePrefix: style.quotePrefix,
      applyNumberFormat: format === 0 ? undefined : true,
      applyFont: true,
      applyFill: style.fill === undefined ? undefined : true,
      applyBorder: style.top === undefined && style.bottom === undefined ? undefined : true,
      applyAlignment: alignment === '' ? undefined : true,
      applyProtection: style.unlocked === undefined ? undefined : true,
    });
    return inner === '' ? `<xf${head}/>` : `<xf${head}>${inner}</xf>`;
  }

  /** The part, to be written when every sheet has been. */
  xml(): string {
    return (
      `${XML_HEAD}<styleSheet xmlns="${MAIN_NAMESPACE}">` +
      formatsXml(this.#formats.all()) +
      this.#fonts.list('fonts') +
      this.#fills.list('fills') +
      this.#borders.list('borders') +
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
      this.#cells.list('cellXfs') +
      '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>' +
      this.#highlights.list('dxfs') +
      '</styleSheet>'
    );
  }
}

function formatsXml(codes: readonly string[]): string {
  if (codes.length === 0) return '';
  const formats = codes.map(
    (code, index) => `<numFmt${attributes({ numFmtId: FIRST_FORMAT + index, formatCode: code })}/>`,
  );
  return `<numFmts count="${codes.length}">${formats.join('')}</numFmts>`;
}
