// Which lines stand beside which in the picture of a case: ordinary situations, each with what a person would put side by side.
import { expect, test } from 'vitest';

import { pairsOf } from '../../jobs/reports/casePicture.ts';
import type { StoryLine } from '../../src/db/explain/lines.ts';

const line = (over: Partial<StoryLine> & Pick<StoryLine, 'side' | 'amount'>): StoryLine => ({
  line: `${over.side}${over.amount}${over.account ?? ''}`,
  unit: '1',
  origin: 'event',
  scope: 'in',
  label: '',
  ext: '',
  reconciliation: 'receivable',
  company: 'US01',
  ledger: 'GL',
  location: 'S001',
  dimension: '',
  account: '1200',
  currency: 'USD',
  companyCurrency: 'USD',
  companyAmount: null,
  businessDate: '2026-10-05',
  accountingDate: '2026-10-05',
  period: '2026-10',
  reference: 'SHP-1',
  eventSource: null,
  eventId: null,
  rule: null,
  rulebookHash: '',
  document: over.side === 'L' ? '4711' : null,
  documentLine: over.side === 'L' ? '1' : null,
  postingReference: null,
  text: null,
  createdBy: null,
  batch: '1',
  path: '',
  receivedAt: null,
  home: 'exception',
  match: null,
  exception: 'x',
  reason: 'AMOUNT_VARIANCE',
  status: 'open',
  why: null,
  successor: null,
  columns: {},
  ...over,
});

const told = (lines: StoryLine[]): string[] =>
  pairsOf(lines).map(({ expected, ledger, values }) => {
    const side = (one: typeof expected): string =>
      one === null ? 'nothing' : `${one.lines > 1 ? `${one.lines} x ` : ''}${one.account} ${one.amount}`;
    const differ = values.filter(({ agrees }) => !agrees).map(({ name }) => name);
    return `${side(expected)} | ${side(ledger)} | ${expected === null || ledger === null ? '' : differ.join(' ')}`;
  });

test('an amount off by a little: the values are compared', () => {
  expect(told([line({ side: 'E', amount: '10.00' }), line({ side: 'L', amount: '9.00' })])).toEqual([
    '1200 10.00 | 1200 9.00 | amount',
  ]);
});

test('a day’s summary beside its sales: sums are compared, not the first sale with all of them', () => {
  const sales = ['10.00', '20.00', '5.00'].map((amount) =>
    line({ side: 'E', amount, reference: `SHP-${amount}` }),
  );
  expect(told([...sales, line({ side: 'L', amount: '30.00', reference: 'POS-1' })])).toEqual([
    '3 x 1200 35.00 | 1200 30.00 | amount reference',
  ]);
});

test('booked on the wrong account: the two lines stand beside each other', () => {
  expect(
    told([line({ side: 'E', amount: '10.00' }), line({ side: 'L', amount: '10.00', account: '1300' })]),
  ).toEqual(['1200 10.00 | 1300 10.00 | account']);
});

test('booked twice: one ties, the other stands alone', () => {
  const settled = { match: '7', home: 'match', exception: null };
  expect(
    told([
      line({ side: 'E', amount: '10.00', ...settled }),
      line({ side: 'L', amount: '10.00', ...settled }),
      line({ side: 'L', amount: '10.00', document: '4712' }),
    ]),
  ).toEqual(['nothing | 1200 10.00 | ', '1200 10.00 | 1200 10.00 | ']);
});

test('missing on one of two accounts: what is there is not compared with what is not', () => {
  expect(
    told([
      line({ side: 'E', amount: '10.00' }),
      line({ side: 'L', amount: '10.00' }),
      line({ side: 'E', amount: '-10.00', account: '8400' }),
    ]),
  ).toEqual(['1200 10.00 | 1200 10.00 | ', '8400 -10.00 | nothing | ']);
});
