// Which extracts the ERP hands out over the month, and in which order a person would take everything in.
import { addDays } from '../src/accounting/dates.ts';
import type { Books, Extract } from './books.ts';
import type { Month } from './calendar.ts';
import type { Desk } from './desk.ts';
import { COMPANIES } from './world.ts';

const LINES_BEFORE_THE_CUT = 200;
const LINES_WITH_BLANKS = 40;
const PADDED_DAYS = 5;
/** Days after mid-month of the late step's cut, and on which its extract is made: the cut is earlier. */
const LATE_CUT = 8;
const LATE_EXTRACT = 10;

const PATHS = {
  first: 'ledger/01-month-to-date.csv',
  late: 'ledger/02-late.csv',
  blanks: 'ledger/02-blanks.csv',
  zeros: 'ledger/02-zeros.csv',
  broken: 'ledger/03-broken.csv',
  partial: 'ledger/04-partial.csv',
  closing: 'ledger/05-closing.csv',
} as const;

/** One step of the month: what to take in, in this order, and the cut to reconcile after it. */
export interface SimulationStep {
  name: 'mid' | 'late' | 'close';
  ingest: { command: 'periods' | 'opening' | 'events' | 'ledger' | 'balances'; files: string[] }[];
  asOf: string;
}

/**
 * A mid-month extract of one company; the other's, late; two in which an export had padded the account numbers, with blanks
 * and with zeros; a broken one, a partial one, and the closing one.
 */
export function extractsOf(month: Month, mid: Month['first']): Extract[] {
  const both = COMPANIES.map((company) => company.code);
  const at = (day: Month['first']): string => `${addDays(day, 1)}T09:30:00Z`;
  const base = { from: month.first, to: month.last as string, createdFrom: addDays(month.first, -40) };
  const full = { ...base, mode: 'full', complete: true } as const;
  const delta = { ...base, mode: 'delta', complete: false } as const;
  const after = (days: number): Month['first'] => addDays(mid, days);
  const made = (days: number) => ({ extractedAt: at(after(days)), createdTo: after(days) });
  return [
    { ...full, path: PATHS.first, companies: ['US01'], ...made(0) },
    { ...full, path: PATHS.late, companies: ['DE01'], ...made(LATE_EXTRACT) },
    {
      ...delta,
      path: PATHS.blanks,
      companies: ['DE01'],
      ...made(LATE_CUT),
      atMostLines: LINES_WITH_BLANKS,
      spelling: { account: (number) => `${number}  ` },
    },
    {
      ...full,
      path: PATHS.zeros,
      companies: ['US01'],
      ...made(LATE_CUT),
      to: addDays(month.first, PADDED_DAYS - 1),
      spelling: { account: (number) => number.padStart(10, '0') },
    },
    { ...full, path: PATHS.broken, companies: both, ...made(7), cutAfterLines: LINES_BEFORE_THE_CUT },
    {
      ...delta,
      path: PATHS.partial,
      companies: ['DE01'],
      ...made(LATE_CUT),
      createdFrom: after(1),
      spelling: { withoutCompanyAmounts: true },
    },
    {
      ...full,
      path: PATHS.closing,
      companies: both,
      to: addDays(month.last, 30),
      extractedAt: at(month.asOf),
      createdTo: month.asOf,
    },
  ];
}

/** Truth about whole files: the late one and the broken one. */
export function tellFeeds(desk: Desk): void {
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
    note: `${PATHS.broken} broke off: its control file counts more lines than it has.`,
    references: [PATHS.broken],
  });
}

/** Truth about the file whose account numbers end in blanks: every line of it is refused. */
export function blanksTruth(books: Books): string {
  const row = {
    file: PATHS.blanks,
    quarantined: { BAD_KEY: books.rowsOf(PATHS.blanks) },
    duplicates: 0,
    note: 'An export padded the account numbers with blanks: no account bears such a name.',
  };
  return `${JSON.stringify(row)}\n`;
}

/** The month as a script: what to take in, in this order, and when to reconcile. */
export function stepsOf(
  month: Month,
  mid: Month['first'],
  days: ReadonlyMap<string, ReadonlySet<string>>,
  dirtyLedger: readonly string[],
): SimulationStep[] {
  const paths = (from: string, to: string): string[] =>
    [...days.keys()]
      .filter((day) => day > from && day <= to)
      .sort()
      .flatMap((day) => [...(days.get(day) ?? [])].sort());
  const late = addDays(mid, LATE_CUT);
  return [
    {
      name: 'mid',
      ingest: [
        { command: 'periods', files: ['periods.csv'] },
        { command: 'opening', files: ['opening.csv'] },
        { command: 'events', files: paths('', mid) },
        { command: 'ledger', files: [PATHS.first] },
      ],
      asOf: mid,
    },
    {
      name: 'late',
      ingest: [
        { command: 'events', files: paths(mid, late) },
        { command: 'ledger', files: [PATHS.partial, PATHS.late, PATHS.blanks, PATHS.zeros] },
      ],
      asOf: late,
    },
    {
      name: 'close',
      ingest: [
        { command: 'events', files: paths(late, '9999') },
        { command: 'ledger', files: [PATHS.broken, ...dirtyLedger, PATHS.closing] },
        { command: 'balances', files: ['balances.csv'] },
      ],
      asOf: month.asOf,
    },
  ];
}
