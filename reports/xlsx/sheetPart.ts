// The frame of a worksheet part: everything before and after its rows, in the order that ECMA-376 (CT_Worksheet) demands.
// A spreadsheet offers to "repair" a file whose elements stand in another order, so the order lives here and nowhere else.
import { columnLetters } from './cell.ts';
import type { Highlight, StyleRegistry } from './style.ts';
import { attributes, MAIN_NAMESPACE, OFFICE_RELATIONSHIPS, XML_HEAD, xmlText } from './xml.ts';

/** What must be known before the first row. */
export interface SheetFrame {
  /** Column widths in characters of the default font, from A on. */
  readonly widths: readonly number[];
  /** Zero-based columns that are not shown. */
  readonly hiddenColumns?: readonly number[];
  /** Rows and columns that stay in place when scrolling. */
  readonly freeze?: { readonly rows: number; readonly columns: number };
  readonly tabColor?: string;
  readonly gridLines?: boolean;
  readonly zoom?: number;
  /** This one is in front when the workbook opens. */
  readonly selected?: boolean;
}

/** A drop-down list of fixed choices. */
export interface ChoiceList {
  /** Cells: `D5:D200`, or several ranges with a blank between them. */
  readonly range: string;
  readonly choices: readonly string[];
  readonly title: string;
  readonly message: string;
}

/** A look that depends on a formula of ours over the range's first cell, or on a comparison with zero. */
export interface Condition {
  readonly range: string;
  readonly when:
    { formula: string } | { cell: 'equal' | 'notEqual' | 'lessThan' | 'greaterThan'; value: string };
  readonly look: Highlight;
}

/** A link to a place in the same workbook. Never made from data: there is no way to give another target. */
export interface InnerLink {
  readonly cell: string;
  readonly sheet: string;
  readonly target: string;
}

/** Paper: A4 across, as wide as the columns, as many pages as the rows need unless `onePage`. */
export interface PagePrint {
  readonly footer: string;
  readonly onePage?: boolean;
}

/** What can be said when the rows are done. */
export interface SheetClosing {
  readonly filter?: string;
  readonly merged?: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly choices?: readonly ChoiceList[];
  readonly links?: readonly InnerLink[];
  /** Locked, but for unlocked cells; filters and column widths may still be used. No password: it guards against slips. */
  readonly locked?: boolean;
  readonly print?: PagePrint;
  /** Text cells that hold digits on purpose (account numbers): no warning triangles there. */
  readonly digitsAsText?: string;
}

/** Everything before the rows. */
export function sheetHead(frame: SheetFrame): string {
  const columns = frame.widths.map(
    (width, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${width + 0.7}"${frame.hiddenColumns?.includes(index) === true ? ' hidden="1"' : ''} customWidth="1"/>`,
  );
  return (
    `${XML_HEAD}<worksheet xmlns="${MAIN_NAMESPACE}" xmlns:r="${OFFICE_RELATIONSHIPS}">` +
    `<sheetPr>${frame.tabColor === undefined ? '' : `<tabColor rgb="FF${frame.tabColor}"/>`}<pageSetUpPr fitToPage="1"/></sheetPr>` +
    `<sheetViews>${viewXml(frame)}</sheetViews>` +
    '<sheetFormatPr defaultRowHeight="13.5"/>' +
    (columns.length === 0 ? '' : `<cols>${columns.join('')}</cols>`) +
    '<sheetData>'
  );
}

function viewXml(frame: SheetFrame): string {
  const view = attributes({
    showGridLines: frame.gridLines ?? false,
    tabSelected: frame.selected,
    zoomScale: frame.zoom,
    workbookViewId: 0,
  });
  const { rows, columns } = frame.freeze ?? { rows: 0, columns: 0 };
  if (rows === 0 && columns === 0) return `<sheetView${view}/>`;
  const pane = rows > 0 && columns > 0 ? 'bottomRight' : rows > 0 ? 'bottomLeft' : 'topRight';
  const corner = `${columnLetters(columns + 1)}${rows + 1}`;
  return (
    `<sheetView${view}><pane` +
    attributes({
      xSplit: columns === 0 ? undefined : columns,
      ySplit: rows === 0 ? undefined : rows,
      topLeftCell: corner,
      activePane: pane,
      state: 'frozen',
    }) +
    `/><selection${attributes({ pane, activeCell: corner, sqref: corner })}/></sheetView>`
  );
}

/**
 * Everything after the rows.
 * @param drawing relationship id of the drawing part that holds the sheet's charts
 */
export function sheetTail(closing: SheetClosing, styles: StyleRegistry, drawing?: string): string {
  return (
    '</sheetData>' +
    (closing.locked === true
      ? '<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0" sort="0" autoFilter="0"/>'
      : '') +
    (closing.filter === undefined ? '' : `<autoFilter ref="${closing.filter}"/>`) +
    list(
      'mergeCells',
      (closing.merged ?? []).map((range) => `<mergeCell ref="${range}"/>`),
    ) +
    (closing.conditions ?? [])
      .map((condition, index) => conditionXml(condition, index + 1, styles))
      .join('') +
    list('dataValidations', (closing.choices ?? []).map(choicesXml)) +
    (closing.links === undefined || closing.links.length === 0
      ? ''
      : `<hyperlinks>${closing.links.map(linkXml).join('')}</hyperlinks>`) +
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>' +
    (closing.print === undefined ? '' : printXml(closing.print)) +
    (closing.digitsAsText === undefined
      ? ''
      : `<ignoredErrors><ignoredError sqref="${closing.digitsAsText}" numberStoredAsText="1"/></ignoredErrors>`) +
    (drawing === undefined ? '' : `<drawing r:id="${drawing}"/>`) +
    '</worksheet>'
  );
}

function list(element: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<${element} count="${items.length}">${items.join('')}</${element}>`;
}

function conditionXml(condition: Condition, priority: number, styles: StyleRegistry): string {
  const { when } = condition;
  const rule = attributes({
    type: 'formula' in when ? 'expression' : 'cellIs',
    dxfId: styles.highlight(condition.look),
    priority,
    operator: 'formula' in when ? undefined : when.cell,
  });
  const formula = xmlText('formula' in when ? when.formula : when.value);
  return `<conditionalFormatting sqref="${condition.range}"><cfRule${rule}><formula>${formula}</formula></cfRule></conditionalFormatting>`;
}

/** Excel's own limit for a list written into the formula. */
const LIST_CHARACTERS = 255;

function choicesXml(choices: ChoiceList): string {
  const text = choices.choices.join(',');
  if (text.length > LIST_CHARACTERS || choices.choices.some((choice) => /[",]/.test(choice))) {
    throw new RangeError(
      `choices do not fit a list of ${LIST_CHARACTERS} characters without commas: ${text}`,
    );
  }
  const head = attributes({
    type: 'list',
    allowBlank: true,
    showInputMessage: true,
    showErrorMessage: true,
    errorTitle: choices.title,
    error: choices.message,
    promptTitle: choices.title,
    prompt: choices.message,
    sqref: choices.range,
  });
  return `<dataValidation${head}><formula1>${xmlText(`"${text}"`)}</formula1></dataValidation>`;
}

function linkXml(link: InnerLink): string {
  return `<hyperlink${attributes({ ref: link.cell, location: `${sheetReference(link.sheet)}!${link.target}` })}/>`;
}

function printXml(print: PagePrint): string {
  const setup = attributes({
    paperSize: 9,
    fitToWidth: 1,
    fitToHeight: print.onePage === true ? 1 : 0,
    orientation: 'landscape',
  });
  return (
    `<pageSetup${setup}/>` +
    `<headerFooter><oddFooter>${xmlText(`&L&8${print.footer.replaceAll('&', '&&')}&C&8&A&R&8Page &P of &N`)}</oddFooter></headerFooter>`
  );
}

/** A sheet's name as formulas write it: `'Tie-out'`. */
export function sheetReference(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
