// A list as an aligned table: numbers to the right, text to the left, each column as wide as its widest cell, columns that
// are empty throughout left out.

export interface TableColumn {
  key: string;
  title: string;
  right?: true;
  /** Longest text; more is cut with an ellipsis. */
  most?: number;
}

const GAP = '  ';

/** Header and rows as lines of text. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly Readonly<Record<string, string>>[],
): string[] {
  const used = columns.filter(({ key }) => rows.some((row) => (row[key] ?? '') !== ''));
  const cut = (text: string, most = Infinity): string =>
    text.length > most ? `${text.slice(0, most - 1)}…` : text;
  const cells = rows.map((row) => used.map(({ key, most }) => cut(row[key] ?? '', most)));
  const widths = used.map(({ title }, i) =>
    cells.reduce((width, row) => Math.max(width, (row[i] ?? '').length), title.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) =>
        used[i]?.right === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0),
      )
      .join(GAP)
      .trimEnd();
  return [line(used.map(({ title }) => title)), ...cells.map(line)];
}
