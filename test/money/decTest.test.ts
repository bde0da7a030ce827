// The General Decimal Arithmetic test cases that apply to us: exact results at our precision, and quantize, which is what
// our rounding rules do. Cases with infinities, NaN, or results that their smaller precision rounds are left out.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Decimal } from '../../src/money/decimal.ts';

const FOLDER = '../shared/data/decimal-dectest';
const OUR_DIGITS = 40;
const rounded = (mode: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8) => (value: Decimal, scale: number) =>
  value.toDecimalPlaces(scale, mode);
const down = rounded(Decimal.ROUND_DOWN);
const halfEven = rounded(Decimal.ROUND_HALF_EVEN);
const halfUp = rounded(Decimal.ROUND_HALF_UP);

interface Case {
  id: string;
  operands: string[];
  result: string;
  conditions: string[];
  rounding: string;
}

const FINITE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** Cases with finite operands and result. */
function casesOf(operation: string): Case[] {
  const cases: Case[] = [];
  let rounding = '';
  for (const line of readFileSync(`${FOLDER}/${operation}.decTest`, 'utf8').split(/\r?\n/)) {
    const directive = /^rounding:\s*(\w+)/i.exec(line);
    if (directive !== null) rounding = directive[1]!.toLowerCase();
    if (line.startsWith('--') || !line.includes('->')) continue;
    const [left, right] = line.split('->') as [string, string];
    const [id, named, ...operands] = left
      .trim()
      .split(/\s+/)
      .map((token) => token.replace(/^'(.*)'$/, '$1'));
    const [result, ...conditions] = right
      .replace(/--.*$/, '')
      .trim()
      .split(/\s+/)
      .map((token) => token.replace(/^'(.*)'$/, '$1'));
    if (named !== operation) continue;
    if (![...operands, result ?? ''].every((token) => FINITE.test(token))) continue;
    cases.push({ id: id!, operands, result: result!, conditions, rounding });
  }
  return cases.filter(({ operands }) => operands.length === 2);
}

const isExact = ({ conditions }: Case): boolean =>
  conditions.every((condition) => condition === 'Clamped' || condition === 'Rounded');
const fits = (values: readonly Decimal[]): boolean =>
  values.every((value) => value.precision() <= OUR_DIGITS);

const OPERATIONS = {
  add: (a: Decimal, b: Decimal) => a.plus(b),
  multiply: (a: Decimal, b: Decimal) => a.times(b),
  divide: (a: Decimal, b: Decimal) => a.div(b),
  compare: (a: Decimal, b: Decimal) => new Decimal(String(a.comparedTo(b))),
} as const;

const absent = !existsSync(FOLDER);

test.skipIf(absent).each([
  ['add', 900],
  ['multiply', 160],
  ['divide', 300],
  ['compare', 500],
] as const)(`%s: every exact case of ${FOLDER}, at least %i`, (operation, atLeast) => {
  let run = 0;
  for (const each of casesOf(operation).filter(isExact)) {
    const [a, b] = each.operands.map((operand) => new Decimal(operand)) as [Decimal, Decimal];
    const expected = new Decimal(each.result);
    if (!fits([a, b, expected])) continue;
    expect(`${each.id} ${OPERATIONS[operation](a, b).toFixed()}`).toBe(`${each.id} ${expected.toFixed()}`);
    run++;
  }
  expect(run).toBeGreaterThanOrEqual(atLeast);
});

const RULES = new Map([
  ['half_even', halfEven],
  ['half_up', halfUp],
  ['down', down],
]);

test.skipIf(absent)(`quantize: our rounding rules give the cases of ${FOLDER}`, () => {
  let run = 0;
  for (const each of casesOf('quantize')) {
    const rule = RULES.get(each.rounding);
    const [value, pattern] = each.operands.map((operand) => new Decimal(operand)) as [Decimal, Decimal];
    const scale = scaleOf(each.operands[1]!);
    if (rule === undefined || scale < 0 || pattern.precision() > OUR_DIGITS) continue;
    expect(`${each.id} ${rule(value, scale).toFixed(scale)}`).toBe(
      `${each.id} ${new Decimal(each.result).toFixed(scale)}`,
    );
    run++;
  }
  expect(run).toBeGreaterThanOrEqual(350);
});

/** Decimals that an operand is written with: 2 for `1e-2` and `0.01`, -2 for `1e+2`. */
function scaleOf(operand: string): number {
  const [digits, exponent] = operand.toLowerCase().split('e') as [string, string?];
  return (digits.split('.')[1] ?? '').length - Number(exponent ?? '0');
}
