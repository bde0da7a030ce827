// Reads a feed from its YAML: every name, key and function is checked here, once, with file and line. What comes out runs.
import { createHash } from 'node:crypto';

import { isAlias, isNode, parseDocument, visit } from 'yaml';

import { didYouMean } from '../../rulebook/nearest.ts';
import { readYaml } from '../../rulebook/yaml.ts';
import type { Problems, YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import type { RowSet } from './definition.ts';
import { KINDS, STANDINGS } from './feed.ts';
import type { Feed, Join, Must, ReadFeed } from './feed.ts';
import { readControlRules } from './readControl.ts';
import { readEmits } from './readEmit.ts';
import { plain, readExamples } from './readExamples.ts';
import { readPer } from './subjects.ts';
import type { Subjects } from './subjects.ts';
import { readFile, wildcard } from './readFile.ts';
import type { ReadFile } from './readFile.ts';
import type { Mask } from './masks.ts';
import { readField } from './functions.ts';
import { readGroups } from './readGroups.ts';
import { NO_DEFAULTS, readDateForm, readNumberForm } from './readColumns.ts';
import type { Defaults } from './readColumns.ts';
import { readLookups } from './lookups.ts';
import { remembered } from './model.ts';
import { Scope } from './scope.ts';
import type { Shared } from './scope.ts';

const LARGEST = 256 * 1024;
/** Change nothing of what a feed reads. */
const NO_MEANING: ReadonlySet<string> = new Set(['title', 'standing', 'examples']);

/**
 * Reads one feed.
 * @param file its path, for messages
 * @param name what the file's name says: the feed must be called so
 */
export function readFeed(file: string, text: string, name: string): ReadFeed {
  const problems: Problems = [];
  if (Buffer.byteLength(text) > LARGEST)
    problems.push({ where: file, what: 'the feed is too large', expected: 'at most 256 KiB' });
  else if (usesYamlTricks(text))
    problems.push({
      where: file,
      what: 'the feed uses YAML aliases, anchors or tags',
      todo: 'write out what they stand for',
    });
  const root = problems.length > 0 ? undefined : readYaml(file, text, problems)?.map();
  const feed = root === undefined ? undefined : readRoot(root, file, name);
  return feed === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, feed };
}

function usesYamlTricks(text: string): boolean {
  let found = false;
  visit(parseDocument(text, { schema: 'failsafe' }), {
    Node(_key, node) {
      if (
        isAlias(node) ||
        (isNode(node) && 'anchor' in node && node.anchor !== undefined) ||
        node.tag?.startsWith('!') === true
      )
        found = true;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

function readRoot(root: YamlMap, where: string, fileName: string): Feed | undefined {
  const name = root.need('feed', 'its name')?.text('the feed’s name') ?? fileName;
  if (name !== fileName)
    root
      .get('feed')!
      .refuse({ what: 'the feed is not called like its file', expected: fileName, found: name });
  const version = String(root.need('version', 'a whole number from 1')?.wholeNumber(1, 1_000_000) ?? 1);
  const title = root.get('title')?.text() ?? name;
  const standing = root.get('standing')?.oneOf(STANDINGS);
  const shared: Shared = {
    lookups: new Map(),
    groups: new Map(),
    counters: [],
    zone: root.get('zone')?.timeZone(),
  };
  const defaults = readDefaults(root);
  const outside = new Scope(shared, 'row', '');
  const set = root.get('set')?.texts('a list of names') ?? [];
  for (const each of set) outside.add(each, (context) => context.run.outside.get(each) ?? '');
  const lookups = readLookups(root.get('lookups'), shared);
  const files = readFiles(root, shared, outside, defaults);
  const sets = new Map<string, RowSet>(files.flatMap(({ file }) => file.sets.map((one) => [one.name, one])));
  const joins = readJoins(root.get('join'), sets);
  for (const { types } of files)
    for (const each of types) for (const type of each.types) type.bind(each.scope);
  const main = joins.length > 0 ? joins[0]!.rows : sets.size === 1 ? [...sets.keys()][0]! : '';
  readValues(root.get('values'), sets);
  const groups = readGroups(root.get('groups'), shared, sets, main);
  const subjects = { sets, groups: shared.groups, main };
  const emits = readEmits(root, subjects);
  const musts = readMusts(root.get('must'), subjects);
  const control = readControlRules(root.get('control'), subjects, outside);
  const examples = readExamples(root.get('examples'), root);
  const periods = root.get('periods')?.oneOf(['fiscal', 'calendar']) ?? 'fiscal';
  root.end();
  const kinds = KINDS.filter((kind) => emits.some((emit) => emit.kind === kind));
  return {
    name,
    version,
    title,
    standing,
    where,
    hash: hashOf(root),
    set,
    periods,
    shared,
    outside,
    lookups,
    files: files.map(({ file }) => file),
    sets,
    joins,
    groups,
    emits,
    musts,
    control,
    examples,
    kinds,
  };
}

function readDefaults(root: YamlMap): Defaults {
  const numbers = root.get('numbers')?.map();
  const dates = root.get('dates')?.map();
  const numbersEmpty = numbers?.get('empty')?.texts() ?? [];
  const datesEmpty = dates?.get('empty')?.texts() ?? [];
  const defaults = {
    numbers: readNumberForm(numbers, NO_DEFAULTS.numbers),
    dates: readDateForm(dates, undefined),
    numbersEmpty,
    datesEmpty,
  };
  numbers?.end();
  dates?.end();
  return defaults;
}

function readFiles(root: YamlMap, shared: Shared, outside: Scope, defaults: Defaults): ReadFile[] {
  const [one, many] = [root.get('file'), root.get('files')];
  if ((one === undefined) === (many === undefined)) {
    root.value.refuse({
      what: 'the feed does not say what its file is like',
      expected: 'either file: or files:',
    });
    return [];
  }
  const entries = one !== undefined ? [['', one] as const] : [...(many!.map()?.entries ?? [])];
  const masks = readMasks(root);
  return entries.flatMap(([name, value]) => readFile(value, name, shared, outside, defaults, masks) ?? []);
}

/** What never leaves the reader as it came: `drop`, and `pseudonym` by the name of its secret. */
function readMasks(root: YamlMap): Mask[] {
  const dropped = root.get('drop')?.texts('names of columns or paths') ?? [];
  const pseudonyms = [...(root.get('pseudonym')?.map('{column: NAME_OF_SECRET}')?.entries ?? [])];
  return [
    ...dropped.map((text) => ({ pattern: wildcard(text), key: undefined })),
    ...pseudonyms.flatMap(([text, value]) => {
      const key = value.text('the name of an environment variable');
      if (key === undefined) return [];
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return [{ pattern: wildcard(text), key }];
      // Of what may be the secret itself nothing is printed.
      value.refuse({ what: 'a pseudonym names no secret', expected: 'the name of an environment variable' });
      return [];
    }),
  ];
}

function readJoins(value: YamlValue | undefined, sets: ReadonlyMap<string, RowSet>): Join[] {
  const items = value === undefined ? [] : value.isList ? value.list() : [value];
  return items.flatMap((item): Join[] => {
    const map = item.map('{rows, with, on}');
    const named = (key: string): RowSet | undefined => {
      const each = map?.need(key, 'the name of a file');
      const text = each?.text();
      const found = text === undefined ? undefined : sets.get(text);
      if (each !== undefined && text !== undefined && found === undefined)
        each.refuse({ what: `there are no rows called ${text}`, todo: didYouMean(text, sets.keys()) });
      return found;
    };
    const [rows, partner] = [named('rows'), named('with')];
    const on = [...(map?.need('on', '{column: column}')?.map()?.entries ?? [])];
    const missing = map?.get('missing')?.oneOf(['refuse', 'skip', 'empty']) ?? 'refuse';
    map?.end();
    if (rows === undefined || partner === undefined) return [];
    const pairs = on.flatMap(([own, other]) => {
      const mine = rows.scope.find(own);
      if (mine === undefined)
        other.refuse(
          { what: `${own} is no column of ${rows.name}`, todo: didYouMean(own, rows.scope.known()) },
          other.keyWhere,
        );
      const theirs = partner.scope.name(other);
      return mine === undefined || theirs === undefined ? [] : [{ rows: mine, with: theirs, name: own }];
    });
    for (const { name } of partner.columns) {
      const get = partner.scope.find(name)!;
      rows.scope.add(`${partner.name}.${name}`, (context) => {
        const found =
          'partners' in context
            ? (context.partners as Record<string, never> | undefined)?.[partner.name]
            : undefined;
        return found === undefined ? '' : get(found);
      });
    }
    return [{ rows: rows.name, with: partner.name, on: pairs, missing }];
  });
}

/** A value is of every row set that has the names it uses; one that no set has is a problem. */
function readValues(value: YamlValue | undefined, sets: ReadonlyMap<string, RowSet>): void {
  for (const [name, each] of value?.map()?.entries ?? []) {
    const all = [...sets.values()];
    const fitting = all.length === 1 ? all : all.filter(({ scope }) => canRead(each, scope));
    for (const { scope, values } of fitting.length === 0 ? all.slice(0, 1) : fitting) {
      const getter = readField(each, scope);
      if (getter === undefined) continue;
      scope.add(name, remembered(scope.slot(), getter));
      values.push(name);
    }
  }
}

function canRead(value: YamlValue, scope: Scope): boolean {
  const { counters } = scope.shared;
  const before = counters.length;
  const can = value.silently(() => readField(value, scope) !== undefined);
  counters.length = before;
  return can;
}

function readMusts(value: YamlValue | undefined, subjects: Subjects): Must[] {
  return (value?.list() ?? []).flatMap((item): Must[] => {
    const map = item.map('{zero: name}');
    const subject = map && readPer(map, subjects);
    const zeroValue = map?.need('zero', 'a name');
    const zero = zeroValue && subject?.scope.name(zeroValue);
    const report = map?.get('report')?.flag() ?? false;
    map?.end();
    if (subject === undefined || zero === undefined) return [];
    const { per, isGroup } = subject;
    return [{ zero, name: zeroValue?.text() ?? '', per, isGroup, report }];
  });
}

/** SHA-256 of what the feed means: title, standing, comments and examples left out. */
function hashOf(root: YamlMap): string {
  // Below the top the order stays: a value may use an earlier one.
  const meaning = [...root.entries]
    .filter(([key]) => !NO_MEANING.has(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, plain(value)]);
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
}
