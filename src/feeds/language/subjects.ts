// What a record, a check or a sum may be about: a row set or a group, by the word `per`.
import type { YamlMap } from '../../rulebook/yaml.ts';
import type { RowSet } from './definition.ts';
import type { Scope, Shared } from './scope.ts';

/** Row sets and groups that a part of the feed may be about. */
export interface Subjects {
  sets: ReadonlyMap<string, RowSet>;
  groups: Shared['groups'];
  /** The only row set, or the rows of the join; '' where it has to be said. */
  main: string;
}

/** The subject that `per` names, by default the main row set. */
export function readPer(
  map: YamlMap,
  subjects: Subjects,
): { per: string; isGroup: boolean; scope: Scope } | undefined {
  const value = map.get('per');
  const per = value?.text('a row set or group') ?? subjects.main;
  const set = subjects.sets.get(per);
  if (set !== undefined) return { per, isGroup: false, scope: set.scope };
  const group = subjects.groups.get(per);
  if (group !== undefined) return { per, isGroup: true, scope: group.scope };
  const known = [...subjects.sets.keys(), ...subjects.groups.keys()];
  return (value ?? map.value).refuse({
    what: per === '' ? 'it does not say per which rows' : `there is no row set or group ${per}`,
    expected: `per: one of ${known.join(', ')}`,
  });
}
