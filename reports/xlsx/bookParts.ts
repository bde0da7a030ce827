// The small parts that make a package of the sheets: content types, relationships, the workbook itself and its properties.
import { sheetReference } from './sheetPart.ts';
import { attributes, MAIN_NAMESPACE, OFFICE_RELATIONSHIPS, XML_HEAD, xmlText } from './xml.ts';

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A name for a place, for people and formulas: `tieout_check` = `'Tie-out'!$B$3`. */
export interface DefinedName {
  readonly name: string;
  readonly refersTo: string;
  /** Index in tab order of the sheet it is local to. */
  readonly sheet?: number;
  readonly hidden?: boolean;
}

/** A sheet as the workbook lists it, in tab order. */
export interface ListedSheet {
  readonly name: string;
  /** Number of its part: `xl/worksheets/sheet3.xml`. */
  readonly part: number;
  /** Rows repeated on each printed page, 1-based, inclusive. */
  readonly repeatRows?: readonly [number, number];
  /** The filtered range, `A5:T900`. */
  readonly filter?: string;
  /** The range that is printed, `A1:P900`; absent: all. */
  readonly printArea?: string;
  readonly hidden?: boolean;
}

export interface Relationship {
  readonly id: string;
  /** Last part of the type's URI: `worksheet`, `drawing`, `chart`. */
  readonly type: string;
  readonly target: string;
}

/** A `.rels` part. */
export function relationshipsXml(relationships: readonly Relationship[]): string {
  const items = relationships.map(({ id, type, target }) => {
    const uri =
      type === 'core-properties'
        ? `${PACKAGE}/relationships/metadata/core-properties`
        : `${OFFICE_RELATIONSHIPS}/${type}`;
    return `<Relationship${attributes({ Id: id, Type: uri, Target: target })}/>`;
  });
  return `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships">${items.join('')}</Relationships>`;
}

/** `[Content_Types].xml` for so many sheets, drawings and charts. */
export function contentTypesXml(sheets: number, drawings: number, charts: number): string {
  const drawingml = 'application/vnd.openxmlformats-officedocument';
  const overrides: [string, string][] = [
    ['/xl/workbook.xml', `${SPREADSHEET}.sheet.main+xml`],
    ['/xl/styles.xml', `${SPREADSHEET}.styles+xml`],
    ['/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'],
    ['/docProps/app.xml', 'application/vnd.openxmlformats-officedocument.extended-properties+xml'],
    ['/docProps/custom.xml', 'application/vnd.openxmlformats-officedocument.custom-properties+xml'],
  ];
  for (let part = 1; part <= sheets; part++) {
    overrides.push([`/xl/worksheets/sheet${part}.xml`, `${SPREADSHEET}.worksheet+xml`]);
  }
  for (let part = 1; part <= drawings; part++) {
    overrides.push([`/xl/drawings/drawing${part}.xml`, `${drawingml}.drawing+xml`]);
  }
  for (let part = 1; part <= charts; part++) {
    overrides.push([`/xl/charts/chart${part}.xml`, `${drawingml}.drawingml.chart+xml`]);
  }
  return (
    `${XML_HEAD}<Types xmlns="${PACKAGE}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    overrides
      .map(([PartName, ContentType]) => `<Override${attributes({ PartName, ContentType })}/>`)
      .join('') +
    '</Types>'
  );
}

/** `xl/workbook.xml`. Formulas are calculated once on opening, so a stale cached value cannot survive. */
export function workbookXml(sheets: readonly ListedSheet[], names: readonly DefinedName[]): string {
  const listed = sheets.map(
    (sheet, index) =>
      `<sheet${attributes({ name: sheet.name, sheetId: index + 1, state: sheet.hidden === true ? 'hidden' : undefined, 'r:id': `rId${sheet.part}` })}/>`,
  );
  const defined = [...names, ...sheets.flatMap(ownNames)].toSorted(byName);
  return (
    `${XML_HEAD}<workbook xmlns="${MAIN_NAMESPACE}" xmlns:r="${OFFICE_RELATIONSHIPS}">` +
    '<workbookPr defaultThemeVersion="124226"/>' +
    '<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="15000" tabRatio="850"/></bookViews>' +
    `<sheets>${listed.join('')}</sheets>` +
    (defined.length === 0 ? '' : `<definedNames>${defined.map(nameXml).join('')}</definedNames>`) +
    '<calcPr calcId="191029" fullCalcOnLoad="1"/>' +
    '</workbook>'
  );
}

// Excel itself keeps the names sorted, and local ones in the order of their sheets.
function byName(a: DefinedName, b: DefinedName): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return (a.sheet ?? -1) - (b.sheet ?? -1);
}

function ownNames(sheet: ListedSheet, index: number): DefinedName[] {
  const names: DefinedName[] = [];
  const place = sheetReference(sheet.name);
  const on = (range: string): string => `${place}!${range.replace(/([A-Z]+)(\d+)/g, '$$$1$$$2')}`;
  if (sheet.filter !== undefined) {
    names.push({ name: '_xlnm._FilterDatabase', refersTo: on(sheet.filter), sheet: index, hidden: true });
  }
  if (sheet.printArea !== undefined) {
    names.push({ name: '_xlnm.Print_Area', refersTo: on(sheet.printArea), sheet: index });
  }
  if (sheet.repeatRows !== undefined) {
    const [first, last] = sheet.repeatRows;
    names.push({ name: '_xlnm.Print_Titles', refersTo: `${place}!$${first}:$${last}`, sheet: index });
  }
  return names;
}

function nameXml(defined: DefinedName): string {
  const head = attributes({ name: defined.name, localSheetId: defined.sheet, hidden: defined.hidden });
  return `<definedName${head}>${xmlText(defined.refersTo)}</definedName>`;
}

/** `docProps/core.xml`; the instant is the run's, not the clock's, so that the same run gives the same file. */
export function corePropertiesXml(title: string, createdAt: string): string {
  const instant = `${createdAt.slice(0, 19)}Z`;
  return (
    `${XML_HEAD}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties"` +
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"' +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<dc:title>${xmlText(title)}</dc:title><dc:creator>Tieout</dc:creator>` +
    `<dcterms:created xsi:type="dcterms:W3CDTF">${instant}</dcterms:created>` +
    '</cp:coreProperties>'
  );
}

/** `docProps/app.xml`. */
export const APP_PROPERTIES_XML =
  `${XML_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">` +
  '<Application>Tieout</Application></Properties>';

/** `docProps/custom.xml`: what the workbook says of itself to a program; spreadsheets keep it when they save. */
export function customPropertiesXml(properties: Readonly<Record<string, string>>): string {
  const each = Object.entries(properties).map(
    ([name, value], index) =>
      `<property${attributes({ fmtid: '{D5CDD505-2E9C-101B-9397-08002B2CF9AE}', pid: index + 2, name })}><vt:lpwstr>${xmlText(value)}</vt:lpwstr></property>`,
  );
  return (
    `${XML_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"` +
    ` xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">${each.join('')}</Properties>`
  );
}
