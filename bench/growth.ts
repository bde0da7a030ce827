// What a line costs in a run eight times as large, each run the first of its database: a million sales must not cost more
// than a million times one. (What a history costs is in the chain of months.)
import { type ChainOptions, step } from './chain.ts';
import { type Figure, figure } from './figures.ts';
import type { StepResult } from './step.ts';

/** The larger run has so many times the lines of the smaller one. */
export const GROWTH = 8;

/** The first month of these inputs, and the run over it. */
export async function firstRun(options: ChainOptions): Promise<StepResult> {
  const [month] = options.inputs.months;
  if (month === undefined) throw new Error('the benchmark has no month');
  await step(options, { kind: 'ledger', files: [month.ledger] });
  await step(options, { kind: 'events', files: [month.events] });
  return step(options, { kind: 'reconcile', asOf: month.lastDay });
}

/** The run over `lines` a side, and what the same number of lines would take at the smaller run's pace. */
export function growthFigure(lines: number, larger: StepResult, smaller: StepResult): Figure {
  const name = `run time per line, ${GROWTH} times the lines`;
  const peak = Math.max(larger.peakMb, smaller.peakMb);
  const pace = { seconds: smaller.seconds * GROWTH, cpuSeconds: smaller.cpuSeconds * GROWTH };
  return figure(name, lines, larger, pace, peak);
}
