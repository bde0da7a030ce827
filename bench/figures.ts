// The figures and how they are shown: one JSON object a line for machines, a Markdown table with the targets for
// docs/benchmarks.md. A ratio is always taken against a floor of the same run on the same server; that of processor
// time stands first, because a machine that does other work hardly changes it.
import type { Usage } from './usage.ts';

/** The shape of `npm run bench -- --json` (spec: command line). */
export interface Figure {
  name: string;
  lines: number;
  seconds: number;
  floorSeconds: number | null;
  ratio: number | null;
  peakMb: number;
  /** Of our processes and the server together. */
  cpuSeconds: number | null;
  floorCpuSeconds: number | null;
  cpuRatio: number | null;
  /** What the step wrote into the server's log, and what its tables grew by. */
  walBytes: number | null;
  storedBytes: number | null;
}

/** What a ratio of clock time is held against: at most `target`; `aim` is where we want to be. */
export const TARGETS: Readonly<Record<string, { target: string; aim: string }>> = {
  'run, against the bare join': { target: '3.5', aim: '2.5' },
  'run, against the keyed join': { target: '1.5', aim: '1.2' },
  'ledger CSV, later months': { target: '1.8', aim: '1.3' },
  'events of 1 KB with 6 lines': { target: '2.0', aim: '1.5' },
  'extract again with 1% new': { target: '1.5', aim: '1.2' },
  'extract again, 4 months held against 1': { target: '1.2', aim: '1.0' },
  'next day, 1 month held': { target: '25 us/line', aim: '12 us/line' },
  'next day, 4 months held': { target: '25 us/line', aim: '12 us/line' },
  'next day, 4 months held against 1': { target: '1.2', aim: '1.0' },
  'run time per line, 4 months held against 1': { target: '1.2', aim: '1.05' },
  'run time per line, 8 times the lines': { target: '1.2', aim: '1.05' },
  'workbook-100k': { target: '30 s, 250 MB', aim: '' },
  'memory of our processes': { target: '400 MB', aim: '250 MB' },
  'subset search, found': { target: '95%', aim: '99%' },
  'subset search, false unique': { target: '0', aim: '0' },
};

const HEAD = [
  '| figure | lines | cpu s | floor | ratio | clock s | floor | ratio | target | aim | WAL MB | stored MB | peak MB |',
  '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
];

export const tableHead = (): string => HEAD.join('\n');

export function tableRow(figure: Figure): string {
  const { target, aim } = TARGETS[figure.name] ?? { target: '', aim: '' };
  const number = (value: number | null, digits: number): string =>
    value === null || Number.isNaN(value) ? '' : value.toFixed(digits);
  return `| ${[
    figure.name,
    figure.lines.toLocaleString('en'),
    number(figure.cpuSeconds, 2),
    number(figure.floorCpuSeconds, 2),
    number(figure.cpuRatio, 2),
    number(figure.seconds, 2),
    number(figure.floorSeconds, 2),
    number(figure.ratio, 2),
    target,
    aim,
    number(megabytes(figure.walBytes), 1),
    number(megabytes(figure.storedBytes), 1),
    number(figure.peakMb, 0),
  ].join(' | ')} |`;
}

/** What a step took, against its floor where it has one. */
export function figure(
  name: string,
  lines: number,
  usage: Usage,
  floor: Pick<Usage, 'seconds' | 'cpuSeconds'> | null,
  peakMb: number,
): Figure {
  return {
    name,
    lines,
    seconds: round(usage.seconds),
    floorSeconds: roundOrNull(floor && floor.seconds),
    ratio: roundOrNull(floor && usage.seconds / floor.seconds),
    peakMb: Math.round(peakMb),
    cpuSeconds: round(usage.cpuSeconds),
    floorCpuSeconds: roundOrNull(floor && floor.cpuSeconds),
    cpuRatio: roundOrNull(floor && usage.cpuSeconds / floor.cpuSeconds),
    walBytes: usage.walBytes,
    storedBytes: usage.storedBytes,
  };
}

/** A line for the reader who waits: what one step or floor took. */
export function usageText(usage: Usage): string {
  const { seconds, cpuSeconds, ownCpuSeconds, walBytes, storedBytes } = usage;
  const wrote = `WAL ${(walBytes / MB).toFixed(1)} MB, stored ${(storedBytes / MB).toFixed(1)} MB`;
  return `${seconds.toFixed(2)} s  (cpu ${cpuSeconds.toFixed(2)} s, ours ${ownCpuSeconds.toFixed(2)}; ${wrote})`;
}

const MB = 1e6;
const megabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / MB);
const round = (value: number): number => Math.round(value * 1000) / 1000;
const roundOrNull = (value: number | null): number | null => (value === null ? null : round(value));
