// The closed list of functions: which there are, and how one is read. Operands are names; what each does is in its own file.
import { didYouMean } from '../../rulebook/nearest.ts';
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { readAt } from './instantFunction.ts';
import { GROUP_FUNCTIONS } from './groupFunctions.ts';
import type { Getter } from './model.ts';
import { NUMBER_FUNCTIONS } from './numberFunctions.ts';
import type { Scope } from './scope.ts';
import { TEXT_FUNCTIONS } from './textFunctions.ts';

/** Reads one function from its mapping; a problem is told, and the result undefined. */
export type FunctionReader = (map: YamlMap, scope: Scope) => Getter | undefined;

const FUNCTIONS: Readonly<Record<string, FunctionReader>> = {
  ...TEXT_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...GROUP_FUNCTIONS,
  at: readAt,
};

/** Names of all functions that give a text. */
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

/** `part` has an `at` of its own, and `hash` lists: the name that stands first in the mapping is the function's. */
export function functionIn(map: YamlMap): string | undefined {
  return [...map.entries.keys()].find((key) => key in FUNCTIONS);
}

/** A field: a name, or one function. */
export function readField(value: YamlValue, scope: Scope): Getter | undefined {
  if (!value.isMap) return scope.name(value);
  const map = value.map()!;
  const name = functionIn(map);
  if (name === undefined) {
    const first = [...map.entries.keys()][0] ?? '';
    return value.refuse({
      what: `${value.name} is no function`,
      expected: 'a name, or one function such as { is: USD }',
      found: first,
      todo: didYouMean(first, FUNCTION_NAMES),
    });
  }
  const getter = FUNCTIONS[name]!(map, scope);
  map.end();
  return getter;
}
