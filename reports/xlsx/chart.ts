// Native charts over cells of the same workbook: bars (categories side by side) and lines (a course over time). One series
// a chart is what our sheets need; the values are cached too, so that a viewer without calculation shows them.
import { sheetReference } from './sheetPart.ts';
import { attributes, OFFICE_RELATIONSHIPS, XML_HEAD, xmlText } from './xml.ts';

/** One chart, placed over cells. Ranges are within `sheet`: `$A$5:$A$12`. */
export interface Chart {
  readonly type: 'bar' | 'line';
  readonly title: string;
  readonly sheet: string;
  readonly categories: { readonly range: string; readonly cached: readonly string[] };
  readonly values: { readonly range: string; readonly cached: readonly string[] };
  readonly color: string;
  /** Zero-based cell corners: from, to. */
  readonly from: { readonly column: number; readonly row: number };
  readonly to: { readonly column: number; readonly row: number };
}

const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006';

/** `xl/drawings/drawingN.xml`: where each chart stands; chart i has the relationship `rId(i+1)`. */
export function drawingXml(charts: readonly Chart[]): string {
  const anchors = charts.map((chart, index) => {
    const corner = (name: string, { column, row }: { column: number; row: number }): string =>
      `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:${name}>`;
    return (
      `<xdr:twoCellAnchor editAs="oneCell">${corner('from', chart.from)}${corner('to', chart.to)}` +
      `<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr${attributes({ id: index + 2, name: chart.title })}/>` +
      '<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>' +
      '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>' +
      `<a:graphic><a:graphicData uri="${DRAWING}/chart"><c:chart xmlns:c="${DRAWING}/chart" r:id="rId${index + 1}"/></a:graphicData></a:graphic>` +
      '</xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>'
    );
  });
  return (
    `${XML_HEAD}<xdr:wsDr xmlns:xdr="${DRAWING}/spreadsheetDrawing" xmlns:a="${DRAWING}/main" xmlns:r="${OFFICE_RELATIONSHIPS}">` +
    `${anchors.join('')}</xdr:wsDr>`
  );
}

function cache(element: string, values: readonly string[], format: string): string {
  const points = values.map((value, index) => `<c:pt idx="${index}"><c:v>${xmlText(value)}</c:v></c:pt>`);
  return `<c:${element}>${format}<c:ptCount val="${values.length}"/>${points.join('')}</c:${element}>`;
}

function textRun(size: number, bold: boolean): string {
  return `<a:defRPr sz="${size}" b="${bold ? 1 : 0}"><a:solidFill><a:srgbClr val="404040"/></a:solidFill></a:defRPr>`;
}

const QUIET_LINE =
  '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D0D5DB"/></a:solidFill></a:ln></c:spPr>';
const NO_LINE = '<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>';

function seriesXml(chart: Chart): string {
  const place = sheetReference(chart.sheet);
  const fill = `<a:solidFill><a:srgbClr val="${chart.color}"/></a:solidFill>`;
  const look =
    chart.type === 'bar'
      ? `<c:spPr>${fill}</c:spPr><c:invertIfNegative val="0"/>`
      : `<c:spPr><a:ln w="22225">${fill}</a:ln></c:spPr>`;
  const labels =
    `<c:dLbls><c:txPr><a:bodyPr/><a:p><a:pPr>${textRun(800, false)}</a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>` +
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>';
  return (
    '<c:ser><c:idx val="0"/><c:order val="0"/>' +
    look +
    (chart.type === 'line' ? '<c:marker><c:symbol val="none"/></c:marker>' : labels) +
    `<c:cat><c:strRef><c:f>${xmlText(`${place}!${chart.categories.range}`)}</c:f>${cache('strCache', chart.categories.cached, '')}</c:strRef></c:cat>` +
    `<c:val><c:numRef><c:f>${xmlText(`${place}!${chart.values.range}`)}</c:f>${cache('numCache', chart.values.cached, '<c:formatCode>General</c:formatCode>')}</c:numRef></c:val>` +
    (chart.type === 'line' ? '<c:smooth val="0"/>' : '') +
    '</c:ser>'
  );
}

function axesXml(chart: Chart): string {
  const bars = chart.type === 'bar';
  const text = `<c:txPr><a:bodyPr/><a:p><a:pPr>${textRun(800, false)}</a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>`;
  return (
    // Bars lie: the first category is on top, as in the table beside them.
    `<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="${bars ? 'maxMin' : 'minMax'}"/></c:scaling><c:delete val="0"/>` +
    `<c:axPos val="${bars ? 'l' : 'b'}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>` +
    `<c:tickLblPos val="low"/>${QUIET_LINE}${text}<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>` +
    `<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="${bars ? 1 : 0}"/>` +
    `<c:axPos val="${bars ? 't' : 'l'}"/><c:numFmt formatCode="#,##0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>` +
    `<c:tickLblPos val="nextTo"/>${NO_LINE}${text}<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>`
  );
}

/** `xl/charts/chartN.xml`. */
export function chartXml(chart: Chart): string {
  const title =
    `<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr>${textRun(1000, true)}</a:pPr><a:r><a:rPr lang="en-US" sz="1000" b="1"/><a:t>${xmlText(chart.title)}</a:t></a:r></a:p></c:rich></c:tx>` +
    '<c:overlay val="0"/></c:title>';
  const plot =
    chart.type === 'bar'
      ? `<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>${seriesXml(chart)}<c:gapWidth val="40"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`
      : `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${seriesXml(chart)}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>`;
  return (
    `${XML_HEAD}<c:chartSpace xmlns:c="${DRAWING}/chart" xmlns:a="${DRAWING}/main" xmlns:r="${OFFICE_RELATIONSHIPS}">` +
    `<c:roundedCorners val="0"/><c:chart>${title}<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>${plot}${axesXml(chart)}</c:plotArea>` +
    '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>' +
    `<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>`
  );
}
