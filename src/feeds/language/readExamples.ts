// Reads the worked examples of a feed: rows in, records out, what is refused.
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';

export interface Example {
  where: string;
  /** Contents by the file's name; a single one may have any name. */
  files: ReadonlyMap<string, string>;
  set: ReadonlyMap<string, string>;
  /** Rows of lookups in place of the project's files. */
  lookups: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Some fields of each record, in order. */
  expect: readonly unknown[];
  refuse: readonly { reason: string; column: string }[];
}

/** Reads `examples:`; a problem where there is none. */
export function readExamples(value: YamlValue | undefined, root: YamlMap): Example[] {
  const items = value?.list('a list of examples') ?? [];
  if (items.length === 0)
    root.value.refuse({
      what: 'the feed has no example',
      expected: 'examples: with rows and what they give',
    });
  return items.flatMap((item) => {
    const map = item.map();
    return map === undefined ? [] : [readExample(map, item.where)];
  });
}

function readExample(map: YamlMap, where: string): Example {
  const files = new Map<string, string>();
  const rows = map.get('rows')?.text('the rows of a file');
  if (rows !== undefined) files.set('example', rows);
  for (const [name, content] of map.get('files')?.map()?.entries ?? []) files.set(name, content.text() ?? '');
  if (files.size === 0) map.value.refuse({ what: 'the example has no rows', expected: 'rows: or files:' });
  const set = new Map<string, string>();
  for (const [name, text] of map.get('set')?.map()?.entries ?? []) set.set(name, text.text() ?? '');
  const lookups = new Map<string, string[][]>();
  for (const [name, list] of map.get('lookups')?.map()?.entries ?? [])
    lookups.set(
      name,
      list.list().map((row) => row.texts()),
    );
  const expect = (map.get('expect')?.list('a list of records') ?? []).map(plain);
  const refuse = (map.get('refuse')?.list('a list of {reason, column}') ?? []).flatMap((item) => {
    const one = item.map();
    const reason = one?.need('reason', 'a reason')?.text() ?? '';
    const column = one?.get('column')?.text() ?? '';
    one?.end();
    return [{ reason, column }];
  });
  map.end();
  return { where, files, set, lookups, expect, refuse };
}

/** A YAML value with every scalar as text. */
export function plain(value: YamlValue): unknown {
  if (value.isMap)
    return Object.fromEntries([...(value.map()?.entries ?? [])].map(([key, each]) => [key, plain(each)]));
  if (value.isList) return value.list().map(plain);
  return value.text() ?? '';
}
