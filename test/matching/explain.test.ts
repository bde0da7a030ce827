// Why a candidate was refused, in the words that a controller reads.
import { describe, expect, test } from 'vitest';

import { daysBetween, isoDate } from '../../src/accounting/dates.ts';
import { bestRefused, type NamedLine, type OpenGroup } from '../../src/matching/explain.ts';
import { readTicks } from '../../src/money/ticks.ts';
import { decimal } from '../../src/money/decimal.ts';
import type { Pass } from '../../src/rulebook/model.ts';

const PLAIN: Pass = {
  name: 'document',
  type: 'one-to-one',
  keys: [{ expected: ['reference'], ledger: ['reference'], normalise: [] }],
  result: 'confirmed',
  identifies: true,
  perDay: false,
  where: {},
  sides: 'together',
  acrossAccounts: false,
  active: true,
  version: '1',
};
const CENTS: Pass = {
  ...PLAIN,
  name: 'cents',
  tolerance: {
    absolute: new Map([['*', { from: decimal('-0.05'), to: decimal('0.05') }]]),
    account: 'rounding',
    budget: {},
  },
};
const WINDOW: Pass = { ...PLAIN, window: { from: -1, to: 5, when: 'after' } };
const SUMMARY: Pass = {
  ...PLAIN,
  name: 'day-summary',
  type: 'many-to-one',
  keys: [{ expected: ['businessDate'], ledger: ['businessDate'], normalise: [] }],
};

let next = 0;
function line(
  side: 'E' | 'L',
  amount: string,
  more: Partial<NamedLine> & { reference?: string } = {},
): NamedLine {
  next += 1;
  const { reference = 'R1', ...given } = more;
  const businessDate = given.businessDate ?? '2026-03-10';
  return {
    unit: '1',
    lineId: String(next),
    side,
    ext: `${side}${String(next).padStart(3, '0')}`,
    account: '1200',
    currency: 'USD',
    amount: readTicks(amount),
    companyAmount: null,
    businessDate,
    accountingDate: businessDate,
    columns: { reference, businessDate },
    label: `${side}${amount}`,
    company: 'US01',
    ledger: 'GL',
    location: '101',
    dimension: '',
    takenBy: '',
    ...given,
  };
}

const day = (_: string | undefined, at: string): number => daysBetween(isoDate('1970-01-01'), isoDate(at));
const why = (
  passes: Pass[],
  mine: NamedLine,
  candidates: NamedLine[],
  groups: OpenGroup[] = [],
): string | undefined => bestRefused(passes, mine, candidates, groups, day)?.words;
const side = (labels: string[], sum: string): OpenGroup['E'] => ({
  count: labels.length,
  sum: readTicks(sum),
  labels: labels.slice(0, 3),
});

describe('the nearest refused candidate', () => {
  test('an amount outside the tolerance', () => {
    expect(why([CENTS], line('E', '50.00'), [line('L', '50.07')])).toBe(
      'ledger L50.07, pass cents: reference agrees, amount 0.07 apart, tolerance 0.05',
    );
  });

  test('a date outside the window', () => {
    expect(why([WINDOW], line('E', '50.00'), [line('L', '50.00', { businessDate: '2026-03-19' })])).toBe(
      'ledger L50.00, pass document: reference agrees, same amount, 9 days later in the ledger, window -1..5',
    );
  });

  test('another reference, another place, and one that is taken', () => {
    const mine = line('E', '50.00');
    expect(why([PLAIN], mine, [line('L', '50.00', { reference: 'R2' })])).toContain(
      'reference differs (expected R1, ledger R2)',
    );
    expect(why([PLAIN], mine, [line('L', '50.00', { unit: '2', location: '102' })])).toContain(
      'location 102 instead of 101',
    );
    expect(why([PLAIN], mine, [line('L', '50.00', { takenBy: 'match 7' })])).toContain('already in match 7');
  });

  test('of several the one with the fewest failing conditions, then the nearest amount', () => {
    const found = why([PLAIN, CENTS], line('E', '50.00'), [
      line('L', '50.90'),
      line('L', '50.20', { label: 'near' }),
      line('L', '50.00', { reference: 'R2', account: '4000' }),
    ]);
    expect(found).toContain('ledger near, pass document');
  });

  test('a group that does not sum tells both sums', () => {
    const group = { place: 0, E: side(['S1', 'S2'], '110.00'), L: side(['Z/1'], '100.00') };
    expect(why([SUMMARY], line('E', '60.00'), [], [group])).toBe(
      'ledger Z/1, pass day-summary: business date 2026-03-10 agrees, 2 expected sum to 110.00, 1 in the ledger to 100.00: 10.00 apart, must be equal',
    );
  });

  test('of a large group three members are named, and several summaries are one sum', () => {
    const group = {
      place: 1,
      E: side(['S1', 'S2', 'S3', 'S4', 'S5'], '110.00'),
      L: side(['Z/1', 'Z/2'], '111.00'),
    };
    expect(why([PLAIN, SUMMARY], line('L', '60.00'), [], [group])).toBe(
      'expected S1, S2, S3 and 2 more, pass day-summary: business date 2026-03-10 agrees, 5 expected sum to 110.00, 2 in the ledger to 111.00: 1.00 apart, must be equal',
    );
  });

  test('a line that shares neither keys nor amount is no candidate', () => {
    expect(why([PLAIN], line('E', '50.00'), [line('L', '80.00', { reference: 'R9' })])).toBeUndefined();
    expect(why([PLAIN], line('E', '50.00'), [line('L', '80.00', { takenBy: 'match 7' })])).toBeUndefined();
  });
});
