// Scoring: found on every account and under a right reason, missed else; what nobody injected is wrong.
import { expect, it } from 'vitest';
import { score, type ReportedException } from '../../simulate/score.ts';
import { scoreJournals } from '../../simulate/scoreJournals.ts';
import type { TruthRow } from '../../simulate/truth.ts';

const MISSING: TruthRow = {
  id: 'missing_document#1',
  kind: 'missing_document',
  reason: 'MISSING_IN_LEDGER',
  also: [],
  class: 'difference',
  step: 'close',
  company: 'US01',
  location: 'WEB-US',
  accounts: ['1200', '4000'],
  references: ['SHP-1'],
  documents: [],
  eventIds: [{ source: '/oms/US01', id: 'evt-1' }],
  amount: '-10.00',
  currency: 'USD',
  note: '',
  lacking: [],
  held: '',
  items: ['1200', '4000'].map((account) => ({
    account,
    location: 'WEB-US',
    dimension: '',
    currency: 'USD',
    amount: '-10.00',
  })),
};

const leg = (account: string, amount = '-10.00'): ReportedException['legs'][number] => ({
  account,
  currency: 'USD',
  amount,
});

function reported(change: Partial<ReportedException>): ReportedException {
  return {
    id: 'x',
    reason: 'MISSING_IN_LEDGER',
    company: 'US01',
    legs: [leg('1200')],
    ledger: [],
    eventIds: [],
    references: ['SHP-1'],
    ...change,
  };
}

it('is found when every account is covered', () => {
  const both = [reported({}), reported({ id: 'y', legs: [leg('4000')] })];
  expect(score([MISSING], both, 'close')).toMatchObject({
    found: { missing_document: 1 },
    missed: [],
    wrong: [],
  });
});

it('is missed when one account is not, and names it', () => {
  expect(score([MISSING], [reported({})], 'close').missed).toMatchObject([
    { id: 'missing_document#1', accounts: ['4000'] },
  ]);
});

it('is missed when an amount is off by a cent, and names the account', () => {
  const both = [reported({}), reported({ id: 'y', legs: [leg('4000', '-10.01')] })];
  expect(score([MISSING], both, 'close').missed).toMatchObject([{ accounts: ['4000'] }]);
});

it('is missed under another reason, and that report is wrong', () => {
  const result = score([MISSING], [reported({ reason: 'MISSING_EVENT' })], 'close');
  expect(result.found).toEqual({});
  expect(result.wrong).toMatchObject([{ reason: 'MISSING_EVENT' }]);
});

it('what clears by itself is not wrong, and an unknown document is', () => {
  const timing = reported({ reason: 'TIMING', references: ['SHP-9'] });
  const invented = reported({ id: 'z', references: ['SHP-9'] });
  expect(score([MISSING], [timing, invented], 'close').wrong.map((each) => each.id)).toEqual(['z']);
});

it('a mistake that must not be reported is wrong when it is', () => {
  const clean: TruthRow = {
    ...MISSING,
    id: 'clean_void#1',
    kind: 'clean_void',
    reason: '',
    class: 'none',
    items: [],
  };
  const result = score([clean], [reported({})], 'close');
  expect(result.injected).toEqual({});
  expect(result.wrong).toHaveLength(1);
});

it('kinds that the engine does not know yet are left out of the count but still explain what is reported', () => {
  const result = score([MISSING], [reported({})], 'close', new Set(['double_posting']));
  expect(result).toEqual({ injected: {}, found: {}, missed: [], wrong: [] });
});

it('a report that draws in what is right is wrong by that reference', () => {
  const both = [
    reported({ references: ['SHP-1', 'SHP-7'] }),
    reported({ id: 'y', legs: [leg('4000')], references: ['SHP-1'] }),
  ];
  const result = score([MISSING], both, 'close');
  expect(result.found).toEqual({ missing_document: 1 });
  expect(result.wrong).toMatchObject([{ id: 'x', references: ['SHP-7'] }]);
});

it('at an earlier cut only false absences are wrong', () => {
  const booked = reported({ id: 'z', references: ['SHP-7'] });
  const other = reported({ id: 'y', reason: 'MISSING_EVENT', references: ['SHP-8'] });
  for (const step of ['mid', 'late'] as const) {
    expect(score([MISSING], [reported({}), booked, other], step).wrong.map(({ id }) => id)).toEqual(['z']);
  }
});

it('a journal is right once, for what the ledger lacks', () => {
  const lacking: TruthRow = { ...MISSING, lacking: ['SHP-1'] };
  const journal = (postingReference: string, reference: string) => ({
    postingReference,
    references: [reference],
    text: '',
    withdrawn: false,
  });
  expect(scoreJournals([lacking], [journal('A', 'SHP-1')])).toEqual({
    injected: { missing_entry: 1 },
    found: { missing_entry: 1 },
    missed: [],
    wrong: [],
  });
  const twice = [journal('A', 'SHP-1'), journal('B', 'SHP-1'), journal('C', 'SHP-7')];
  expect(scoreJournals([lacking], twice).wrong.map(({ id }) => id)).toEqual(['B', 'C']);
  const withdrawn = twice.map((each) => ({ ...each, withdrawn: true }));
  expect(scoreJournals([lacking], withdrawn).wrong.map(({ id }) => id)).toEqual(['C']);
});

it('what is missing must be proposed, unless a person has to look first', () => {
  const lacking: TruthRow = { ...MISSING, lacking: ['SHP-1'] };
  expect(scoreJournals([lacking], []).missed).toMatchObject([{ kind: 'missing_entry' }]);
  const held: TruthRow = { ...lacking, held: 'a manual journal has its amounts' };
  expect(scoreJournals([held], [])).toEqual({ injected: {}, found: {}, missed: [], wrong: [] });
});
