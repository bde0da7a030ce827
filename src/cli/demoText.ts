// A demonstration in some twenty lines for people, and in the one JSON document of the contract.
import path from 'node:path';

import type { DemoOutcome } from '../../jobs/demo/demo.ts';
import { openByReason } from '../../jobs/demo/demo.ts';
import type { DemoStep, Taken } from '../../jobs/demo/month.ts';
import type { IngestKind } from '../../jobs/intake/ingest.ts';
import { showAmount } from '../money/showAmount.ts';
import { decimal, sum } from '../money/decimal.ts';
import type { Score } from '../../simulate/score.ts';
import { grouped } from './tieOutText.ts';

/** Around the outcome: where, and how long. */
export interface DemoFrame {
  folder: string;
  seconds: number;
}

const WIDTH = 112;
const INDENT = 13;
const MOST_REASONS = 5;
/** How often the simulator makes most kinds of mistakes. */
const TWICE = 2;
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
  const [mid, close] = ['mid', 'close'].map((name) => steps.find((step) => step.name === name));
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
      `${number(posting.proposed.length)} journals for what the ledger lacks, ${worth.join(' and ')}.` +
        ` The run made them, ben approved ${number(posting.approved)} of them.`,
    ),
    ...entry(
      'Posted',
      `${number(posting.states['POSTED'] ?? 0)} files to the ERP's folder; it took ${number(journals.files.length)} in` +
        `${journals.refused.length === 0 ? '' : ` and refused ${journals.refused.join('; ')}`}.`,
    ),
    ...(after === undefined ? [] : entry('Next extract', nextText(outcome.confirmed, after))),
    '',
    ...entry('Workbook', outcome.workbook),
    ...entry('Journal file', journals.files[0] ?? 'none'),
    ...entry('Look', `npx tieout serve --dir ${path.relative('', frame.folder) || '.'} --open`),
    ...entry(
      'Go on',
      `npx tieout exceptions --config ${path.join(path.relative('', frame.folder), 'tieout.yaml')}`,
    ),
    ...entry('', `and statement, list journals, explain ID, verify. ${frame.seconds.toFixed(1)} seconds.`),
  ];
}

/** What the loop's end looks like: what is confirmed, and what only people can settle. */
function nextText(confirmed: number, after: DemoStep): string {
  const reasons = openByReason(after.exceptions);
  const left = reasons.slice(MOST_REASONS).length;
  const shown = reasons.slice(0, MOST_REASONS).map(([reason, count]) => `${reason}${GLUE}${number(count)}`);
  return (
    `${number(confirmed)} journals confirmed, ${stepText(after)}` +
    ` What is left is for people, ${number(causesOf(after))} causes in all: ${shown.join(', ')}` +
    `${left === 0 ? '' : ` and ${number(left)} more reasons`}.`
  );
}

/** Open items that share a cause count once. */
function causesOf({ exceptions }: DemoStep): number {
  const open = exceptions.filter(({ status, reason }) => status === 'open' && reason !== 'TIMING');
  return new Set(open.map(({ id, rootCause }) => (rootCause === '' ? id : rootCause))).size;
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
  const agree = rows.filter((row) => row.provenTo !== null && row.balanceDifference === null).length;
  const known = rows.filter((row) => row.proven !== null).length;
  const waiting = exceptions.filter((each) => each.reason === 'TIMING').length;
  return (
    `as of ${statement.asOf}: ${number(matches)} matches, ${number(exceptions.length)} open items, each with its reason` +
    `${waiting === 0 ? '' : ` (${number(waiting)} only wait)`}, unexplained ${showAmount(unexplained.toFixed(), 'USD')}` +
    `${known === 0 ? '' : `, ${agree} of ${known} accounts agree with all balances of the ERP`}.`
  );
}

function scoreText(score: Score): string {
  const total = (counts: Record<string, number>): number => Object.values(counts).reduce((n, m) => n + m, 0);
  return (
    `${number(total(score.injected))} made on purpose, ${number(total(score.found))} found,` +
    ` ${number(score.missed.length)} missed, ${number(score.wrong.length)} wrongly reported. ${TWICE} of each kind unless said:`
  );
}

/** Every kind by name, those first that were not found in full. */
function kindsText({ injected, found }: Score): string {
  const short = (kind: string): boolean => found[kind] !== injected[kind];
  return Object.entries(injected)
    .toSorted(([a], [b]) => Number(short(b)) - Number(short(a)) || (a < b ? -1 : 1))
    .map(([kind, n]) => {
      if (short(kind)) return [kind, 'ONLY', found[kind] ?? 0, 'of', n].join(GLUE);
      return n === TWICE ? kind : `${kind}${GLUE}${n}`;
    })
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
