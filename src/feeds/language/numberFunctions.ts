// Functions on decimals, exact: an absent number is 0 in a sum, and a sum of nothing but absent ones is absent.
import { minorUnits } from '../../money/currencies.ts';
import type { YamlMap } from '../../rulebook/yaml.ts';
import {
  decimalsOf,
  ExactSum,
  isDecimal,
  isZero,
  negate,
  roundTo,
  shift,
  times,
  withoutRate,
} from './exact.ts';
import { Fault, shown } from './model.ts';
import type { Context, Getter, Value } from './model.ts';
import { operand, operands } from './operands.ts';
import type { Scope } from './scope.ts';
import { onText } from './textFunctions.ts';

type Reader = (map: YamlMap, scope: Scope) => Getter | undefined;

export const NUMBER_FUNCTIONS: Readonly<Record<string, Reader>> = {
  sum: (map, scope) => addUp(map, 'sum', scope, () => 1n),
  minus(map, scope) {
    if (map.get('minus')?.list().length !== 2)
      return map.value.refuse({ what: 'minus takes two names', expected: '{ minus: [from, what] }' });
    return addUp(map, 'minus', scope, (index) => (index === 0 ? 1n : -1n));
  },
  negate: (map, scope) => onNumber(map, 'negate', scope, negate),
  size: (map, scope) => onNumber(map, 'size', scope, (text) => text.replace(/^-/, '')),
  percent: (map, scope) => onNumber(map, 'percent', scope, (text) => shift(text, -2)),
  times: readTimes,
  signed: readSigned,
  netOf: (map, scope) => readRate(map, 'netOf', scope, (_gross, net) => net),
  taxOf: (map, scope) =>
    readRate(map, 'taxOf', scope, (gross, net) => {
      const rest = new ExactSum();
      rest.add(gross);
      rest.add(net, -1n);
      return rest.text;
    }),
};

/** The operand's value where it is a decimal or empty; a fault otherwise. */
export function number(get: Getter, name: string): Getter {
  return onText(get, (text) =>
    text === '' || isDecimal(text) ? text : new Fault('BAD_NUMBER', name, 'a decimal number', shown(text)),
  );
}

function nameOf(map: YamlMap, key: string): string {
  const value = map.get(key);
  return value === undefined || value.isMap || value.isList ? key : (value.text() ?? key);
}

function onNumber(
  map: YamlMap,
  key: string,
  scope: Scope,
  work: (text: string) => string,
): Getter | undefined {
  const get = operand(map, key, scope);
  if (get === undefined) return undefined;
  return onText(number(get, nameOf(map, key)), (text) => (text === '' ? '' : work(text)));
}

function addUp(
  map: YamlMap,
  key: string,
  scope: Scope,
  sign: (index: number) => 1n | -1n,
): Getter | undefined {
  const getters = operands(map.get(key), scope)?.map((get) => number(get, key));
  if (getters === undefined) return undefined;
  return (context) => {
    const total = new ExactSum();
    let isAbsent = true;
    for (const [index, get] of getters.entries()) {
      const value = get(context);
      if (typeof value !== 'string') return value;
      if (value === '') continue;
      isAbsent = false;
      total.add(value, sign(index));
    }
    return isAbsent ? '' : total.text;
  };
}

/**
 * Decimals to round to: those of a currency (by a name, default `currency`), or a count. Undefined where the feed says
 * neither: how money is rounded is not guessed.
 */
export function readDecimals(map: YamlMap, scope: Scope): ((context: Context) => number | Fault) | undefined {
  const given = map.get('scale');
  const text = given?.text('the name of a currency, or a count of decimals') ?? 'currency';
  if (/^\d$/.test(text)) return () => Number(text);
  const get = scope.find(text);
  if (get === undefined) {
    (given ?? map.value).refuse({
      what: 'nothing says to how many decimals this is rounded',
      expected: 'scale: the name of a currency, or a count of decimals',
    });
    return undefined;
  }
  return (context) => {
    const code = get(context);
    if (typeof code !== 'string') return code;
    return minorUnits(code) ?? new Fault('BAD_NUMBER', text, 'an ISO 4217 currency to round to', shown(code));
  };
}

function readTimes(map: YamlMap, scope: Scope): Getter | undefined {
  const getters = operands(map.get('times'), scope)?.map((get) => number(get, 'times'));
  const decimals = readDecimals(map, scope);
  if (getters === undefined || decimals === undefined) return undefined;
  const [left, right] = getters;
  if (left === undefined || right === undefined || getters.length !== 2)
    return map.value.refuse({ what: 'times takes two names', expected: '{ times: [quantity, price] }' });
  return (context) => {
    const [a, b, scale] = [left(context), right(context), decimals(context)];
    if (typeof a !== 'string') return a;
    if (typeof b !== 'string') return b;
    if (a === '' || b === '') return '';
    return typeof scale === 'number' ? roundTo(times(a, b), scale) : scale;
  };
}

function readRate(
  map: YamlMap,
  key: string,
  scope: Scope,
  take: (gross: string, net: string) => Value,
): Getter | undefined {
  const gross = operand(map, key, scope);
  const rate = operand(map, 'rate', scope);
  const decimals = readDecimals(map, scope);
  if (gross === undefined || rate === undefined || decimals === undefined) return undefined;
  const [whole, part] = [number(gross, key), number(rate, 'rate')];
  return (context) => {
    const [a, r, scale] = [whole(context), part(context), decimals(context)];
    if (typeof a !== 'string') return a;
    if (typeof r !== 'string') return r;
    if (typeof scale !== 'number') return scale;
    if (a === '') return '';
    const finest = Math.max(scale, decimalsOf(a));
    const net = withoutRate(a, r === '' ? '0' : r, finest === scale ? scale : finest);
    return net === undefined ? new Fault('BAD_NUMBER', 'rate', 'a rate other than -1', r) : take(a, net);
  };
}

function readSigned(map: YamlMap, scope: Scope): Getter | undefined {
  const get = operand(map, 'signed', scope);
  const by = operand(map, 'by', scope);
  const debit = map.need('debit', 'the words for debit')?.texts();
  const credit = map.need('credit', 'the words for credit')?.texts();
  const negative = map.get('negative')?.oneOf(['refuse', 'turns', 'agrees']) ?? 'refuse';
  if (get === undefined || by === undefined || debit === undefined || credit === undefined) return undefined;
  const [column, indicator] = [nameOf(map, 'signed'), nameOf(map, 'by')];
  const amount = number(get, column);
  const words = [...debit, ...credit].map((word) => word || 'empty').join(' or ');
  return (context) => {
    const [value, side] = [amount(context), by(context)];
    if (typeof value !== 'string') return value;
    if (typeof side !== 'string') return side;
    if (value === '') return '';
    const isDebit = debit.includes(side);
    if (!isDebit && !credit.includes(side)) return new Fault('BAD_SIGN', indicator, words, shown(side));
    if (isZero(value)) return value;
    const isNegative = value.startsWith('-');
    if (negative === 'agrees') {
      if (isNegative !== isDebit) return value;
      return new Fault('BAD_SIGN', column, `a sign that agrees with ${indicator} ${side}`, shown(value));
    }
    if (isNegative && negative === 'refuse')
      return new Fault(
        'BAD_SIGN',
        column,
        `an amount without a sign, since ${indicator} says ${side || 'nothing'}`,
        shown(value),
      );
    return isDebit ? value : negate(value);
  };
}
