// Reads `groups:`: rows that are one thing, by a key or from a row that begins one to the next.
import { didYouMean } from '../../rulebook/nearest.ts';
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { readCondition } from './condition.ts';
import type { RowSet } from './definition.ts';
import type { GroupDefinition } from './feed.ts';
import { readField } from './functions.ts';
import { remembered } from './model.ts';
import { operands } from './operands.ts';
import { Scope } from './scope.ts';
import type { Shared } from './scope.ts';

/** @param main the row set where a group names none; '' where it has to be said */
export function readGroups(
  value: YamlValue | undefined,
  shared: Shared,
  sets: ReadonlyMap<string, RowSet>,
  main: string,
): GroupDefinition[] {
  return [...(value?.map()?.entries ?? [])].flatMap(([name, each]) => {
    const map = each.map('{by, values}');
    const group = map && readGroup(name, map, shared, sets, main);
    map?.end();
    return group ?? [];
  });
}

function readGroup(
  name: string,
  map: YamlMap,
  shared: Shared,
  sets: ReadonlyMap<string, RowSet>,
  main: string,
): GroupDefinition | undefined {
  const ofValue = map.get('of');
  const of = ofValue?.text('a row set') ?? main;
  const set = sets.get(of);
  if (set === undefined)
    return (ofValue ?? map.value).refuse({
      what: of === '' ? `group ${name} does not say of which rows it is` : `there are no rows called ${of}`,
      expected: `of: one of ${[...sets.keys()].join(', ')}`,
      ...(of === '' ? {} : { todo: didYouMean(of, sets.keys()) }),
    });
  const key = operands(map.get('by'), set.scope);
  const startsValue = map.get('startsAt');
  const startsAt = startsValue && readCondition(startsValue, set.scope);
  if ((map.get('by') === undefined) === (startsValue === undefined))
    map.value.refuse({
      what: `group ${name} does not say what belongs together`,
      expected: 'either by: or startsAt:',
    });
  const whenValue = map.get('when');
  const scope = new Scope(shared, 'group', of, set.scope);
  const group: GroupDefinition = {
    name,
    index: shared.groups.size,
    of,
    scope,
    key,
    startsAt,
    when: whenValue && readCondition(whenValue, set.scope),
    adjacent: startsValue !== undefined || (map.get('adjacent')?.flag() ?? false),
  };
  shared.groups.set(name, group);
  for (const [valueName, each] of map.get('rowValues')?.map()?.entries ?? []) {
    const getter = readField(each, set.scope);
    if (getter !== undefined) {
      set.scope.add(valueName, remembered(set.scope.slot(), getter));
      set.values.push(valueName);
    }
  }
  for (const [valueName, each] of map.get('values')?.map()?.entries ?? []) {
    const getter = readField(each, scope);
    if (getter !== undefined) scope.add(valueName, remembered(scope.slot(), getter));
  }
  return group;
}
