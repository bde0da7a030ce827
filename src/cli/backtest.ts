// `rules backtest --against DIR`: what a changed rulebook would have matched and reported differently, in a reader's words.
import type { BacktestReport } from '../../jobs/run/backtest.ts';
import { backtest } from '../../jobs/run/backtest.ts';
import { shortly } from '../../jobs/run/rederive.ts';
import type { BacktestExample, BacktestRow } from '../db/backtest/compare.ts';
import { UserError } from '../errors.ts';
import { fewOf } from '../fewOf.ts';
import type { Command, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';

export const rulesBacktest: Command = {
  name: 'rules backtest',
  words: '',
  summary: 'what a changed rulebook would match differently on past data',
  options: {
    against: {
      type: 'string',
      value: 'DIR',
      says: 'folder of the changed rulebook',
      example: 'rulebook-next',
      needed: true,
    },
  },
  run(context) {
    const against = textOption(context, 'against');
    if (against === undefined)
      throw new UserError({
        what: 'no changed rulebook is given',
        expected: '--against DIR, a rulebook folder',
      });
    return withProject<ExitCode>(
      context,
      async ({ config, rulebook, db }) => {
        const progress = context.terminal
          ? { progress: (step: string) => process.stderr.write(`\r\u001b[K${step}`) }
          : {};
        const report = await backtest({ db, config, rulebook, against, clock: context.clock, ...progress });
        if (context.terminal) process.stderr.write('\r\u001b[K');
        if (context.json) context.print(JSON.stringify(report));
        else for (const line of backtestLines(report, against)) context.print(line);
        return 0;
      },
      true,
    );
  },
};

/** The report as text. */
export function backtestLines(report: BacktestReport, folder: string): string[] {
  const { present, against, asOf, derived, rows, examples } = report;
  const kept = (kind: BacktestRow['kind']) =>
    rows.filter((row) => row.kind === kind && row.change === 'same').reduce((n, row) => n + row.count, 0);
  const changes = (kind: BacktestRow['kind']) => {
    const lines = rows.filter((row) => row.kind === kind && row.change !== 'same').map(sentence);
    return lines.length === 0 ? ['  nothing else'] : lines;
  };
  return [
    `The rulebook in ${folder} (${against.slice(0, 12)}) instead of the one in use (${present.slice(0, 12)}),`,
    `on all that is stored, up to ${asOf}. Nothing of the real data was changed.`,
    '',
    derived.events + derived.moved === 0
      ? 'Entries: every event books what it books now'
      : `Entries: ${shortly(derived)}`,
    ...derived.held.map(({ what, why }) => `  left as it is: ${what}, ${why}`),
    `Matches: ${kept('match')} stay as they are`,
    ...changes('match'),
    `Exceptions: ${kept('exception')} stay as they are`,
    ...changes('exception'),
    ...(examples.length === 0 ? [] : ['', 'For example:']),
    ...examples.flatMap(story),
  ];
}

function sentence({
  kind,
  change,
  reconciliation,
  before,
  after,
  currency,
  count,
  amount,
}: BacktestRow): string {
  const sum = `${amount} ${currency}`;
  const what = `  ${count} ${change === 'lost' && kind === 'exception' ? 'gone' : change}`;
  if (kind === 'match') {
    if (change === 'new') return `${what} in ${reconciliation} by pass ${after}: ${sum}, open today`;
    if (change === 'lost') return `${what} in ${reconciliation}, of pass ${before}: ${sum} would be open`;
    const from =
      before === '' || before === after ? `by pass ${after}` : `by pass ${after} instead of ${before}`;
    return `${what} in ${reconciliation}: ${sum} ${from}`;
  }
  if (change === 'changed' && before !== after)
    return `${what} in ${reconciliation}: ${after} instead of ${before}, ${sum}`;
  return `${what} in ${reconciliation}: ${after || before}, ${sum}`;
}

function story({
  kind,
  change,
  before,
  after,
  amount,
  currency,
  references,
  lines,
}: BacktestExample): string[] {
  const called = references.length === 0 ? 'without reference' : fewOf(references, REFERENCES);
  const label = before === after || before === '' || after === '' ? after || before : `${before} -> ${after}`;
  const noun = change === 'lost' && kind === 'exception' ? 'exception gone' : `${kind} ${change}`;
  return [
    `  ${noun}: ${called} (${label}), ${amount} ${currency}`,
    ...lines.slice(0, LINES).map((one) => `    ${one.line}, ${one.amount} ${currency}`),
    ...(lines.length > LINES ? [`    and ${lines.length - LINES} more lines`] : []),
  ];
}

/** A summary's match can hold a day of lines, under as many references. */
const LINES = 6;
const REFERENCES = 4;
