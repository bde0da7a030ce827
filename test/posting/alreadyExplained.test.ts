// Which documents explain an entry: by name wherever they are booked, else by the sums of what is open. A line that names the
// event on the other side (its payment) is no booking of it.
import { describe, expect, it } from 'vitest';

import { isoDate } from '../../src/accounting/dates.ts';
import type { Explanation } from '../../src/posting/alreadyExplained.ts';
import type { ToExplain, UnmatchedLine } from '../../src/posting/toExplain.ts';
import { Explaining } from '../../src/posting/alreadyExplained.ts';

const line = (
  document: string,
  account: string,
  amount: string,
  more: Partial<UnmatchedLine> = {},
): UnmatchedLine => ({
  company: 'US01',
  ledger: 'GL',
  fiscalYear: '2026',
  document,
  account,
  location: 'S001',
  currency: 'USD',
  amount,
  scope: 'in',
  reference: '',
  assignment: '',
  businessDate: isoDate('2026-10-05'),
  names: [],
  isNear: true,
  ...more,
});

const sale = (amount: string, more: Partial<ToExplain> = {}): ToExplain => ({
  id: 'SO-1',
  name: 'SO-1',
  company: 'US01',
  ledger: 'GL',
  businessDate: isoDate('2026-10-05'),
  groups: [],
  ownIds: ['SO-1'],
  sharedIds: ['ORDER-1'],
  lines: [
    { company: 'US01', ledger: 'GL', account: '1200', currency: 'USD', location: 'S001', amount },
    {
      company: 'US01',
      ledger: 'GL',
      account: '4000',
      currency: 'USD',
      location: 'S001',
      amount: `-${amount}`,
    },
  ],
  ...more,
});

const explain = (lines: readonly UnmatchedLine[], asked = sale('30.00')): Explanation =>
  new Explaining([asked], lines).explain(asked);
const document = (
  name: string,
  accounts: [string, string],
  amount: string,
  more: Partial<UnmatchedLine>,
): UnmatchedLine[] => [
  line(name, accounts[0], amount, more),
  line(name, accounts[1], `-${amount}`.replace('--', ''), more),
];

describe('a document that bears the name', () => {
  const named = { reference: 'SO-1' };

  it('explains it on its own accounts, with whatever amount', () => {
    expect(explain(document('D1', ['1200', '4000'], '29.00', named))).toMatchObject({
      by: 'reference',
      documents: ['D1'],
      why: 'D1 bears its name and has no match',
    });
  });

  it('explains it on accounts that no rule names, in another company, or by its assignment', () => {
    const outside = { ...named, isNear: false, scope: 'out' };
    expect(explain(document('88001', ['1299', '4999'], '30.00', outside)).documents).toEqual(['88001']);
    expect(
      explain(document('D1', ['1200', '4000'], '30.00', { ...outside, company: 'US02' })).documents,
    ).toEqual(['D1']);
    expect(explain(document('D1', ['1200', '4000'], '31.00', { assignment: 'SO-1' })).documents).toEqual([
      'D1',
    ]);
  });

  it('explains nothing where another company has a fact of this name, or in another ledger', () => {
    const theirs = { ...named, isNear: false, company: 'US02', names: ['their SO-1'] };
    expect(explain(document('D1', ['1200', '4000'], '30.00', theirs)).by).toBe('nothing');
    expect(
      explain(document('D1', ['1200', '4000'], '30.00', { ...named, isNear: false, ledger: 'L2' })).by,
    ).toBe('nothing');
  });

  it('explains nothing as a payment of it; the exact negation may be the entry the wrong way round', () => {
    expect(explain(document('P1', ['1000', '1200'], '10.00', named)).by).toBe('nothing');
    expect(explain(document('P1', ['1200', '4000'], '-30.00', named)).by).toBe('reference');
  });

  it('counts by an id that others share only on its accounts, sides, in its currency and in scope', () => {
    const order = { reference: 'ORDER-1' };
    expect(explain(document('D1', ['1200', '4000'], '12.00', order)).documents).toEqual(['D1']);
    const euros = { ...order, currency: 'EUR' };
    expect(explain(document('D1', ['1200', '4000'], '12.00', euros)).by).toBe('nothing');
    expect(explain(document('D1', ['1200', '4000'], '-12.00', order)).by).toBe('nothing');
    expect(
      explain(document('D1', ['1200', '4000'], '12.00', { ...order, isNear: false, scope: 'out' })).by,
    ).toBe('nothing');
    expect(explain(document('D1', ['1299', '4999'], '12.00', order)).by).toBe('nothing');
  });
});

describe('open documents', () => {
  it('are told apart by fiscal year, company and ledger: numbers begin anew in each', () => {
    const booked = document('1900000001', ['1200', '4000'], '30.00', {});
    for (const other of [{ fiscalYear: '2025' }, { company: 'US02' }, { ledger: 'L2' }]) {
      const old = document('1900000001', ['1200', '4000'], '75.00', other);
      expect(explain([...old, ...booked])).toMatchObject({
        by: 'amounts',
        documents: ['1900000001'],
        why: '1900000001 covers it exactly and has no match',
      });
    }
  });

  it('that agree in one amount alone are told, and stop nothing', () => {
    expect(explain([line('D1', '1200', '30.00'), line('D1', '6900', '-30.00')])).toEqual({
      by: 'nothing',
      documents: [],
      why: '',
      searched: true,
      couldBe: ['D1'],
    });
  });
});
