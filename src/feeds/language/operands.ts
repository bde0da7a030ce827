// Operands of functions: names, one or several.
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import type { Getter } from './model.ts';
import type { Scope } from './scope.ts';

/** The name under a key of the function; a problem where it is absent. */
export function operand(map: YamlMap, key: string, scope: Scope): Getter | undefined {
  const value = map.need(key, 'a name');
  return value === undefined ? undefined : scope.name(value);
}

/** The name under an optional key: undefined where it is absent, false where it is wrong. */
export function maybeOperand(map: YamlMap, key: string, scope: Scope): Getter | undefined | false {
  const value = map.get(key);
  return value === undefined ? undefined : (scope.name(value) ?? false);
}

/** One name or a list of names; undefined where one of them is wrong. */
export function operands(value: YamlValue | undefined, scope: Scope): Getter[] | undefined {
  if (value === undefined) return undefined;
  if (!value.isList) {
    const only = scope.name(value);
    return only === undefined ? undefined : [only];
  }
  const getters = value.list('a list of names').map((item) => scope.name(item));
  return getters.every((getter) => getter !== undefined) ? getters : undefined;
}
