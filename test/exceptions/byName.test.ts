// A wrong sign or place that a name says comes before what fits several lines: those tie only because one of them is
// somewhere else.
import { describe, expect, it } from 'vitest';

import { classifyByName } from '../../src/exceptions/classify.ts';
import type { PassNote, ResidueLine } from '../../src/exceptions/model.ts';

const line = (
  side: 'E' | 'L',
  ext: string,
  amount: bigint,
  more: Partial<ResidueLine> = {},
): ResidueLine => ({
  unit: '1',
  lineId: ext,
  side,
  ext,
  reconciliation: 'clearing',
  company: 'US01',
  ledger: 'GL',
  account: '2210',
  location: 'S001',
  dimension: 'US-NY',
  currency: 'USD',
  amount,
  companyAmount: null,
  businessDate: '2026-10-14',
  accountingDate: '2026-10-14',
  period: '2026-10',
  reference: 'SHP-1',
  label: ext,
  columns: {},
  keys: [],
  duplicateOf: '',
  graceOver: true,
  othersMatched: false,
  ...more,
});
const tie = (lines: ResidueLine[]): PassNote => ({
  reconciliation: 'clearing',
  pass: 'assessment',
  kind: 'tie',
  lines,
});
const classify = (lines: ResidueLine[], notes: PassNote[]) =>
  classifyByName({ lines, notes, reconciliations: new Map(), taxAccounts: new Set() });
const told = (lines: ResidueLine[], notes: PassNote[]): string[] =>
  classify(lines, notes).items.map((item) => `${item.reason} ${item.lines.map(({ ext }) => ext).join(' ')}`);

describe('names before what fits several', () => {
  // The sale's tax line with debit and credit exchanged has the amount of the assessment's line, which has no location.
  const captured = line('E', 'E1', -1238n);
  const assessed = line('E', 'E2', 1238n, { location: '' });
  const reversed = line('L', 'L1', 1238n);
  const right = line('L', 'L2', 1238n, { location: '' });

  it('a sign exchanged is said, and the pass that it confused is tried again', () => {
    const lines = [captured, assessed, reversed, right];
    const notes = [tie([assessed, reversed, right])];
    expect(told(lines, notes)).toEqual(['SIGN_REVERSED E1 L1']);
    expect([...classify(lines, notes).again]).toEqual(['clearing']);
  });

  it('two that fit equally well and stand in no other place stay a question', () => {
    const other = line('L', 'L3', 1238n, { location: '', businessDate: '2026-10-15' });
    const notes = [tie([assessed, right, other])];
    expect(told([assessed, right, other], notes)).toEqual(['AMBIGUOUS E2 L2 L3']);
    expect(classify([assessed, right, other], notes).again.size).toBe(0);
  });

  it('what pays is not the sale on a wrong account, and does not hide the one that is', () => {
    const sale = line('E', 'E1', 40n, { account: '1200' });
    const receipt = line('L', 'L1', 40n, { account: '1000', settles: true });
    const wrong = line('L', 'L2', 40n, { account: '1299' });
    expect(told([sale, receipt], [])).toEqual([]);
    expect(told([sale, receipt, wrong], [])).toEqual(['WRONG_ACCOUNT E1 L2']);
  });

  it('a line that fits its own place is never taken for one with the sign exchanged', () => {
    const sales = [line('E', 'E1', 40n), line('E', 'E2', 40n, { businessDate: '2026-10-15' })];
    const booked = [line('L', 'L1', -40n), line('L', 'L2', 40n, { businessDate: '2026-10-15' })];
    const items = told([...sales, ...booked], [tie([...sales, booked[1] as ResidueLine])]);
    expect(items).toEqual(['AMBIGUOUS E1 E2 L2']);
  });
});
