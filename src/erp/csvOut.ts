// Text on its way into a CSV that a person may open in a spreadsheet: quoted as RFC 4180 says, and never a formula.

// After blanks, BOM and zero-width characters; with the full-width forms, which spreadsheets take for the plain ones.
const FORMULA =
  /^[\s\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@|\uff1d\uff0b\uff0d\uff20\uff5c]|^[ \u00a0\u200b-\u200f\u2060\ufeff]*[\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** A text field; text that a spreadsheet would take for a formula gets a leading apostrophe. */
export function csvText(text: string): string {
  return csvField(FORMULA.test(text) ? `'${text}` : text);
}

/** A field that we printed ourselves (numbers, dates, our own references): quoted where it must be, else unchanged. */
export function csvField(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line with its line end. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}
