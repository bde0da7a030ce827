// Four months one after the other in one database, every figure taken in each: the median over months is the figure, the
// last month against the first shows what history costs. A month: ledger, events, run; then the extract again with a
// next day in it, and in another order, that day's events, and the next day's run.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Database } from '../src/db/connection.ts';
import { type Figure, figure, usageText } from './figures.ts';
import { floorUsage } from './floors.ts';
import type { Inputs } from './inputs.ts';
import type { Step, StepResult } from './step.ts';
import { medianUsage, type Usage } from './usage.ts';

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
  ledger: StepResult & { floor: Usage };
  events: StepResult & { floor: Usage };
  run: StepResult & { bare: Usage; keyed: Usage };
  again: StepResult & { floor: Usage };
  reordered: StepResult & { floor: Usage };
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
  const { db } = options;
  const ledger = await step(options, { kind: 'ledger', files: [month.ledger] });
  const events = await step(options, { kind: 'events', files: [month.events] });
  const run = await step(options, { kind: 'reconcile', asOf: month.lastDay });
  const again = await step(options, { kind: 'ledger', files: [month.redelivery] });
  const reordered = await step(options, { kind: 'ledger', files: [month.reordered] });
  await step(options, { kind: 'events', files: [month.nextDay.events] });
  const open = await db.pool.query<{ n: string }>('select count(*) as n from tieout.open_item');
  const nextDay = await step(options, { kind: 'reconcile', asOf: month.nextDayDate });
  const report = await step(options, { kind: 'report' });
  const worked = 2 * month.nextDayLines + Number(open.rows[0]?.n ?? 0);
  // Floors come last: who reads a row first marks it as committed, and that is logged. The run has to pay for it.
  const batches = { ledger: ledger.result, events: events.result };
  const csv = { file: month.redelivery, columns: textColumns(month.redelivery) };
  const againFloor = await floor(options, 'redelivery-copy', csv);
  return {
    ledger: { ...ledger, floor: await floor(options, 'ledger-copy', batches) },
    events: { ...events, floor: await floor(options, 'events-copy', batches) },
    run: {
      ...run,
      bare: await floor(options, 'run-bare', batches),
      keyed: await floor(options, 'run-keyed', batches),
    },
    again: { ...again, floor: againFloor },
    reordered: { ...reordered, floor: againFloor },
    nextDay: { ...nextDay, worked },
    report,
  };
}

async function floor(
  options: ChainOptions,
  name: string,
  values: Readonly<Record<string, string>>,
): Promise<Usage> {
  const usage = await floorUsage(options.db, name, values, options.repeats);
  options.note(`${usageText(usage)}  floor ${name}`);
  return usage;
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
  const label =
    what.kind === 'reconcile' ? `run as of ${what.asOf}` : `${what.kind} ${what.files?.[0] ?? ''}`;
  options.note(`${usageText(result)}  ${Math.round(result.peakMb)} MB  ${label}`);
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
    pick: (month: MonthTimes) => [StepResult, Usage],
  ): Figure => {
    const picked = part.map(pick);
    const peak = Math.max(...picked.map(([result]) => result.peakMb));
    const floors = medianUsage(picked.map(([, usage]) => usage));
    return figure(name, lines, medianUsage(picked.map(([result]) => result)), floors, peak);
  };
  const perLine = ({ nextDay }: MonthTimes): Pick<Usage, 'seconds' | 'cpuSeconds'> => ({
    seconds: nextDay.seconds / nextDay.worked,
    cpuSeconds: nextDay.cpuSeconds / nextDay.worked,
  });
  const micros = (seconds: number): number => Math.round(seconds * MICRO * 10) / 10;
  const day = (name: string, month: MonthTimes): Figure => ({
    ...figure(name, month.nextDay.worked, month.nextDay, null, month.nextDay.peakMb),
    ratio: micros(perLine(month).seconds),
    cpuRatio: micros(perLine(month).cpuSeconds),
  });
  const peak = Math.max(...times.flatMap((month) => Object.values(month).map((result) => result.peakMb)));
  const growth = (name: string, pick: (month: MonthTimes) => StepResult): Figure =>
    figure(name, lines, pick(last), pick(first), pick(last).peakMb);
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
      ratio: Math.round((perLine(last).seconds / perLine(first).seconds) * 1000) / 1000,
      cpuRatio: Math.round((perLine(last).cpuSeconds / perLine(first).cpuSeconds) * 1000) / 1000,
    },
    figure('workbook', lines, medianUsage(times.map(({ report }) => report)), null, last.report.peakMb),
    growth(`run time per line, ${times.length} months held against 1`, ({ run }) => run),
    {
      name: 'memory of our processes',
      lines,
      seconds: 0,
      floorSeconds: null,
      ratio: null,
      peakMb: Math.round(peak),
      cpuSeconds: null,
      floorCpuSeconds: null,
      cpuRatio: null,
      walBytes: null,
      storedBytes: null,
    },
  ];
}
