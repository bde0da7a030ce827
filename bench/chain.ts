// Four months one after the other in one database, every figure taken in each: the median over months is the figure, the
// last month against the first shows what history costs. A month: ledger, events, run; then the extract again with a
// next day in it, and in another order, that day's events, and the next day's run.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Database } from '../src/db/connection.ts';
import { type Figure, figure, median } from './figures.ts';
import { floorSeconds } from './floors.ts';
import type { Inputs } from './inputs.ts';
import type { Step, StepResult } from './step.ts';

const STEP = fileURLToPath(new URL('step.js', import.meta.url));
const MICRO = 1e6;

export interface ChainOptions {
  db: Database;
  inputs: Inputs;
  lines: number;
  repeats: number;
  months: number;
  /** Options of Node for the steps, such as --cpu-prof. */
  nodeOptions: readonly string[];
  note: (text: string) => void;
  /** Statements of a step that took longest are told. */
  profile: boolean;
}

/** What one month took. */
interface MonthTimes {
  ledger: StepResult & { floor: number };
  events: StepResult & { floor: number };
  run: StepResult & { bare: number; keyed: number };
  again: StepResult & { floor: number };
  reordered: StepResult & { floor: number };
  nextDay: StepResult & { worked: number };
  report: StepResult;
}

export async function chain(options: ChainOptions): Promise<Figure[]> {
  const times: MonthTimes[] = [];
  for (const month of options.inputs.months.slice(0, options.months)) {
    times.push(await oneMonth(options, month));
  }
  return figuresOf(options.lines, times);
}

async function oneMonth(options: ChainOptions, month: Inputs['months'][number]): Promise<MonthTimes> {
  const { db, repeats } = options;
  const ledger = await step(options, { kind: 'ledger', files: [month.ledger] });
  const batches = { ledger: ledger.result, events: '-1' };
  const ledgerFloor = await floorSeconds(db, 'ledger-copy', batches, repeats);
  const events = await step(options, { kind: 'events', files: [month.events] });
  batches.events = events.result;
  const eventsFloor = await floorSeconds(db, 'events-copy', batches, repeats);
  const run = await step(options, { kind: 'reconcile', asOf: month.lastDay });
  const bare = await floorSeconds(db, 'run-bare', batches, repeats);
  const keyed = await floorSeconds(db, 'run-keyed', batches, repeats);
  const again = await step(options, { kind: 'ledger', files: [month.redelivery] });
  const csv = { file: month.redelivery, columns: textColumns(month.redelivery) };
  const againFloor = await floorSeconds(db, 'redelivery-copy', csv, repeats);
  const reordered = await step(options, { kind: 'ledger', files: [month.reordered] });
  await step(options, { kind: 'events', files: [month.nextDay.events] });
  const open = await db.pool.query<{ n: string }>('select count(*) as n from tieout.open_item');
  const nextDay = await step(options, { kind: 'reconcile', asOf: month.nextDayDate });
  const report = await step(options, { kind: 'report' });
  const worked = 2 * month.nextDayLines + Number(open.rows[0]?.n ?? 0);
  return {
    ledger: { ...ledger, floor: ledgerFloor },
    events: { ...events, floor: eventsFloor },
    run: { ...run, bare, keyed },
    again: { ...again, floor: againFloor },
    reordered: { ...reordered, floor: againFloor },
    nextDay: { ...nextDay, worked },
    report,
  };
}

/** Runs one step in a process of its own. */
export async function step(options: ChainOptions, what: Omit<Step, 'config' | 'url'>): Promise<StepResult> {
  const asked: Step = { ...what, config: options.inputs.config, url: options.db.url };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...options.nodeOptions, STEP, JSON.stringify(asked)],
    { maxBuffer: 1 << 26 },
  );
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as StepResult;
  const label = what.kind === 'reconcile' ? `run as of ${what.asOf}` : `${what.kind} ${what.files?.[0]}`;
  options.note(
    `${result.seconds.toFixed(2)} s  (cpu ${result.cpuSeconds.toFixed(2)} s)  ${Math.round(result.peakMb)} MB  ${label}`,
  );
  if (options.profile) {
    for (const { seconds, calls, text } of result.statements)
      options.note(`    ${seconds.toFixed(3).padStart(8)} s ${String(calls).padStart(5)} x  ${text}`);
  }
  return result;
}

function textColumns(csv: string): string {
  const header = readFileSync(csv, 'utf8').slice(0, 2_000).split('\n')[0] ?? '';
  return header
    .split(',')
    .map((name) => `"${name.trim()}" text`)
    .join(', ');
}

function figuresOf(lines: number, times: readonly MonthTimes[]): Figure[] {
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return [];
  const later = times.length > 1 ? times.slice(1) : times;
  const of = (
    name: string,
    part: readonly MonthTimes[],
    pick: (month: MonthTimes) => [StepResult, number],
  ): Figure => {
    const picked = part.map(pick);
    const seconds = median(picked.map(([result]) => result.seconds));
    const peak = Math.max(...picked.map(([result]) => result.peakMb));
    return figure(name, lines, seconds, median(picked.map(([, floor]) => floor)), peak);
  };
  const perLine = ({ nextDay }: MonthTimes): number => (nextDay.seconds / nextDay.worked) * MICRO;
  const day = (name: string, month: MonthTimes): Figure => ({
    ...figure(name, month.nextDay.worked, month.nextDay.seconds, null, month.nextDay.peakMb),
    ratio: Math.round(perLine(month) * 10) / 10,
  });
  const peak = Math.max(...times.flatMap((month) => Object.values(month).map((result) => result.peakMb)));
  const growth = (name: string, pick: (month: MonthTimes) => StepResult): Figure =>
    figure(name, lines, pick(last).seconds, pick(first).seconds, pick(last).peakMb);
  return [
    of('run, against the bare join', times, ({ run }) => [run, run.bare]),
    of('run, against the keyed join', times, ({ run }) => [run, run.keyed]),
    of('ledger CSV, later months', later, ({ ledger }) => [ledger, ledger.floor]),
    of('events of 1 KB with 6 lines', times, ({ events }) => [events, events.floor]),
    of('extract again with 1% new', times, ({ again }) => [again, again.floor]),
    growth(`extract again, ${times.length} months held against 1`, ({ again }) => again),
    of('extract again, in another order', times, ({ reordered }) => [reordered, reordered.floor]),
    day('next day, 1 month held', first),
    day(`next day, ${times.length} months held`, last),
    {
      ...growth(`next day, ${times.length} months held against 1`, ({ nextDay }) => nextDay),
      lines: last.nextDay.worked,
      ratio: Math.round((perLine(last) / perLine(first)) * 1000) / 1000,
    },
    figure('workbook', lines, median(times.map(({ report }) => report.seconds)), null, last.report.peakMb),
    growth(`run time per line, ${times.length} months held against 1`, ({ run }) => run),
    {
      name: 'memory of our processes',
      lines,
      seconds: 0,
      floorSeconds: null,
      ratio: null,
      peakMb: Math.round(peak),
    },
  ];
}
