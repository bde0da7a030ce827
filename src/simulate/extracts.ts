// Which extracts the ERP hands out over the month, and in which order a person would take everything in.
import { addDays } from '../accounting/dates.ts';
import type { Extract } from './books.ts';
import type { Month } from './calendar.ts';
import type { Desk } from './desk.ts';
import { COMPANIES } from './world.ts';

const LINES_BEFORE_THE_CUT = 200;

/** One step of the month: what to take in, in this order, and the cut to reconcile after it. */
export interface SimulationStep {
  name: 'mid' | 'close';
  ingest: { command: 'periods' | 'opening' | 'events' | 'ledger' | 'balances'; files: string[] }[];
  asOf: string;
}

/** A mid-month extract of one company (the other's is late), a broken one, a partial one, and the closing one. */
export function extractsOf(month: Month, mid: Month['first']): Extract[] {
  const both = COMPANIES.map((company) => company.code);
  const at = (day: Month['first']): string => `${addDays(day, 1)}T09:30:00Z`;
  const base = { from: month.first, createdFrom: addDays(month.first, -40) };
  const week = addDays(mid, 7);
  return [
    {
      ...base,
      path: 'ledger/01-month-to-date.csv',
      mode: 'full',
      complete: true,
      companies: ['US01'],
      to: month.last,
      extractedAt: at(mid),
      createdTo: mid,
    },
    {
      ...base,
      path: 'ledger/02-broken.csv',
      mode: 'full',
      complete: true,
      companies: both,
      to: month.last,
      extractedAt: at(week),
      createdTo: week,
      cutAfterLines: LINES_BEFORE_THE_CUT,
    },
    {
      path: 'ledger/04-partial.csv',
      mode: 'delta',
      complete: false,
      companies: ['DE01'],
      from: month.first,
      to: month.last,
      extractedAt: at(addDays(mid, 8)),
      createdFrom: addDays(mid, 1),
      createdTo: addDays(mid, 8),
    },
    {
      ...base,
      path: 'ledger/05-closing.csv',
      mode: 'full',
      complete: true,
      companies: both,
      to: addDays(month.last, 30),
      extractedAt: at(month.asOf),
      createdTo: month.asOf,
    },
  ];
}

/** Truth about whole files: the late one and the broken one. */
export function tellFeeds(desk: Desk, extracts: readonly Extract[]): void {
  desk.truth.add({
    kind: 'late_feed',
    reason: 'FEED_OVERDUE',
    class: 'control',
    step: 'mid',
    company: 'DE01',
    note: 'The German extract of mid-month never came.',
  });
  desk.truth.add({
    kind: 'broken_extract',
    reason: 'BATCH_INCOMPLETE',
    class: 'control',
    company: '',
    note: `${extracts[1]?.path ?? ''} broke off: its control file counts more lines than it has.`,
    references: [extracts[1]?.path ?? ''],
  });
}

/** The month as a script: what to take in, in this order, and when to reconcile. */
export function stepsOf(
  month: Month,
  mid: string,
  days: ReadonlyMap<string, ReadonlySet<string>>,
  dirtyLedger: readonly string[],
  extracts: readonly Extract[],
): SimulationStep[] {
  const paths = (from: string, to: string): string[] =>
    [...days.keys()]
      .filter((day) => day > from && day <= to)
      .sort()
      .flatMap((day) => [...(days.get(day) ?? [])].sort());
  const [first, broken, partial, closing] = extracts.map((extract) => extract.path);
  return [
    {
      name: 'mid',
      ingest: [
        { command: 'periods', files: ['periods.csv'] },
        { command: 'opening', files: ['opening.csv'] },
        { command: 'events', files: paths('', mid) },
        { command: 'ledger', files: [first ?? ''] },
      ],
      asOf: mid,
    },
    {
      name: 'close',
      ingest: [
        { command: 'events', files: paths(mid, '9999') },
        { command: 'ledger', files: [broken ?? '', ...dirtyLedger, partial ?? '', closing ?? ''] },
        { command: 'balances', files: ['balances.csv'] },
      ],
      asOf: month.asOf,
    },
  ];
}
