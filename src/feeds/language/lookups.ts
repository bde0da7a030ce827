// Lookup tables: rows in the feed, or a CSV file of the project. Keys fold case; a key twice is refused unless its dates differ.
import { createHash } from 'node:crypto';

import { parseIsoDate } from '../../accounting/dates.ts';
import { UserError } from '../../errors.ts';
import { didYouMean } from '../../rulebook/nearest.ts';
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { readCsv } from '../csv.ts';
import { readLines } from '../lines.ts';
import type { LookupTable } from './model.ts';
import type { Shared } from './scope.ts';

/** A lookup as the feed declares it. */
export interface LookupSpec {
  name: string;
  where: string;
  /** Path in the project; undefined where the rows are in place. */
  file: string | undefined;
  rows: readonly (readonly string[])[];
  key: readonly string[];
  take: readonly string[];
  from: string | undefined;
  until: string | undefined;
}

const MOST_ROWS = 1_000_000;
const LONGEST_ROW = 1 << 20;

/** Reads `lookups:`. */
export function readLookups(value: YamlValue | undefined, shared: Shared): LookupSpec[] {
  const specs: LookupSpec[] = [];
  for (const [name, each] of value?.map()?.entries ?? []) {
    const map = each.map('{ file: accounts.csv, key: [name], take: [number] }');
    if (map === undefined) continue;
    const spec = readLookup(name, map, each.where);
    map.end();
    specs.push(spec);
    const dated = spec.from !== undefined || spec.until !== undefined;
    shared.lookups.set(name, { keys: spec.key.length, take: spec.take, dated });
  }
  return specs;
}

function readLookup(name: string, map: YamlMap, where: string): LookupSpec {
  const file = map.get('file')?.text('a CSV file of the project');
  const rowsValue = map.get('rows');
  const rows = (rowsValue?.list('a list of rows') ?? []).map((row) => row.texts());
  if ((file === undefined) === (rowsValue === undefined))
    map.value.refuse({ what: `lookup ${name} needs its rows`, expected: 'either file: or rows:' });
  const width = rows[0]?.length ?? 0;
  const key = map.get('key')?.texts() ?? (file === undefined ? ['key'] : undefined);
  const take =
    map.get('take')?.texts() ??
    (file === undefined
      ? Array.from({ length: Math.max(0, width - (key?.length ?? 1)) }, (_, index) => String(index + 1))
      : undefined);
  const [from, until] = [map.get('from')?.text(), map.get('until')?.text()];
  if (key === undefined || take === undefined)
    map.value.refuse({
      what: `lookup ${name} does not say its columns`,
      expected: 'key: and take: lists of columns of the file',
    });
  const dates = [from, until].filter((one) => one !== undefined).length;
  const wide = rows.find((row) => row.length !== (key?.length ?? 0) + (take?.length ?? 0) + dates);
  if (wide !== undefined)
    rowsValue!.refuse({
      what: `a row of lookup ${name} has another number of cells`,
      expected: [...(key ?? []), ...(take ?? [])].join(', '),
      found: wide.join(', '),
    });
  return { name, where, file, rows, key: key ?? [], take: take ?? [], from, until };
}

/** A table that has been read, and the SHA-256 of its rows. */
export interface LoadedLookup extends LookupTable {
  hash: string;
}

interface Entry {
  take: readonly string[];
  from: string;
  until: string;
}

/** Builds a table from its rows: keys, takes, then dates where the lookup has them. */
export function buildLookup(spec: LookupSpec, rows: readonly (readonly string[])[]): LoadedLookup {
  const { name, where, key, take } = spec;
  const entries = new Map<string, Entry[]>();
  const hash = createHash('sha256');
  const refuse = (what: string, row: readonly string[]): never => {
    throw new UserError({
      where: spec.file ?? where,
      what: `lookup ${name}: ${what}`,
      found: row.join(', '),
      todo: 'correct the table',
    });
  };
  for (const row of rows) {
    hash.update(`${row.join('\u001f')}\u001e`);
    const cells = row.map((cell) => cell.trim());
    const id = idOf(cells.slice(0, key.length));
    let at = key.length + take.length;
    const day = (wanted: string | undefined, otherwise: string): string => {
      if (wanted === undefined) return otherwise;
      const text = cells[at++] ?? '';
      if (text === '') return otherwise;
      return parseIsoDate(text) ?? refuse(`${wanted} is no date as YYYY-MM-DD`, row);
    };
    const entry = {
      take: cells.slice(key.length, key.length + take.length),
      from: day(spec.from, ''),
      until: day(spec.until, '9999-12-31'),
    };
    const known = entries.get(id) ?? [];
    if (known.some((other) => other.from <= entry.until && entry.from <= other.until))
      refuse('a key that is there already', row);
    entries.set(id, [...known, entry]);
  }
  return {
    hash: hash.digest('hex'),
    find(keys, on) {
      const known = entries.get(idOf(keys));
      if (known === undefined) return undefined;
      return (on === '' ? known[0] : known.find(({ from, until }) => from <= on && on <= until))?.take;
    },
  };
}

function idOf(keys: readonly string[]): string {
  return keys.join('\u001f').toLowerCase();
}

/** Reads the rows of a lookup file: its columns in the order of the lookup. */
export async function readLookupRows(
  spec: LookupSpec,
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<string[][]> {
  const where = spec.file ?? spec.where;
  const wanted = [...spec.key, ...spec.take, ...[spec.from, spec.until].filter((one) => one !== undefined)];
  let at: number[] | undefined;
  const rows: string[][] = [];
  for await (const chunk of readCsv(readLines(bytes, LONGEST_ROW), where)) {
    for (const row of chunk) {
      if (at === undefined) {
        const header = row.fields.map((field) => field.trim().toLowerCase());
        at = wanted.map((name) => header.indexOf(name.toLowerCase()));
        const missing = wanted.filter((_, index) => at![index]! < 0);
        if (missing.length > 0)
          throw new UserError({
            where: `${where}:${row.line}`,
            what: `the table of lookup ${spec.name} lacks ${missing.join(', ')}`,
            expected: wanted.join(', '),
            found: row.fields.join(', '),
            todo: didYouMean(missing[0]!, header),
          });
        continue;
      }
      if (rows.length >= MOST_ROWS)
        throw new UserError({
          where,
          what: `lookup ${spec.name} is too long`,
          expected: `at most ${MOST_ROWS} rows`,
        });
      rows.push(at.map((index) => row.fields[index] ?? ''));
    }
  }
  return rows;
}
