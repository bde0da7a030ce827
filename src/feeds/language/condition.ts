// Conditions: names and what each has to be; all of them have to hold.
import type { YamlValue } from '../../rulebook/yaml.ts';
import { compare, isDecimal } from './exact.ts';
import { Fault, shown } from './model.ts';
import type { Context, Getter, Test } from './model.ts';
import type { Scope } from './scope.ts';

type Check = (text: string) => boolean | Fault;

const NUMBER_TEST = /^(<>|<=|>=|<|>|=)(-?\d+(?:\.\d+)?)$/;

/**
 * Reads `{name: value or list}`; undefined where something of it is wrong, which is a problem then.
 * @param asDelivered the same columns as they came: what marks a total or a section is no date or number
 */
export function readCondition(value: YamlValue, scope: Scope, asDelivered?: Scope): Test | undefined {
  const map = value.map('a condition: {name: value}');
  if (map === undefined) return undefined;
  const tests: (readonly { get: Getter; check: Check }[])[] = [];
  for (const [name, wanted] of map.entries) {
    const get = scope.find(name);
    if (get === undefined) {
      value.refuse(
        {
          what: `the condition names ${JSON.stringify(name)}, which is not known here`,
          expected: scope.known().join(', '),
        },
        wanted.keyWhere,
      );
      return undefined;
    }
    const plain = asDelivered?.find(name) ?? get;
    tests.push(
      wanted.texts('a text or a list of texts').map((text) => ({
        get: NUMBER_TEST.test(text.replace(/^(?:not )+/, '')) ? get : plain,
        check: checkOf(text, name),
      })),
    );
  }
  return (context) => {
    for (const checks of tests) {
      const holds = anyHolds(checks, context);
      if (holds !== true) return holds;
    }
    return true;
  };
}

function anyHolds(checks: readonly { get: Getter; check: Check }[], context: Context): boolean | Fault {
  for (const { get, check } of checks) {
    const found = get(context);
    const holds = typeof found === 'string' ? check(found) : found;
    if (holds !== false) return holds;
  }
  return false;
}

function checkOf(wanted: string, name: string): Check {
  if (wanted.startsWith('not ')) {
    const inner = checkOf(wanted.slice(4), name);
    return (text) => {
      const holds = inner(text);
      return typeof holds === 'boolean' ? !holds : holds;
    };
  }
  if (wanted === '*') return (text) => text !== '';
  const number = NUMBER_TEST.exec(wanted);
  if (number !== null) return numberCheck(number[1]!, number[2]!, name);
  if (wanted.endsWith('*')) {
    const start = wanted.slice(0, -1);
    return (text) => text.startsWith(start);
  }
  return (text) => text === wanted;
}

/** An absent number counts as 0, as in sums. */
function numberCheck(operator: string, than: string, name: string): Check {
  return (text) => {
    if (text !== '' && !isDecimal(text)) return new Fault('BAD_NUMBER', name, 'a number', shown(text));
    const order = compare(text === '' ? '0' : text, than);
    switch (operator) {
      case '<':
        return order < 0;
      case '>':
        return order > 0;
      case '<=':
        return order <= 0;
      case '>=':
        return order >= 0;
      case '=':
        return order === 0;
      default:
        return order !== 0;
    }
  };
}
