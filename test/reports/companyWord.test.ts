// One word of four, and the ordinary situations in which a hasty rule would say the wrong one.
import { expect, test } from 'vitest';

import { companyReasons, type CompanyState, companyWord } from '../../reports/companyWord.ts';

const ROW = { unexplained: '0.00', proven: true, provenTo: '2026-10', balanceDifference: null };
const state = (over: Partial<CompanyState> = {}): CompanyState => ({
  rows: [ROW],
  openCases: 0,
  quarantined: 0,
  overdue: 0,
  ...over,
});

test.each<[string, Partial<CompanyState>, string]>([
  ['everything ties and is proven', {}, 'tied and proven'],
  ['cases are open', { openCases: 2 }, 'tied with open cases'],
  // In the middle of a month the last balance is last month's: the account goes on, nothing is wrong.
  [
    'an account that goes on after its last balance',
    { rows: [{ ...ROW, proven: false }] },
    'tied and proven',
  ],
  // The ERP never gave a balance: that lines tie to an extract does not say that the extract is whole.
  ['no balance at all', { rows: [{ ...ROW, proven: null, provenTo: null }] }, 'incomplete'],
  ['a feed is late, and cases are open too', { overdue: 1, openCases: 3 }, 'incomplete'],
  ['records wait in quarantine', { quarantined: 1 }, 'incomplete'],
  ['a company that nothing came from yet', { rows: [] }, 'incomplete'],
  [
    'a balance disagrees, whatever else is late',
    { rows: [{ ...ROW, balanceDifference: '0.01' }], overdue: 1 },
    'breaks',
  ],
  ['something is unexplained', { rows: [{ ...ROW, unexplained: '0.01' }] }, 'breaks'],
])('%s', (_, over, word) => {
  expect(companyWord(state(over))).toBe(word);
});

test('says why, and nothing where nothing is to be said', () => {
  expect(companyReasons(state())).toEqual([]);
  expect(
    companyReasons(state({ openCases: 1, quarantined: 2, rows: [{ ...ROW, balanceDifference: '1.00' }] })),
  ).toEqual(['1 account disagrees with its balance', '2 records wait in quarantine', '1 open case']);
});
