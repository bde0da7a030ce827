// Passes, budgets, the law of the tie-out, the proof against the ERP's balances, and when a thing is due.
import type { Mutant } from '../mutant.ts';
import { room } from '../mutant.ts';

const PASSES = ['test/matching/definition.test.ts', 'test/matching/sequence.test.ts'];
const LAW = ['test/scenarios/law.test.ts'];
const RUNS = [
  'test/scenarios/strongest.test.ts',
  'test/scenarios/decided.test.ts',
  'test/scenarios/differences.test.ts',
];

export const MATCHING: readonly Mutant[] = [
  ...room(PASSES, [
    {
      name: 'a difference at the lower bound of its tolerance is outside',
      find: 'difference >= bounds.from && difference <= bounds.to',
      put: 'difference > bounds.from && difference <= bounds.to',
    },
    {
      name: 'a pair is confirmed that is the best for one of its ends only',
      find: 'from least where gap = e_least and gap = l_least)',
      put: 'from least where gap = e_least)',
    },
    {
      name: 'of two candidates that fit equally well one is picked',
      find: 'where c.e_degree = 1 and c.l_degree = 1',
      put: 'where c.e_degree = 1',
    },
    {
      name: 'lines of zero net each other',
      find: 'having sum(ticks) = 0 and bool_or(ticks > 0) and bool_or(ticks < 0)',
      put: 'having sum(ticks) = 0',
    },
    {
      name: 'a window is a day longer than it says',
      find: 'between ${pass.window.from} and ${pass.window.to}`',
      put: 'between ${pass.window.from} - 1 and ${pass.window.to}`',
    },
    {
      name: 'the cap of a percentage is not held',
      find: 'high = `least(${high}, coalesce(${most}, ${high}))`;',
      put: '',
    },
    {
      name: 'a group that leaves a difference is taken',
      find: `where \${toleranceSql(pass.tolerance, 'e_ticks', 'l_ticks', 'currency')}),`,
      put: 'where true),',
    },
  ]),
  ...room(LAW, [
    {
      name: 'the law of the tie-out is not enforced',
      find: 'if (broken.rows.length === 0) return;',
      put: 'if (broken.rows.length >= 0) return;',
      short: 'test/scenarios/law.test.ts',
    },
    {
      name: 'the law of the tie-out is not enforced in company currency',
      find: 'c.company_difference <> c.company_explained or',
      put: '',
    },
    {
      name: 'lines without a home are no fault',
      find: ' or c.lost_expected <> 0 or c.lost_ledger <> 0',
      put: '',
    },
  ]),
  ...room(RUNS, [
    {
      name: 'a reversed pair is not netted',
      find: 'if (few.rowCount === 0) return lines;',
      put: 'return lines;',
    },
    {
      name: 'a group that a person took apart is matched again',
      find: 'if (banned.rowCount === 0) return;',
      put: 'return;',
    },
    {
      name: 'lines that fit several others equally well are left to a weaker pass',
      find: 'if (tied.rowCount === 0) return;',
      put: 'return;',
    },
    {
      name: 'what a pass only suggests is confirmed',
      find: `if (pass.result === 'suggested' || pass.acrossAccounts) {`,
      put: 'if (pass.acrossAccounts) {',
    },
    {
      name: 'a reversal of another amount nets',
      find: 'and o.ticks = -n.ticks and o.rank = n.rank',
      put: 'and o.rank = n.rank',
    },
  ]),
  ...room(
    ['test/scenarios/periodBudget.test.ts', 'test/scenarios/differences.test.ts'],
    [
      {
        name: 'the budget per line is not held',
        find: 'when not s.line_ok then',
        put: 'when false then',
      },
      {
        name: 'the budget of a unit is not held',
        find: 'when s.in_unit > $3 then',
        put: 'when $3::numeric < 0 then',
      },
      {
        name: 'the budget of a run is not held',
        find: 'when s.in_run > $4 then',
        put: 'when $4::numeric < 0 then',
      },
      {
        name: 'the budget of a period is not held',
        find: 'when s.in_period + coalesce(b.ticks, 0) > $5 then',
        put: 'when $5::numeric < 0 then',
      },
      {
        name: 'the budget of a period begins anew in each run',
        find: 'when s.in_period + coalesce(b.ticks, 0) > $5 then',
        put: 'when s.in_period > $5 then',
      },
    ],
  ),
  ...room(
    ['test/scenarios/ledgerControls.test.ts'],
    [
      {
        name: "a difference to the ERP's balance is not told",
        find: '.filter((proof) => !holds(proof))',
        put: '.filter((proof) => proof === undefined)',
      },
      {
        name: "the ERP's opening balance is left out of the proof",
        find: 'w.closing - (w.opening + l.amount',
        put: 'w.closing - (l.amount',
      },
    ],
  ),
  ...room(
    ['test/scenarios/controls.test.ts'],
    [
      {
        name: 'the last day of grace is over',
        find: 'return addDays(isoDate(businessDate), graceDays) < asOf;',
        put: 'return addDays(isoDate(businessDate), graceDays) <= asOf;',
      },
    ],
  ),
  ...room(
    ['test/matching/subset.test.ts'],
    [
      {
        name: 'of two sets that sum up the first one is the only one',
        find: 'if (found.length > 1) return {',
        put: 'if (found.length > 2) return {',
      },
      {
        name: 'a line counts twice in a set that sums up',
        find: 'if (new Set(picks).size !== picks.length) return;',
        put: '',
      },
      {
        name: 'a search that was cut short says that nothing fits',
        find: `: { verdict: 'gave-up', steps: search.steps };`,
        put: `: { verdict: 'none' };`,
      },
    ],
  ),
];
