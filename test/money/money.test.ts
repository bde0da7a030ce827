// The one amount: read, shown, added exactly; and the currencies.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyCodes, minorUnits, withdrawnBefore } from '../../src/money/currencies.ts';
import { Decimal, decimal, fixed, parseDecimal, sum } from '../../src/money/decimal.ts';
import { amountDecimal } from '../../src/money/scaled.ts';
import { showAmount } from '../../src/money/showAmount.ts';
import { readTicks, showTicks } from '../../src/money/ticks.ts';

describe('ticks', () => {
  test.each([
    ['19.9', 'USD', 199_000n, '19.90'],
    ['-5', 'JPY', -50_000n, '-5'],
    ['1.005', 'KWD', 10_050n, '1.005'],
    ['0.0001', 'CLF', 1n, '0.0001'],
    ['1000.00', 'JPY', 10_000_000n, '1000'],
    ['12.345', 'USD', 123_450n, '12.345'],
    ['-0.00', 'USD', 0n, '0.00'],
    ['7', '', 70_000n, '7.00'],
  ])('%s %s is %s and shown as %s, as its text is', (text, currency, ticks, shown) => {
    expect(readTicks(text)).toBe(ticks);
    expect(showTicks(ticks, currency)).toBe(shown);
    expect(showAmount(text, currency)).toBe(shown);
  });

  test.each(['0.00001', '1e2', '1,00', ''])('%j is no amount', (text) => {
    expect(() => readTicks(text)).toThrow(RangeError);
  });

  test('property: what is shown is read again', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.constantFrom('USD', 'JPY', 'KWD'),
        (ticks, currency) => {
          expect(readTicks(showTicks(ticks, currency))).toBe(ticks);
          expect(showAmount(amountDecimal(ticks).toFixed(), currency)).toBe(showTicks(ticks, currency));
        },
      ),
    );
  });
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
          const amounts = cents.map((each) => amountDecimal(each * 100n));
          const expected = cents.reduce((total, each) => total + each, 0n);
          expect(readTicks(sum(amounts).toFixed())).toBe(expected * 100n);
          expect(sum(amounts.toReversed()).equals(sum(amounts))).toBe(true);
        },
      ),
    );
  });
});
