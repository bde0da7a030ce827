// Nested data of events: objects and lists of names and functions. An empty value is left out; where the contract wants a
// boolean or a count, `true`, `false` and digits become one.
import { didYouMean } from '../../rulebook/nearest.ts';
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { readCondition } from './condition.ts';
import type { Builder } from './feed.ts';
import { functionIn, readField } from './functions.ts';
import { Group } from './model.ts';
import type { Context, Fault, Row, Test } from './model.ts';
import type { GroupScope, Scope } from './scope.ts';

const BOOLEANS: ReadonlySet<string> = new Set(['restocked', 'final', 'noReceipt', 'reversed']);
const COUNTS: ReadonlySet<string> = new Set(['revision', 'count', 'movements']);

/** Reads a field of an event: a name, a function, an object or a list. */
export function readNested(value: YamlValue, scope: Scope, name: string): Builder | undefined {
  if (value.isMap) {
    const map = value.map()!;
    if (map.entries.has('list')) return readList(map, scope);
    if (map.entries.has('object')) return readObject(map, scope);
    if (functionIn(map) === undefined || name === 'data') return readFields(value, scope);
  }
  const get = readField(value, scope);
  if (get === undefined) return undefined;
  return (context, faults) => {
    const text = get(context);
    if (typeof text !== 'string') {
      faults.push(text);
      return undefined;
    }
    if (text === '') return undefined;
    if (BOOLEANS.has(name) && (text === 'true' || text === 'false')) return text === 'true';
    if (COUNTS.has(name) && /^\d{1,15}$/.test(text)) return Number(text);
    return text;
  };
}

function readFields(value: YamlValue, scope: Scope): Builder | undefined {
  const fields: [string, Builder][] = [];
  let whole = true;
  for (const [name, each] of value.map('fields')?.entries ?? []) {
    const builder = readNested(each, scope, name);
    if (builder === undefined) whole = false;
    else fields.push([name, builder]);
  }
  if (!whole) return undefined;
  return (context, faults) => {
    const object: Record<string, unknown> = {};
    for (const [name, build] of fields) {
      const built = build(context, faults);
      if (built !== undefined) object[name] = built;
    }
    return Object.keys(object).length === 0 ? undefined : object;
  };
}

function conditional(map: YamlMap, scope: Scope): Test | undefined {
  const value = map.get('when');
  return value === undefined ? () => true : readCondition(value, scope);
}

function holds(when: Test, context: Context, faults: Fault[]): boolean {
  const answer = when(context);
  if (typeof answer === 'boolean') return answer;
  faults.push(answer);
  return false;
}

function readObject(map: YamlMap, scope: Scope): Builder | undefined {
  const when = conditional(map, scope);
  const fields = readFields(map.get('object')!, scope);
  map.end();
  if (when === undefined || fields === undefined) return undefined;
  return (context, faults) => (holds(when, context, faults) ? fields(context, faults) : undefined);
}

function readList(map: YamlMap, scope: Scope): Builder | undefined {
  const of = map.get('list')!;
  if (of.isList) return readChoices(map, of, scope);
  const word = of.text('one, rows, or a group') ?? '';
  const fieldsValue = map.need('fields', 'the fields of each');
  if (fieldsValue === undefined) return undefined;
  if (word === 'one') {
    const when = conditional(map, scope);
    const fields = readFields(fieldsValue, scope);
    map.end();
    if (when === undefined || fields === undefined) return undefined;
    return (context, faults) => {
      const built = holds(when, context, faults) ? fields(context, faults) : undefined;
      return built === undefined ? undefined : [built];
    };
  }
  const { rows } = scope;
  if (rows === undefined)
    return of.refuse({
      what: 'only a group has rows',
      expected: 'list: one, or a record per group',
      found: word,
    });
  if (word === 'rows') return readMembers(map, fieldsValue, rows, (context) => (context as Group).rows);
  const group = scope.shared.groups.get(word);
  if (group === undefined || group.key === undefined || group.of !== scope.set)
    return of.refuse({
      what: `there is no group ${word} of these rows`,
      todo: didYouMean(word, ['one', 'rows', ...scope.shared.groups.keys()]),
    });
  return readMembers(map, fieldsValue, group.scope, (context, faults) =>
    finer(context as Group, group, faults),
  );
}

function readMembers(
  map: YamlMap,
  fieldsValue: YamlValue,
  scope: Scope,
  members: (context: Context, faults: Fault[]) => readonly Context[],
): Builder | undefined {
  const when = conditional(map, scope);
  const fields = readFields(fieldsValue, scope);
  map.end();
  if (when === undefined || fields === undefined) return undefined;
  return (context, faults) =>
    members(context, faults).flatMap((member) => {
      const built = holds(when, member, faults) ? fields(member, faults) : undefined;
      return built === undefined ? [] : [built];
    });
}

/** The rows of a group, grouped again by a finer key. */
function finer(whole: Group, { key, when }: GroupScope, faults: Fault[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of whole.rows) {
    const answer = when?.(row) ?? true;
    const id = answer === true ? keyOf(key!, row, faults) : undefined;
    if (typeof answer !== 'boolean') faults.push(answer);
    if (id === undefined) continue;
    let group = groups.get(id);
    if (group === undefined) {
      group = new Group(whole.run);
      groups.set(id, group);
    }
    group.rows.push(row);
  }
  return [...groups.values()];
}

function keyOf(key: NonNullable<GroupScope['key']>, row: Row, faults: Fault[]): string | undefined {
  const parts: string[] = [];
  for (const get of key) {
    const part = get(row);
    if (typeof part !== 'string') {
      faults.push(part);
      return undefined;
    }
    parts.push(part);
  }
  return parts.join('\u001f');
}

function readChoices(map: YamlMap, of: YamlValue, scope: Scope): Builder | undefined {
  const choices: { when: Test; fields: Builder }[] = [];
  let whole = true;
  for (const item of of.list()) {
    if (!item.isMap) {
      // A name is its text: `references: { list: [endToEnd, servicer] }`.
      const text = readNested(item, scope, '');
      if (text === undefined) whole = false;
      else choices.push({ when: () => true, fields: text });
      continue;
    }
    const choice = item.map('{when, fields}');
    const when = choice && conditional(choice, scope);
    const fieldsValue = choice?.need('fields', 'the fields of it');
    const fields = fieldsValue && readFields(fieldsValue, scope);
    choice?.end();
    if (when === undefined || fields === undefined) whole = false;
    else choices.push({ when, fields });
  }
  const all = conditional(map, scope);
  map.end();
  if (!whole || all === undefined) return undefined;
  return (context, faults) => {
    if (!holds(all, context, faults)) return undefined;
    const built = choices.flatMap(({ when, fields }) => {
      const one = holds(when, context, faults) ? fields(context, faults) : undefined;
      return one === undefined ? [] : [one];
    });
    return built.length === 0 ? undefined : built;
  };
}
