// A demonstration in some twenty lines for people, and in the one JSON document of the contract.
import type { DemoOutcome } from '../../jobs/demo.ts';
import { openByReason } from '../../jobs/demo.ts';
import type { DemoStep, Taken } from '../../jobs/demoMonth.ts';
import type { IngestKind } from '../../jobs/ingest.ts';
import { showAmount } from '../../jobs/statement.ts';
import { decimal, sum } from '../money/decimal.ts';
import type { Score } from '../simulate/score.ts';
import { grouped } from './tieOutText.ts';

/** Around the outcome: where, and how long. */
export interface DemoFrame {
  folder: string;
  seconds: number;
}

const WIDTH = 112;
const INDENT = 13;
/** Between words that stay on one line; printed as a space. */
const GLUE = '\u00a0';

/** For `--json`: exactly the fields of the contract. */
export function demoJson({ simulation, score, ...outcome }: DemoOutcome, frame: DemoFrame): object {
  return {
    seed: simulation.seed,
    events: simulation.events,
    ledgerLines: simulation.ledgerLines,
    injected: score.injected,
    found: score.found,
    missed: score.missed,
    wrong: score.wrong,
    unexplained: outcome.unexplained,
    resultHash: outcome.resultHash,
    workbook: outcome.workbook,
    journalFile: outcome.journals.files[0] ?? null,
    confirmed: outcome.confirmed,
    seconds: Number(frame.seconds.toFixed(1)),
  };
}

export function demoLines(outcome: DemoOutcome, frame: DemoFrame): string[] {
  const { simulation, steps, score, posting, journals } = outcome;
  const [mid, close] = steps;
  const after = steps.at(-1);
  const amounts = new Map<string, string[]>();
  for (const { currency, amount } of posting.proposed) {
    amounts.set(currency, [...(amounts.get(currency) ?? []), amount]);
  }
  const worth = [...amounts].map(([currency, each]) => {
    const total = sum(each.map((text) => decimal(text))).toFixed();
    return `${grouped(showAmount(total, currency))} ${currency}`;
  });
  return [
    `A retailer's ${simulation.month.name} in ${frame.folder}: seed ${simulation.seed}, ${number(simulation.orders)} orders,` +
      ` 2 companies, 24 stores; ${number(simulation.events)} events, ${number(simulation.ledgerLines)} ledger lines.`,
    '',
    ...entry('Taken in', `${takenText('events', steps)}. ${takenText('ledger', steps)}.`),
    ...(mid === undefined ? [] : entry('Mid-month', stepText(mid))),
    ...(close === undefined ? [] : entry('Close', stepText(close))),
    ...entry('Mistakes', scoreText(score)),
    ...entry('', kindsText(score)),
    ...entry(
      'Proposed',
      `${number(posting.proposed.length)} journals for what the ledger lacks, ${worth.join(' and ')};` +
        ` proposed by the run, approved by ben: ${number(posting.approved)}.`,
    ),
    ...entry(
      'Posted',
      `${number(posting.states['POSTED'] ?? 0)} files to the ERP's folder; it took ${number(journals.files.length)} in` +
        `${journals.refused.length === 0 ? '' : ` and refused ${journals.refused.join('; ')}`}.`,
    ),
    ...(after === undefined
      ? []
      : entry(
          'Next extract',
          `${number(outcome.confirmed)} journals confirmed. ${stepText(after)} Still open, for people: ` +
            openByReason(after.exceptions)
              .map(([reason, count]) => `${reason}${GLUE}${number(count)}`)
              .join(', '),
        )),
    '',
    ...entry('Workbook', outcome.workbook),
    ...entry('Journal file', journals.files[0] ?? 'none'),
    ...entry('Go on', `cd ${frame.folder}, then tieout exceptions, statement, explain ID, verify`),
    ...entry('', `${frame.seconds.toFixed(1)} seconds`),
  ];
}

function takenText(kind: IngestKind, steps: readonly DemoStep[]): string {
  const total = (field: keyof Taken): number => steps.reduce((n, step) => n + step.taken[kind][field], 0);
  const what = kind === 'events' ? 'files of events' : 'ledger extracts';
  return (
    `${number(total('files'))} ${what}: ${number(total('accepted'))} records new,` +
    ` ${number(total('duplicates'))} known already, ${number(total('quarantined'))} refused`
  );
}

function stepText({ statement, exceptions }: DemoStep): string {
  const rows = statement.reconciliations;
  const matches = rows.reduce((n, row) => n + row.matched.groups, 0);
  const unexplained = sum(rows.map((row) => decimal(row.unexplained)));
  const proven = rows.filter((row) => row.proven === true).length;
  const known = rows.filter((row) => row.proven !== null).length;
  const waiting = exceptions.filter((each) => each.reason === 'TIMING').length;
  return (
    `as of ${statement.asOf}: ${number(matches)} matches, ${number(exceptions.length)} open items` +
    ` (${number(waiting)} of them only waiting), unexplained ${showAmount(unexplained.toFixed(), 'USD')}` +
    `${known === 0 ? '' : `, ${proven} of ${known} accounts proven by the ERP's balances`}.`
  );
}

function scoreText(score: Score): string {
  const total = (counts: Record<string, number>): number => Object.values(counts).reduce((n, m) => n + m, 0);
  return (
    `${number(total(score.injected))} made on purpose, ${number(total(score.found))} found,` +
    ` ${number(score.missed.length)} missed, ${number(score.wrong.length)} reported that are none:`
  );
}

function kindsText({ injected, found }: Score): string {
  return Object.entries(injected)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, n]) => `${kind}${GLUE}${found[kind] === n ? n : [found[kind] ?? 0, 'of', n].join(GLUE)}`)
    .join(', ');
}

/** A label and its text, wrapped under itself. */
function entry(label: string, text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? label : '').padEnd(INDENT) + each.replaceAll(GLUE, ' '));
}

function number(count: number): string {
  return grouped(String(count));
}
