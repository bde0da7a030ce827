// The figures and how they are shown: one JSON object a line for machines, a Markdown table with the targets for
// docs/benchmarks.md. A ratio is always taken against a floor of the same run on the same server.

/** The shape of `npm run bench -- --json` (spec: command line). */
export interface Figure {
  name: string;
  lines: number;
  seconds: number;
  floorSeconds: number | null;
  ratio: number | null;
  peakMb: number;
}

/** What a ratio is held against: at most `target`; `aim` is where we want to be. */
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

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

const HEAD = [
  '| figure | lines | seconds | floor | ratio | target | aim | peak MB |',
  '|---|--:|--:|--:|--:|--:|--:|--:|',
];

export const tableHead = (): string => HEAD.join('\n');

export function tableRow(figure: Figure): string {
  const { target, aim } = TARGETS[figure.name] ?? { target: '', aim: '' };
  const number = (value: number | null, digits: number): string =>
    value === null || Number.isNaN(value) ? '' : value.toFixed(digits);
  return `| ${[
    figure.name,
    figure.lines.toLocaleString('en'),
    number(figure.seconds, 2),
    number(figure.floorSeconds, 2),
    number(figure.ratio, 2),
    target,
    aim,
    number(figure.peakMb, 0),
  ].join(' | ')} |`;
}

export function figure(
  name: string,
  lines: number,
  seconds: number,
  floorSeconds: number | null,
  peakMb: number,
): Figure {
  const ratio = floorSeconds === null ? null : seconds / floorSeconds;
  return {
    name,
    lines,
    seconds: round(seconds),
    floorSeconds: roundOrNull(floorSeconds),
    ratio: roundOrNull(ratio),
    peakMb: Math.round(peakMb),
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
const roundOrNull = (value: number | null): number | null => (value === null ? null : round(value));
