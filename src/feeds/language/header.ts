// The header of a table: where each column stands, by any of its names.
import type { Column } from './definition.ts';

/** Header names are compared without case and with blanks collapsed. */
const headerName = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();

/** Where each column stands among the header's cells; columns that are not there by name. */
export function bindHeader(
  columns: readonly Column[],
  header: readonly string[],
): { binding: number[]; missing: string[]; twice: string | undefined } {
  const names = header.map(headerName);
  const binding: number[] = [];
  const missing: string[] = [];
  let twice: string | undefined;
  for (const column of columns) {
    const found = column.from.map(headerName).find((name) => names.includes(name));
    binding.push(found === undefined ? -1 : names.indexOf(found));
    if (found === undefined && !column.optional) missing.push(column.from[0] ?? column.name);
    if (found !== undefined && names.indexOf(found) !== names.lastIndexOf(found)) twice ??= found;
  }
  return { binding, missing, twice };
}
