// Refused rows as they are kept: header names, cells, section, partners and numbers, as JSON that a person can read. It is
// enough to read the rows again by a later version of the feed, without the file.
import type { Feed } from './feed.ts';
import { Row } from './model.ts';
import type { Run, Value } from './model.ts';
import { bindHeader } from './header.ts';

interface KeptRow {
  set: string;
  row: number;
  cells: Record<string, string>;
  section?: Record<string, string>;
  numbers?: (number | null)[];
  with?: Record<string, KeptRow>;
}

interface Kept {
  feed: string;
  version: string;
  set: Record<string, string>;
  rows: KeptRow[];
}

/** Header cells by row set; row sets without a header are kept by column. */
export type Headers = ReadonlyMap<string, readonly string[] | undefined>;

/** The rows as bytes. */
export function keepRows(feed: Feed, rows: readonly Row[], headers: Headers): Buffer {
  const set: Record<string, string> = {};
  for (const [name, value] of rows[0]?.run.outside ?? [])
    if (typeof value === 'string' && value !== '') set[name] = value;
  const kept: Kept = {
    feed: feed.name,
    version: feed.version,
    set,
    rows: rows.map((row) => keepRow(feed, row, headers)),
  };
  return Buffer.from(`${JSON.stringify(kept)}\n`);
}

function keepRow(feed: Feed, row: Row, headers: Headers): KeptRow {
  const cells: Record<string, string> = {};
  const header = headers.get(row.set);
  if (header !== undefined) {
    for (const [index, name] of header.entries()) {
      const field = row.fields[index] ?? '';
      if (field !== '' && name !== '') cells[name] ??= field;
    }
  } else {
    for (const [index, { name }] of feed.sets.get(row.set)!.columns.entries())
      if (row.cell(index) !== '') cells[name] = row.cell(index);
  }
  const kept: KeptRow = { set: row.set, row: row.position, cells };
  if (row.section !== undefined) kept.section = { ...row.section };
  if (row.ordinals !== undefined) kept.numbers = [...row.ordinals].map((one) => one ?? null);
  if (row.partners !== undefined)
    kept.with = Object.fromEntries(
      Object.entries(row.partners).map(([name, partner]) => [name, keepRow(feed, partner, headers)]),
    );
  return kept;
}

/** Values from outside that a kept record was read with; undefined where the bytes are no kept rows. */
export function keptSet(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const kept = parse(bytes);
  return kept === undefined ? undefined : new Map(Object.entries(kept.set));
}

/** The rows again, as they stood after the join. */
export function rowsAgain(
  feed: Feed,
  bytes: Buffer,
  run: Run,
): { rows: Row[]; headers: Headers } | undefined {
  const kept = parse(bytes);
  if (kept === undefined) return undefined;
  for (const [name, text] of Object.entries(kept.set)) run.outside.set(name, text as Value);
  const headers = new Map<string, readonly string[] | undefined>();
  const again = (one: KeptRow): Row => {
    const set = feed.sets.get(one.set);
    const columns = set?.columns ?? [];
    const names = Object.keys(one.cells);
    const byHeader = feed.files.some(
      (file) => file.within > 0 && file.sets.some(({ name }) => name === one.set),
    );
    const binding = byHeader
      ? bindHeader(columns, names).binding
      : columns.map(({ name }) => names.indexOf(name));
    const row = new Row(
      run,
      one.set,
      { position: one.row, byteOffset: 0 },
      Object.values(one.cells),
      binding,
      one.section,
    );
    if (one.numbers !== undefined) row.ordinals = one.numbers.map((each) => each ?? undefined);
    if (one.with !== undefined)
      row.partners = Object.fromEntries(
        Object.entries(one.with).map(([name, partner]) => [name, again(partner)]),
      );
    return row;
  };
  return { rows: kept.rows.map(again), headers };
}

function parse(bytes: Buffer): Kept | undefined {
  try {
    const kept = JSON.parse(bytes.toString('utf8')) as Kept;
    return Array.isArray(kept.rows) && typeof kept.set === 'object' ? kept : undefined;
  } catch {
    return undefined;
  }
}
