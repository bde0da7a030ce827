// A journal cannot be unbalanced: not built so, not typed so.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildJournal, differencesOf } from '../../src/accounting/journal.ts';
import type { Journal, JournalLine } from '../../src/accounting/journal.ts';
import { sideAndAmount, signedAmount } from '../../src/accounting/signedAmount.ts';
import { decimal } from '../../src/money/decimal.ts';

/** `debit 1200 USD 108.25 (100.00)`: side, account, currency, amount, company amount. */
function lines(table: string): JournalLine[] {
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [side, account, currency, amount, companyAmount] = row.trim().split(/\s+/) as [
        string,
        string,
        string,
        string,
        string?,
      ];
      return {
        side: side === 'debit' ? 'debit' : 'credit',
        account,
        location: 'S001',
        dimension: '',
        currency,
        amount: decimal(amount),
        companyAmount: decimal(companyAmount ?? amount),
        text: '',
      };
    });
}

const SALE = `
  debit   1200  USD  108.25
  credit  4000  USD  100.00
  credit  2200  USD    8.25`;

function built(table: string): Journal {
  const outcome = buildJournal('USD', lines(table));
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.journal;
}

/** Differences as text: `transaction USD 0.01`. */
function refusedWith(table: string): string[] {
  const outcome = buildJournal('USD', lines(table));
  if (outcome.ok || outcome.reason !== 'UNBALANCED') throw new Error('expected UNBALANCED');
  return outcome.differences.map(
    ({ of, currency, difference }) => `${of} ${currency} ${difference.toFixed(2)}`,
  );
}

describe('buildJournal', () => {
  test('takes what balances', () => {
    expect(built(SALE).lines).toHaveLength(3);
  });

  test('takes two currencies that each balance', () => {
    const journal = built(`
      debit   1200  EUR  10.00  11.00
      credit  4000  EUR  10.00  11.00
      debit   5000  USD   6.00
      credit  1400  USD   6.00`);
    expect(journal.lines.map(({ currency }) => currency)).toEqual(['EUR', 'EUR', 'USD', 'USD']);
  });

  test('names the difference per currency, in transaction and company currency', () => {
    expect(refusedWith(`debit 1200 USD 108.25\n credit 4000 USD 100.00`)).toEqual([
      'transaction USD 8.25',
      'company USD 8.25',
    ]);
    expect(refusedWith(`debit 1200 EUR 10.00 11.00\n credit 4000 USD 11.00`)).toEqual([
      'transaction EUR 10.00',
      'transaction USD -11.00',
    ]);
    expect(refusedWith(`debit 1200 EUR 10.00 11.00\n credit 4000 EUR 10.00 10.99`)).toEqual([
      'company USD 0.01',
    ]);
  });

  test('refuses no lines and negative amounts', () => {
    expect(buildJournal('USD', [])).toEqual({ ok: false, reason: 'NO_LINES' });
    expect(buildJournal('USD', lines(`debit 1 USD -5.00\n credit 2 USD -5.00`))).toEqual({
      ok: false,
      reason: 'NEGATIVE_AMOUNT',
      lines: [0, 1],
    });
    expect(buildJournal('USD', lines(`debit 1 EUR 5 5\n credit 2 EUR 5 -5`))).toMatchObject({ lines: [1] });
  });

  test('no other way leads to a journal', () => {
    // @ts-expect-error lines alone are no journal
    const forged: Journal = { companyCurrency: 'USD', lines: lines(SALE) };
    expect(forged.lines).toHaveLength(3);
    const journal = built(SALE);
    // @ts-expect-error read only
    expect(() => journal.lines.push(lines(SALE)[0])).toThrow(TypeError);
    // @ts-expect-error read only
    expect(() => (journal.lines[0]!.side = 'credit')).toThrow(TypeError);
  });

  test('is not touched by what happens to its input', () => {
    const input = lines(SALE);
    const outcome = buildJournal('USD', input);
    input[0]!.side = 'credit';
    input.pop();
    expect(outcome.ok && outcome.journal.lines.map(({ side }) => side)).toEqual([
      'debit',
      'credit',
      'credit',
    ]);
  });
});

const side = fc.constantFrom('debit' as const, 'credit' as const);
const anyLine = fc.record({
  side,
  account: fc.constantFrom('1200', '4000'),
  location: fc.constant('S001'),
  dimension: fc.constant(''),
  currency: fc.constantFrom('USD', 'EUR'),
  amount: fc.bigInt({ min: 0n, max: 3n }).map((units) => decimal(`${units}`)),
  companyAmount: fc.bigInt({ min: 0n, max: 3n }).map((units) => decimal(`${units}`)),
  text: fc.constant(''),
});

test('property: a journal exists exactly where nothing differs', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { minLength: 1, maxLength: 6 }), (some) => {
      const outcome = buildJournal('USD', some);
      expect(outcome.ok).toBe(differencesOf('USD', some).length === 0);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['12.50', 'debit', '12.50'],
  ['-12.50', 'credit', '12.50'],
  ['0', 'debit', '0.00'],
  ['-0', 'debit', '0.00'],
])('%s is a %s of %s', (signed, expectedSide, amount) => {
  const found = sideAndAmount(decimal(signed));
  expect([found.side, found.amount.toFixed(2)]).toEqual([expectedSide, amount]);
  expect(signedAmount(found.side, found.amount).equals(decimal(signed))).toBe(true);
});
