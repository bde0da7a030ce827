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

/**
 * What came and what went between two headers of a feed, by file; undefined where nothing did. Names count without case and
 * with blanks collapsed, and their order does not.
 */
export function headerChange(
  before: Readonly<Record<string, readonly string[]>> | undefined,
  now: ReadonlyMap<string, readonly string[]> | undefined,
): string | undefined {
  if (before === undefined || now === undefined) return undefined;
  const told = [...now].flatMap(([file, header]) => {
    const earlier = before[file];
    if (earlier === undefined) return [];
    const came = namesNotIn(header, earlier);
    const went = namesNotIn(earlier, header);
    if (came.length + went.length === 0) return [];
    const parts = [
      ...(came.length === 0 ? [] : [`came: ${came.join(', ')}`]),
      ...(went.length === 0 ? [] : [`went: ${went.join(', ')}`]),
    ];
    return [`${file === '' ? '' : `${file} `}${parts.join('; ')}`];
  });
  return told.length === 0 ? undefined : told.join('; ');
}

function namesNotIn(names: readonly string[], others: readonly string[]): string[] {
  const plain = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();
  const known = new Set(others.map(plain));
  return names.filter((name) => name !== '' && !known.has(plain(name)));
}
