// Reads `file:` (or one of `files:`): the container, its header, row sets, and the rows that are no records.
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { readCondition } from './condition.ts';
import { FORMATS, isTree } from './definition.ts';
import type { Mask } from './masks.ts';
import type { FileDefinition, Format, Head, RowRules, RowSet, SkipRule, TotalRule } from './definition.ts';
import { ENCODINGS } from './encoding.ts';
import type { Getter, Row, Test } from './model.ts';
import { number } from './numberFunctions.ts';
import { readColumns, readPaths, readType, typed } from './readColumns.ts';
import type { ColumnType, Defaults } from './readColumns.ts';
import { Scope } from './scope.ts';
import type { Shared } from './scope.ts';

/** A file as read, and what has to be bound when all names are known. */
export interface ReadFile {
  file: FileDefinition;
  types: { scope: Scope; types: readonly ColumnType[] }[];
}

/**
 * @param name '' for `file`
 * @param outside names that rows may use besides their own; heads and name parts are added to it
 */
export function readFile(
  value: YamlValue,
  name: string,
  shared: Shared,
  outside: Scope,
  defaults: Defaults,
  masks: readonly Mask[],
): ReadFile | undefined {
  const map = value.map('format, header, columns');
  if (map === undefined) return undefined;
  const format = map.get('format')?.oneOf(FORMATS) ?? 'csv';
  const heads = readHeads(map.get('head'), outside, defaults);
  const namePattern = readNamePattern(map.get('name'), outside);
  const { sets, types } = readSets(map, name, format, shared, defaults);
  for (const { scope } of sets)
    for (const known of outside.known()) if (!scope.has(known)) scope.add(known, outside.find(known)!);
  const zip = map.get('zip')?.text('a pattern such as *.csv');
  const delimiter = map.get('delimiter')?.text() ?? ',';
  const quote = map.get('quote')?.text() ?? '"';
  const file: FileDefinition = {
    name,
    format,
    encoding: map.get('encoding')?.oneOf(ENCODINGS) ?? 'utf-8',
    delimiter: delimiter === 'tab' ? '\t' : delimiter,
    quote: quote === 'none' ? '' : quote,
    within: readHeader(map.get('header'), format),
    sheet: map.get('sheet')?.text(),
    zip: zip === undefined ? undefined : wildcard(zip),
    namePattern,
    heads,
    sets,
    rules: isTree(format) ? NO_RULES : readRules(map, sets[0]!, types[0]!.types),
    masks,
    loops: readLoops(map.get('loops')),
  };
  if (file.delimiter.length !== 1 || file.quote.length > 1)
    map.value.refuse({
      what: 'delimiter and quote are one character',
      expected: '",", tab, "|"; quote: none',
    });
  map.end();
  return { file, types };
}

const NO_RULES: RowRules = { sections: [], totals: [], skip: [], fill: [] };

function readSets(
  map: YamlMap,
  name: string,
  format: Format,
  shared: Shared,
  defaults: Defaults,
): { sets: RowSet[]; types: ReadFile['types'] } {
  const sets: RowSet[] = [];
  const types: ReadFile['types'] = [];
  const add = (setName: string, at: YamlValue | undefined, columns: YamlValue | undefined): void => {
    const scope = new Scope(shared, 'row', setName);
    const read = readColumns(columns, scope, format, defaults);
    const path = at && readPaths([at.text('a path') ?? '.'], at)[0];
    sets.push({ name: setName, at: path, columns: read.columns, scope, values: [] });
    types.push({ scope, types: read.types });
  };
  const rows = map.get('rows');
  const columns = map.get('columns');
  if (isTree(format) && columns === undefined) {
    for (const [setName, each] of rows?.map('rows: {NAME: {at, columns}}')?.entries ?? []) {
      const set = each.map();
      if (set === undefined) continue;
      add(
        name === '' ? setName : `${name}.${setName}`,
        set.need('at', 'a path'),
        set.need('columns', 'its columns'),
      );
      set.end();
    }
  } else add(name === '' ? 'rows' : name, undefined, columns ?? map.need('columns', 'its columns'));
  if (sets.length === 0) {
    map.need('rows', 'row sets: {NAME: {at, columns}}');
    add('rows', undefined, undefined);
  }
  return { sets, types };
}

function readHeader(value: YamlValue | undefined, format: Format): number {
  if (format === 'fixed' || isTree(format)) return 0;
  if (value === undefined) return 1;
  if (!value.isMap) return value.oneOf(['none']) === 'none' ? 0 : 1;
  const map = value.map()!;
  const within = map.need('within', 'a count of rows')?.wholeNumber(1, 1000) ?? 1;
  map.end();
  return within;
}

function readHeads(value: YamlValue | undefined, outside: Scope, defaults: Defaults): Head[] {
  const heads: Head[] = [];
  for (const [name, each] of value?.map()?.entries ?? []) {
    const map = each.isMap ? each.map() : undefined;
    const cellValue = map?.get('cell');
    const cell = cellValue?.list('[row, column]').map((one) => one.wholeNumber(1, 10_000) ?? 1);
    const fromValue = map === undefined ? each : map.get('from');
    const from = fromValue?.texts('a path') ?? [];
    const type = readType(map, name, defaults);
    const matchValue = map?.get('match');
    const match = matchValue?.text('a regular expression');
    map?.end();
    if (cell === undefined && fromValue === undefined)
      each.refuse({ what: `head ${name} says no place`, expected: 'cell: [row, column], or from: a path' });
    heads.push({
      name,
      cell: cell === undefined ? undefined : [cell[0] ?? 1, cell[1] ?? 1],
      paths: fromValue === undefined ? [] : readPaths(from, fromValue),
      match: match === undefined ? undefined : expression(match, matchValue!),
      from: cell === undefined ? from.join(' or ') : `cell ${cell.join(', ')}`,
      read: (text) => typed(text, type, { run: undefined as never, memo: [] }),
    });
    outside.add(name, (context) => context.run.outside.get(name) ?? '');
  }
  return heads;
}

function expression(text: string, value: YamlValue): RegExp | undefined {
  try {
    return new RegExp(text, 'u');
  } catch {
    return value.refuse({
      what: 'the pattern cannot be read',
      expected: 'a regular expression',
      found: text,
    });
  }
}

function readNamePattern(value: YamlValue | undefined, outside: Scope): FileDefinition['namePattern'] {
  const text = value?.text('a name such as "{siren}FEC{closing}.txt"');
  if (text === undefined) return undefined;
  const names: string[] = [];
  const source = text
    .split(/\{(\w+)\}/)
    .map((piece, index) => {
      if (index % 2 === 0) return piece.replace(/[-/\\^$+?.()|[\]]/g, '\\$&').replaceAll('*', '.*');
      names.push(piece);
      return '(.+?)';
    })
    .join('');
  for (const name of names) outside.add(name, (context) => context.run.outside.get(name) ?? '');
  return { pattern: new RegExp(`^${source}$`, 'i'), names, text };
}

/** `*.csv` as an expression on names. */
export function wildcard(text: string): RegExp {
  const source = text
    .replace(/[-/\\^$+.()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i');
}

function readLoops(value: YamlValue | undefined): Map<string, string[]> {
  const loops = new Map<string, string[]>();
  for (const [segment, each] of value?.map()?.entries ?? []) {
    const map = each.map();
    loops.set(segment, map?.get('until')?.texts() ?? []);
    map?.end();
  }
  return loops;
}

function readRules(map: YamlMap, set: RowSet, types: readonly ColumnType[]): RowRules {
  const { scope, columns } = set;
  const asDelivered = new Scope(scope.shared, 'row', set.name);
  for (const [index, { name }] of columns.entries())
    asDelivered.add(name, (context) => {
      const text = (context as Row).cell(index).trim();
      return types[index]!.empty.includes(text) ? '' : text;
    });
  const columnOf = (value: YamlValue): number => {
    const name = value.text('a column') ?? '';
    const index = columns.findIndex((column) => column.name === name);
    if (index < 0)
      value.refuse({
        what: `${name} is no column of this file`,
        expected: columns.map((one) => one.name).join(', '),
      });
    return index;
  };
  const condition = (item: YamlMap | undefined): Test | undefined => {
    const value = item?.need('when', 'a condition');
    return value && readCondition(value, scope, asDelivered);
  };
  // Sections first: the names that they give are known to all that follows.
  const sections = (map.get('sections')?.list() ?? []).flatMap((each) => {
    const item = each.map();
    const when = condition(item);
    const set = [...(item?.need('set', '{name: column}')?.map()?.entries ?? [])].map(([name, value]) => {
      scope.add(name, (context) =>
        'section' in context ? ((context.section as Record<string, string>)?.[name] ?? '') : '',
      );
      return { name, column: columnOf(value) };
    });
    item?.end();
    return when === undefined ? [] : [{ when, set }];
  });
  const totals = (map.get('totals')?.list() ?? []).flatMap((each): TotalRule[] => {
    const item = each.map();
    const when = condition(item);
    const of = item?.get('of')?.oneOf(['file', 'section', 'sinceTotal']) ?? 'sinceTotal';
    const sums = [...(item?.need('sums', '{stated: added}')?.map()?.entries ?? [])].flatMap(
      ([statedName, value]) => {
        const added = scope.name(value);
        const stated = scope.find(statedName);
        if (stated === undefined)
          value.refuse(
            { what: `${statedName} is no column of this file`, expected: scope.known().join(', ') },
            value.keyWhere,
          );
        const addedName = value.text() ?? '';
        return stated === undefined || added === undefined
          ? []
          : [{ stated: number(stated, statedName), statedName, added: number(added, addedName), addedName }];
      },
    );
    item?.end();
    return when === undefined ? [] : [{ when, of, sums }];
  });
  const skip = (map.get('skip')?.list() ?? []).flatMap((each) => readSkip(each, scope, condition));
  const fill = (map.get('fill')?.isList === true ? map.get('fill')!.list() : [])
    .map(columnOf)
    .filter((index) => index >= 0);
  return { sections, totals, skip, fill };
}

function readSkip(
  each: YamlValue,
  scope: Scope,
  condition: (item: YamlMap | undefined) => Test | undefined,
): SkipRule[] {
  const item = each.map();
  const name = item?.need('name', 'what is skipped')?.text() ?? '';
  const when = condition(item);
  const amountValue = item?.get('amount');
  const amount: Getter | undefined = amountValue && scope.name(amountValue);
  const mostValue = item?.get('most');
  const text = mostValue?.text('100.00 or 5%');
  item?.end();
  if (when === undefined) return [];
  if (text === undefined) return [{ name, when, amount, most: undefined }];
  const share = /^(\d{1,2}(?:\.\d+)?)%$/.exec(text);
  if (share !== null) return [{ name, when, amount, most: { text, percent: Number(share[1]) } }];
  if (!/^\d{1,15}(?:\.\d+)?$/.test(text) || amount === undefined)
    mostValue!.refuse({
      what: 'most is neither a share nor a sum',
      expected: '5%, or 100.00 beside an amount',
      found: text,
    });
  return [{ name, when, amount, most: { text, amount: text } }];
}
