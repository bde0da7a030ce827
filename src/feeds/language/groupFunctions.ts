// Functions over rows: totals and counts of a group, shares in it, and numbers that count within a value.
import { hash } from 'node:crypto';

import { minorUnits } from '../../money/currencies.ts';
import { didYouMean } from '../../rulebook/nearest.ts';
import type { YamlMap } from '../../rulebook/yaml.ts';
import { readCondition } from './condition.ts';
import { ExactSum, shares } from './exact.ts';
import { Fault } from './model.ts';
import type { Getter, Group, Row, Test, Value } from './model.ts';
import { number } from './numberFunctions.ts';
import { operand, operands } from './operands.ts';
import type { Scope } from './scope.ts';

type Reader = (map: YamlMap, scope: Scope) => Getter | undefined;

export const GROUP_FUNCTIONS: Readonly<Record<string, Reader>> = {
  total(map, scope) {
    const over = rowsOf(map, scope);
    const get = over && operand(map, 'total', over.scope);
    if (over === undefined || get === undefined) return undefined;
    const name = map.get('total')!.text() ?? 'total';
    const amount = number(get, name);
    return (context) => {
      const total = new ExactSum();
      let isAbsent = true;
      for (const row of (context as Group).rows) {
        const holds = over.when?.(row) ?? true;
        if (typeof holds !== 'boolean') return holds;
        const value = holds ? amount(row) : '';
        if (typeof value !== 'string') return value;
        if (value === '') continue;
        isAbsent = false;
        total.add(value);
      }
      return isAbsent ? '' : total.text;
    };
  },
  count(map, scope) {
    const over = rowsOf(map, scope);
    map.get('count')?.oneOf(['rows']);
    if (over === undefined) return undefined;
    return (context) => {
      let count = 0;
      for (const row of (context as Group).rows) {
        const holds = over.when?.(row) ?? true;
        if (typeof holds !== 'boolean') return holds;
        if (holds) count += 1;
      }
      return String(count);
    };
  },
  first: (map, scope) => readEnd(map, 'first', scope, (rows) => rows),
  last: (map, scope) => readEnd(map, 'last', scope, (rows) => rows.toReversed()),
  share: readShare,
  order: (map, scope) => counted(map, scope, 'order', operand(map, 'order', scope)),
  hash(map, scope) {
    const getters = operands(map.get('hash'), scope);
    return getters === undefined ? undefined : counted(map, scope, 'hash', hashOf(getters));
  },
};

/** Rows of the group, with the condition that chooses among them. */
function rowsOf(map: YamlMap, scope: Scope): { scope: Scope; when: Test | undefined } | undefined {
  const { rows } = scope;
  if (rows === undefined)
    return map.value.refuse({ what: 'this function is of a group', expected: 'it in the values of a group' });
  const value = map.get('when');
  if (value === undefined) return { scope: rows, when: undefined };
  const when = readCondition(value, rows);
  return when === undefined ? undefined : { scope: rows, when };
}

/** The first value that is not empty, seen from one end. */
function readEnd(
  map: YamlMap,
  key: string,
  scope: Scope,
  inOrder: (rows: Row[]) => Row[],
): Getter | undefined {
  const over = rowsOf(map, scope);
  const get = over && operand(map, key, over.scope);
  if (over === undefined || get === undefined) return undefined;
  return (context) => {
    for (const row of inOrder((context as Group).rows)) {
      const holds = over.when?.(row) ?? true;
      if (typeof holds !== 'boolean') return holds;
      const value = holds ? get(row) : '';
      if (value !== '') return value;
    }
    return '';
  };
}

function readShare(map: YamlMap, scope: Scope): Getter | undefined {
  const inValue = map.need('in', 'the name of a group');
  const name = inValue?.text('the name of a group');
  const weight = operand(map, 'by', scope);
  if (inValue === undefined || name === undefined || weight === undefined) return undefined;
  const group = scope.shared.groups.get(name);
  if (group === undefined || scope.kind !== 'row')
    return inValue.refuse({
      what: `no group ${name} here`,
      expected: 'a group, in its rowValues',
      todo: didYouMean(name, scope.shared.groups.keys()),
    });
  const whole = operand(map, 'share', group.scope);
  if (whole === undefined) return undefined;
  const currency = group.scope.find('currency');
  const self = {};
  return (context) => {
    const own = (context as Row).groups?.[group.index];
    if (own === undefined) return '';
    let known = own.shares.get(self);
    if (known === undefined) {
      known = sharesOf(own, number(whole, 'share'), number(weight, 'by'), currency);
      own.shares.set(self, known);
    }
    return known.get(context as Row) ?? '';
  };
}

function sharesOf(
  group: Group,
  whole: Getter,
  weight: Getter,
  currency: Getter | undefined,
): Map<Row, Value> {
  const { rows } = group;
  const all = (value: Value): Map<Row, Value> => new Map(rows.map((row) => [row, value]));
  const value = whole(group);
  if (typeof value !== 'string' || value === '') return all(value);
  const weights: string[] = [];
  for (const row of rows) {
    const size = weight(row);
    if (typeof size !== 'string') return all(size);
    weights.push(size === '' ? '0' : size);
  }
  const code = currency?.(group) ?? '';
  const decimals = typeof code === 'string' ? (minorUnits(code) ?? 0) : 0;
  const parts = shares(value, weights, decimals);
  return new Map(rows.map((row, index) => [row, parts[index]!]));
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const HASH_CHARACTERS = 16;

function hashOf(getters: readonly Getter[]): Getter {
  return (context) => {
    const parts: string[] = [];
    for (const get of getters) {
      const value = get(context);
      if (typeof value !== 'string') return value;
      parts.push(value);
    }
    const bytes = hash('sha256', parts.join('\u001f'), 'buffer');
    let bits = 0;
    let held = 0;
    let text = '';
    for (const byte of bytes) {
      held = (held << 8) | byte;
      bits += 8;
      while (bits >= 5 && text.length < HASH_CHARACTERS) {
        bits -= 5;
        text += BASE32[(held >> bits) & 31];
      }
      held &= (1 << bits) - 1;
    }
    return text;
  };
}

/** Rows are numbered as they come, whoever asks for the number later: the same row always has the same. */
function counted(
  map: YamlMap,
  scope: Scope,
  kind: 'order' | 'hash',
  key: Getter | undefined,
): Getter | undefined {
  if (key === undefined) return undefined;
  if (scope.kind !== 'row')
    return map.value.refuse({ what: `${kind} counts rows`, expected: 'it in a value of rows' });
  const index = scope.shared.counters.length;
  scope.shared.counters.push({ set: scope.set, key, kind });
  return (context) => {
    const value = key(context);
    if (typeof value !== 'string' || value === '') return value;
    const ordinal = (context as Row).ordinals?.[index];
    if (ordinal === undefined) return new Fault('MISSING_COLUMN', kind, 'a number of the row', 'none');
    if (kind === 'order') return String(ordinal);
    return ordinal === 1 ? value : `${value}-${ordinal}`;
  };
}
