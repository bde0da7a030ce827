// Reads the small CSV tables of the configuration (rates, holidays): a header line, then plain comma-separated values
// without quotes. Extracts and events have readers of their own; these files are written by hand or by a treasury export.
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

import { UserError } from '../errors.ts';
import type { Problems } from '../rulebook/yaml.ts';

/** A line of the table: its values by column name, and where it stands. */
export interface Row {
  where: string;
  cell(column: string): string;
}

/** Rows of the file; a missing file, column or value is noted and gives no row. */
export function readTable(
  path: string,
  shown: string,
  needed: readonly string[],
  problems: Problems,
): readonly Row[] {
  const text = readText(path);
  if (text === undefined) {
    const todo = 'create it, or take it out of tieout.yaml';
    problems.push({ where: shown, what: 'the file cannot be read', found: 'no such file', todo });
    return [];
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = (lines[0] ?? '').split(',').map((name) => name.trim());
  const missing = needed.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    const expected = `a first line with ${needed.join(',')}`;
    problems.push({
      where: `${shown}:1`,
      what: `no column ${missing.join(', ')}`,
      expected,
      found: lines[0] ?? '',
    });
    return [];
  }
  return lines.slice(1).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const cells = line.split(',').map((cell) => cell.trim());
    return [{ where: `${shown}:${index + 2}`, cell: (column) => cells[header.indexOf(column)] ?? '' }];
  });
}

/**
 * The file's text, undefined where there is none. A `UserError` where it cannot be read or is not UTF-8: read anyway, a
 * broken letter would become U+FFFD in an account or a name, and nothing would say so.
 */
export function readText(path: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError({
      where: path,
      what: 'cannot read the file',
      found: code === 'EISDIR' ? 'a folder' : message,
      todo: 'check the path and its permissions',
    });
  }
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new UserError({
    where: path,
    what: 'the file is not UTF-8',
    expected: 'UTF-8 text',
    todo: 'save it as UTF-8; editors call it so under "encoding"',
  });
}
