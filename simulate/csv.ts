// Reads RFC 4180 text into rows by column name: the simulated ERP's own reader, so that a fault of ours in writing a
// journal file is not undone by reading it with the same code.

/** Rows of a CSV with a header line; a short row lacks its last columns. */
export function readCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = cellsOf(text);
  if (header === undefined) return [];
  return rows.map((cells) =>
    Object.fromEntries(
      cells.flatMap((cell, index) => (header[index] === undefined ? [] : [[header[index], cell]])),
    ),
  );
}

function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else if (character !== '\r') cell += character;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}
