// Which documents explain an entry: by reference, by amounts, the nearest first, each document for itself.
import { describe, expect, it } from 'vitest';

import { isoDate } from '../../src/accounting/dates.ts';
import type { Explanation, ToExplain, UnmatchedLine } from '../../src/posting/alreadyExplained.ts';
import { UnmatchedLedger } from '../../src/posting/alreadyExplained.ts';

const line = (document: string, amount: string, more: Partial<UnmatchedLine> = {}): UnmatchedLine => ({
  unit: '1',
  company: 'US01',
  ledger: 'GL',
  fiscalYear: '2026',
  document,
  account: '1200',
  currency: 'USD',
  amount,
  reference: '',
  businessDate: isoDate('2026-10-05'),
  ...more,
});

const entry = (amount: string, day = '2026-10-05'): ToExplain => ({
  businessDate: isoDate(day),
  lines: [{ unit: '1', account: '1200', currency: 'USD', amount, reference: 'SO-1' }],
});

const explain = (lines: readonly UnmatchedLine[], asked: ToExplain): Explanation =>
  new UnmatchedLedger(lines).explain(asked);

describe('documents that explain an entry', () => {
  it('are told apart by fiscal year, company and ledger: numbers begin anew in each', () => {
    const booked = line('1900000001', '30.00');
    for (const other of [{ fiscalYear: '2025' }, { company: 'US02' }, { ledger: 'L2' }]) {
      const old = line('1900000001', '75.00', { ...other, businessDate: isoDate('2026-09-20') });
      expect(explain([old, booked], entry('30.00'))).toEqual({
        by: 'amounts',
        documents: ['1900000001'],
        searched: true,
      });
    }
  });

  it('bear its reference on its side, or have its amounts in its currency', () => {
    expect(explain([line('D1', '30.50', { reference: 'SO-1' })], entry('30.00')).by).toBe('reference');
    expect(explain([line('P1', '-30.00', { reference: 'SO-1' })], entry('30.00')).by).toBe('nothing');
    expect(explain([line('D1', '30.00', { currency: 'EUR' })], entry('30.00')).by).toBe('nothing');
  });

  it('cover it whole, at most three of them, within a month', () => {
    const parts = [line('D1', '10.00'), line('D2', '11.00'), line('D3', '9.00')];
    expect(explain(parts, entry('30.00')).documents).toEqual(['D1', 'D2', 'D3']);
    expect(explain(parts, entry('30.01')).by).toBe('nothing');
    expect(explain(parts, entry('30.00', '2026-11-05')).by).toBe('amounts');
    expect(explain(parts, entry('30.00', '2026-11-06')).by).toBe('nothing');
  });

  it('cover it whatever else nets to nothing within them', () => {
    const elsewhere = [line('D1', '5.00', { account: '1000' }), line('D1', '-5.00', { account: '1000' })];
    expect(explain([...elsewhere, line('D1', '30.00')], entry('30.00')).documents).toEqual(['D1']);
    expect(explain(elsewhere, entry('30.00')).by).toBe('nothing');
  });

  it('are tried nearest day first; where more could fit than are tried, it says so', () => {
    const far = Array.from({ length: 60 }, (_, n) =>
      line(`F${n}`, '1.00', { businessDate: isoDate('2026-10-20') }),
    );
    const near = [line('N1', '20.00'), line('N2', '10.00', { businessDate: isoDate('2026-10-04') })];
    expect(explain([...far, ...near], entry('30.00')).documents).toEqual(['N1', 'N2']);
    expect(explain(far, entry('30.00'))).toEqual({ by: 'nothing', documents: [], searched: false });
  });
});
