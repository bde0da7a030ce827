// Cents: scale, sign, rounding, and parts that sum to their whole.
import type { Mutant } from '../mutant.ts';
import { room } from '../mutant.ts';

const MONEY = [
  'test/money/money.test.ts',
  'test/money/allocate.test.ts',
  'test/accounting/journal.test.ts',
  'test/accounting/days.test.ts',
];

export const NUMBERS: readonly Mutant[] = [
  ...room(MONEY, [
    {
      name: 'the odd cent goes to the smallest fraction',
      find: 'a.rest > b.rest ? -1 : 1',
      put: 'a.rest > b.rest ? 1 : -1',
    },
    {
      name: 'among equal fractions the last one gets the odd cent',
      find: 'a.rest === b.rest ? a.position - b.position',
      put: 'a.rest === b.rest ? b.position - a.position',
    },
    { name: 'a dinar has two decimals', find: `[3, 'BHD IQD`, put: `[2, 'BHD IQD` },
    {
      name: 'what has more decimals than asked for is printed rounded',
      find: 'if (value.decimalPlaces() > scale)',
      put: 'if (value.decimalPlaces() > 99)',
    },
    {
      name: 'a number may be written with an exponent or leading zeros',
      find: 'return DECIMAL_TEXT.test(text) ? new Decimal(text) : undefined;',
      put: `return text !== '' && /^[-\\d.eE]+$/.test(text) ? new Decimal(text) : undefined;`,
    },
    {
      name: 'a journal need not balance to be built',
      find: `if (differences.length > 0) return { ok: false, reason: 'UNBALANCED', differences };`,
      put: '',
    },
    {
      name: 'a journal may hold a negative amount',
      find: 'return amount.isNegative() && !amount.isZero();',
      put: 'return amount.isNegative() && amount.isZero();',
    },
    {
      name: 'a credit counts as a debit',
      find: `return side === 'debit' || amount.isZero() ? amount : amount.negated();`,
      put: 'return side === undefined ? amount.negated() : amount;',
    },
    {
      name: 'a holiday counts on the day from which days are counted',
      find: '? holiday > from && holiday <= to',
      put: '? holiday >= from && holiday <= to',
    },
  ]),
  ...room(
    ['test/intake/ledgerAmounts.test.ts', 'test/rulebook/derive.test.ts', 'test/events/quarantine.test.ts'],
    [
      {
        name: 'an amount of any size is taken',
        find: 'return units >= TOO_LARGE || units <= -TOO_LARGE;',
        put: 'return units >= TOO_LARGE * TOO_LARGE;',
      },
      {
        name: 'a converted ledger amount is cut, not rounded',
        find: 'const up = rest > unit || (rest === unit && down % 2n === 1n) ? 1n : 0n;',
        put: 'const up = rest > unit * 2n ? 1n : 0n;',
      },
      {
        name: 'a converted ledger amount is rounded half up, that of its event half to even',
        find: 'const up = rest > unit || (rest === unit && down % 2n === 1n) ? 1n : 0n;',
        put: 'const up = rest >= unit ? 1n : 0n;',
      },
      {
        name: 'each line of an entry is converted for itself',
        find: 'for (const [position, share] of allocate(whole, weights).entries()) {',
        put: 'for (const [position, share] of weights.map((weight) => (weight * whole) / total).entries()) {',
      },
    ],
  ),
  ...room(
    ['test/matching/definition.test.ts', 'test/matching/explain.test.ts'],
    [
      {
        name: 'a bound of a tolerance is wider than it was written',
        find: 'return BigInt(value.times(TICKS).toDecimalPlaces(0, Decimal.ROUND_DOWN).toFixed(0));',
        put: 'return BigInt(value.times(TICKS).toDecimalPlaces(0, Decimal.ROUND_UP).plus(1).toFixed(0));',
      },
      {
        name: 'minus is plus',
        find: 'throw new RangeError(`not an amount: ${text}`);\n  return scaled.units;',
        put: 'throw new RangeError(`not an amount: ${text}`);\n  return scaled.units < 0n ? -scaled.units : scaled.units;',
      },
    ],
  ),
];
