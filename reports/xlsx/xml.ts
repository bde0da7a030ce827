// Text into XML. Everything that comes from data passes through here, so that nothing of it can become an element, a
// formula or a character that XML does not allow.

/** The most characters (UTF-16 units) that a spreadsheet cell holds; Excel refuses to open a file with more. */
export const CELL_TEXT_LIMIT = 32_767;
const CUT_MARK = ' [... cut: longer than a cell holds]';

// What needs work: the five of XML, what XML 1.0 cannot carry, CR (a parser would turn it into LF), lone surrogates,
// and text that already looks like the escape itself. Most text has none of it and goes through untouched.
const SPECIAL =
  // oxlint-disable-next-line no-control-regex
  /[&<>"']|[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const NAMED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escapeOne(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.charCodeAt(0);
  // Half a surrogate pair is no character at all; the replacement character says that one was lost.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** Escapes text for an element or a quoted attribute of type ST_Xstring (ECMA-376 22.9.2.19: `_xHHHH_`). */
export function xmlText(text: string): string {
  return text.replace(SPECIAL, escapeOne);
}

/** Cuts text to what a cell holds, with a mark that says so; never through a surrogate pair. */
export function cellText(text: string): string {
  if (text.length <= CELL_TEXT_LIMIT) return text;
  let end = CELL_TEXT_LIMIT - CUT_MARK.length;
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return text.slice(0, end) + CUT_MARK;
}

const AT_THE_ENDS = /^[ \t\n]+|[ \t\n]+$/g;

/**
 * A cell's text for `<t>`. Blanks at its ends, which a reader may drop, are written as escapes too: `xml:space` would do
 * the same, but the schema of the standard does not know it there.
 */
export function cellTextXml(text: string): string {
  return xmlText(cellText(text)).replace(AT_THE_ENDS, (blanks) =>
    [...blanks]
      .map((blank) => `_x${blank.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
      .join(''),
  );
}

/** Attributes in the order given; undefined ones are left out. */
export function attributes(values: Record<string, string | number | boolean | undefined>): string {
  let text = '';
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    text += ` ${name}="${typeof value === 'boolean' ? (value ? '1' : '0') : xmlText(String(value))}"`;
  }
  return text;
}

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const MAIN_NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
export const OFFICE_RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
