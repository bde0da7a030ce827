// Money: exact, immutable, of one currency.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyCodes, minorUnits, withdrawnBefore } from '../../src/money/currencies.ts';
import { Decimal, decimal, fixed, parseDecimal, sum } from '../../src/money/decimal.ts';
import { Money } from '../../src/money/money.ts';
import { round } from '../../src/money/round.ts';

test('mixed currencies do not compile, and do not run either', () => {
  const dollars = Money.of('10.00', 'USD');
  const euros = Money.of('10.00', 'EUR');
  // @ts-expect-error euros cannot be added to dollars
  expect(() => dollars.plus(euros)).toThrow('USD and EUR do not add up');
  // @ts-expect-error nor taken away
  expect(() => dollars.minus(euros)).toThrow(RangeError);
  // @ts-expect-error nor compared
  expect(() => dollars.compare(euros)).toThrow(RangeError);
  // @ts-expect-error nor equal
  expect(() => dollars.equals(euros)).toThrow(RangeError);
  // @ts-expect-error dollars are no euros
  const wrong: Money<'EUR'> = dollars;
  expect(wrong.currency).toBe('USD');
  // @ts-expect-error an amount is decimal text, never a number
  const neverCalled = (): Money<'USD'> => Money.of(19.99, 'USD');
  expect(neverCalled).toBeTypeOf('function');
});

test('of unknown currencies the run time refuses the mix', () => {
  const of = (currency: string): Money<string> => Money.of('1', currency);
  expect(() => of('USD').plus(of('EUR'))).toThrow('USD and EUR do not add up');
  expect(of('USD').plus(of('USD')).toString()).toBe('2.00 USD');
});

test('is immutable', () => {
  const money = Money.of('10.00', 'USD');
  // @ts-expect-error read only
  expect(() => (money.currency = 'EUR')).toThrow(TypeError);
});

test.each([
  ['19.9', 'USD', '19.90 USD', 1990n],
  ['-5', 'JPY', '-5 JPY', -5n],
  ['1.005', 'KWD', '1.005 KWD', 1005n],
  ['0.0001', 'CLF', '0.0001 CLF', 1n],
  ['1000.00', 'JPY', '1000 JPY', 1000n],
])('%s %s prints %s and is %s minor units', (text, currency, printed, minor) => {
  const money = Money.of(text, currency);
  expect([money.toString(), money.minor]).toEqual([printed, minor]);
  expect(Money.ofMinor(minor, currency).equals(money)).toBe(true);
});

test.each([
  ['0.001', 'USD', '0.001 has more than 2 decimals of USD'],
  ['0.5', 'JPY', '0.5 has more than 0 decimals of JPY'],
  ['1', 'XXX', 'not an ISO 4217 currency: "XXX"'],
  ['1e2', 'USD', 'not an amount: "1e2"'],
  ['1,00', 'EUR', 'not an amount: "1,00"'],
])('%s %s: %s', (text, currency, message) => {
  expect(() => Money.of(text, currency)).toThrow(message);
});

test('property: plus and minus are exact and each other’s inverse', () => {
  const cents = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      const x = Money.ofMinor(a, 'USD');
      const y = Money.ofMinor(b, 'USD');
      expect(x.plus(y).minor).toBe(a + b);
      expect(x.plus(y).minus(y).equals(x)).toBe(true);
      expect(x.plus(x.negated()).equals(Money.zero('USD'))).toBe(true);
      expect(x.compare(y)).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

describe('currencies', () => {
  test.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['ISK', 0],
    ['UGX', 0],
    ['KWD', 3],
    ['IQD', 3],
    ['CLF', 4],
    ['UYW', 4],
    ['XCG', 2],
    ['ZWG', 2],
    ['HRK', 2],
    ['DEM', 2],
    ['ITL', 0],
    ['XAU', undefined],
    ['usd', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('%s has %s decimals', (code, units) => {
    expect(minorUnits(code)).toBe(units);
  });

  test.each([
    ['HRK', '2022-12-31', undefined],
    ['HRK', '2023-01-01', '2022-12-31'],
    ['BGN', '2026-01-01', '2025-12-31'],
    ['EUR', '2026-01-01', undefined],
  ])('%s on %s: ended %s', (code, day, ended) => {
    expect(withdrawnBefore(code, day)).toBe(ended);
  });

  test('the table has every currency of the runtime, but for those withdrawn and those without minor units', () => {
    const ours = new Set(currencyCodes());
    const left = Intl.supportedValuesOf('currency').filter((code) => !ours.has(code));
    const WITHDRAWN = new Set('XSU XAF XDR XXX XTS XAU XAG XPT XPD'.split(' '));
    expect(left.filter((code) => !WITHDRAWN.has(code))).toEqual([]);
    expect(ours.size).toBe(214);
  });
});

describe('decimal', () => {
  test.each(['0', '-0', '12.50', '-0.0001', '123456789012345678901234567890.12'])('%s is read', (text) => {
    expect(parseDecimal(text)?.equals(new Decimal(text))).toBe(true);
  });

  test.each(['', '+1', '1.', '.5', '01', '1e2', '1,0', ' 1', '1 ', 'NaN', 'Infinity', '--1'])(
    '%j is not',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
      expect(() => decimal(text)).toThrow(RangeError);
    },
  );

  test('fixed never rounds and knows no minus zero', () => {
    expect(fixed(decimal('5'), 2)).toBe('5.00');
    expect(fixed(decimal('-0.00'), 2)).toBe('0.00');
    expect(() => fixed(decimal('5.005'), 2)).toThrow('5.005 has more than 2 decimals');
  });

  test('property: a million cents are exact in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), { maxLength: 50 }),
        (cents) => {
          const amounts = cents.map((each) => Money.ofMinor(each, 'USD').amount);
          const expected = cents.reduce((total, each) => total + each, 0n);
          expect(Money.rounded(sum(amounts), 'USD', 'cost').minor).toBe(expected);
          expect(sum(amounts.toReversed()).equals(sum(amounts))).toBe(true);
        },
      ),
    );
  });
});

describe('rounding by purpose', () => {
  test.each([
    // value    tax      cost     fx       allocation display
    ['0.125', '0.13', '0.12', '0.12', '0.12', '0.13'],
    ['0.135', '0.14', '0.14', '0.14', '0.13', '0.14'],
    ['-0.125', '-0.13', '-0.12', '-0.12', '-0.12', '-0.13'],
    ['0.129', '0.13', '0.13', '0.13', '0.12', '0.13'],
    ['0.1250000001', '0.13', '0.13', '0.13', '0.12', '0.13'],
    ['-0.001', '0.00', '0.00', '0.00', '0.00', '0.00'],
  ])('%s', (value, ...expected) => {
    const purposes = ['tax', 'cost', 'fx', 'allocation', 'display'] as const;
    expect(purposes.map((purpose) => fixed(round(decimal(value), 2, purpose), 2))).toEqual(expected);
  });
});
