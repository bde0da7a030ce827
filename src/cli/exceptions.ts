// `exceptions`: what is open or accepted, most important first; as NDJSON with --json.
import type pg from 'pg';
import { listExceptions } from '../../jobs/reports/exceptions.ts';
import { Nearest } from '../../jobs/reports/nearest.ts';
import { listRootCauses } from '../../jobs/reports/rootCauses.ts';
import { runById } from '../../jobs/reports/runs.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { nearestWords } from '../../reports/nearestWords.ts';
import { transaction } from '../db/connection.ts';
import { UserError } from '../errors.ts';
import { CONTROL_REASONS, DIFFERENCE_REASONS } from '../rulebook/reasons.ts';
import { fewOf } from '../fewOf.ts';
import { didYouMean } from '../rulebook/nearest.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';
import { rootCauseText } from './rootCauseText.ts';
import { grouped } from './tieOutText.ts';

export const exceptions: Command = {
  name: 'exceptions',
  words: '',
  summary: 'what is open, most important first',
  options: {
    run: {
      type: 'string',
      value: 'RUN',
      says: 'as that run left them; without it the last one',
      example: '3',
    },
    reason: {
      type: 'string',
      value: 'REASON',
      says: 'only those of this reason (docs/exceptions.md)',
      example: 'MISSING_IN_LEDGER',
    },
  },
  run(context) {
    return withProject<ExitCode>(context, ({ db, config, rulebook }) => {
      const reason = reasonOption(context);
      return transaction(db, async (client) => {
        await client.query('set transaction isolation level repeatable read');
        const run = await runById(client, textOption(context, 'run'));
        const known = { runId: run.runId, horizon: run.horizon, current: run.last };
        const nearest = await Nearest.open(client, rulebook, config.calendars, known);
        await client.query('set transaction read only');
        let open = 0;
        let shown = 0;
        const wanted = {
          rulebook,
          runId: run.runId,
          asOf: run.asOf,
          current: run.last,
          nearest,
          ...(reason === undefined ? {} : { reason }),
        };
        for await (const row of listExceptions(client, wanted)) {
          shown += 1;
          if (row.status === 'open' && row.reason !== 'TIMING') open += 1;
          if (context.json) context.print(JSON.stringify(withoutTitle(row)));
          else printRow(context, row);
        }
        if (!context.json && shown === 0)
          context.print(
            `${reason === undefined ? 'Nothing is open' : `Nothing with the reason ${reason} is open`} as of ${run.asOf} (run ${run.runId}).`,
          );
        if (!context.json && reason === undefined) await printCauses(context, client, run);
        return open > 0 ? 1 : 0;
      });
    });
  },
};

/** A mistyped reason must not read as "nothing is open". */
function reasonOption(context: CommandContext): string | undefined {
  const reason = textOption(context, 'reason');
  const known: readonly string[] = [...DIFFERENCE_REASONS, ...CONTROL_REASONS];
  if (reason === undefined || known.includes(reason)) return reason;
  throw new UserError({
    where: '--reason',
    what: 'no such reason',
    expected: 'a reason of docs/exceptions.md, in capitals',
    found: reason,
    todo: didYouMean(reason, known),
  });
}

/** What several of them share, once more at the end, summed. */
async function printCauses(
  context: CommandContext,
  client: pg.ClientBase,
  { runId, last }: { runId: string; last: boolean },
): Promise<void> {
  const causes = await listRootCauses(client, { runId, current: last });
  if (causes.length === 0) return;
  const wide = causes.filter((cause) => !cause.oneDocument);
  const single = causes.length - wide.length;
  context.print('Root causes');
  for (const cause of wide) context.print(`    ${rootCauseText(cause)}`);
  if (single > 0) context.print(`    ${single} events or documents with several differences each`);
}

/** The contract's fields; the title is for people. */
function withoutTitle({ title: _, ...row }: ExceptionRow): Omit<ExceptionRow, 'title'> {
  return row;
}

const REFERENCES = 6;

function printRow(context: CommandContext, row: ExceptionRow): void {
  const amount =
    row.legs.length > 0
      ? row.legs.map((leg) => `${grouped(leg.amount)} ${leg.currency}`).join(', ')
      : row.exposure === null
        ? ''
        : `exposure ${grouped(row.exposure)} ${row.currency}`;
  const where = [
    ...new Set(
      row.legs.map(
        (leg) =>
          `${leg.reconciliation} ${leg.account}${leg.unit.location === undefined ? '' : ` ${leg.unit.location}`}`,
      ),
    ),
  ].join(', ');
  const reason = `${row.reason}${row.status === 'accepted' ? ' (accepted)' : ''}`;
  context.print([row.id.slice(0, 12), reason, amount, where].filter((part) => part !== '').join('  '));
  context.print(`    ${row.why}`);
  const [nearest, ...more] = nearestWords(row.nearest);
  if (nearest !== undefined)
    context.print(
      `    nearest: ${nearest}${more.length === 0 ? '' : `; ${more.length} more: tieout explain ${row.id.slice(0, 12)}`}`,
    );
  // Only what was decided about this very item; the usual action of its reason is in the workbook.
  if (/^(journal|not proposed)/.test(row.proposal)) context.print(`    ${row.proposal}`);
  if (row.rootCause !== '') context.print(`    root cause: ${row.rootCause}`);
  context.print(
    `    ${[fewOf(row.references, REFERENCES), row.owner === '' ? '' : `owner ${row.owner}`, row.dueDate === null ? '' : `due ${row.dueDate}`, `age ${row.ageDays} days`].filter((part) => part !== '').join('; ')}`,
  );
}
