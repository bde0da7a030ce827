// `reconcile` and `statement`: one run, or any earlier cut again, printed as the tie-out.
import { reconcile as runReconcile } from '../../jobs/run/reconcile.ts';
import { needsPerson } from '../../jobs/reports/attention.ts';
import type { ExplainedRow } from '../../jobs/reports/statement.ts';
import { statementAt } from '../../jobs/reports/statementAt.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { DAY_FORM, parseIsoDate } from '../accounting/dates.ts';
import { INSTANT_FORM, readInstant } from '../accounting/instant.ts';
import type { Database } from '../db/connection.ts';
import { UserError } from '../errors.ts';
import { SELF_CLEARING } from '../rulebook/reasons.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';
import { brakeLines } from './brakeText.ts';
import { journalLines } from './journalText.ts';
import { rootCauseLines } from './rootCauseText.ts';
import { statementJson, tieOutLines } from './tieOutText.ts';
import { waitingLines } from './waitingText.ts';

/** A day given by an option. */
export function dayOption(context: CommandContext, name: string): IsoDate | undefined {
  const text = textOption(context, name);
  if (text === undefined) return undefined;
  const day = parseIsoDate(text);
  if (day === undefined)
    throw new UserError({ where: `--${name}`, what: 'not a day', expected: DAY_FORM, found: text });
  return day;
}

export const reconcile: Command = {
  name: 'reconcile',
  words: '',
  summary: 'one run: match, explain, prove, propose; prints the tie-out',
  options: {
    only: { type: 'string', value: 'NAME', says: 'this reconciliation only', example: 'receivable' },
    'as-of': {
      type: 'string',
      value: 'DATE',
      says: 'the last day that counts; without it yesterday',
      example: '2026-10-31',
    },
    workers: {
      type: 'string',
      value: 'N',
      says: 'connections that work at once, 1 to 16; without it 2',
      example: '4',
    },
  },
  run(context) {
    return withProject<ExitCode>(context, async ({ config, rulebook, db, maker }) => {
      const asOf = dayOption(context, 'as-of');
      const only = textOption(context, 'only');
      const statement = await runReconcile({
        db,
        config,
        rulebook,
        maker,
        clock: context.clock,
        ...(asOf === undefined ? {} : { asOf }),
        ...(only === undefined ? {} : { only }),
        workers: workersOption(context),
        ...(context.terminal
          ? { progress: (step: string) => process.stderr.write(`\r\u001b[K${step}`) }
          : {}),
      });
      if (context.terminal) process.stderr.write('\r\u001b[K');
      if (context.json) context.print(JSON.stringify(statementJson(statement)));
      else {
        for (const line of tieOutLines(statement)) context.print(line);
        await printCauses(context, db, statement.run);
        const waiting = await waitingLines(db, config, context.clock());
        const below = [...brakeLines(statement.brakes), ...journalLines(statement.journals), ...waiting];
        if (below.length > 0) context.print('');
        for (const line of below) context.print(line);
      }
      return (await needsPerson(db)) ? 1 : 0;
    });
  },
};

/** Whether a cut shows what a person has to look at: open, and of a reason that does not clear by itself. */
function hasOpen({ exceptions }: ExplainedRow): boolean {
  return Object.keys(exceptions.byReason).some((reason) => !SELF_CLEARING.has(reason));
}

/** @param asOf where given, causes are printed only if the run was of that day: another cut has other items */
async function printCauses(
  context: CommandContext,
  db: Database,
  run: string,
  asOf?: IsoDate,
): Promise<void> {
  const causes = await rootCauseLines(db, run, asOf);
  if (causes.length > 0) context.print('');
  for (const line of causes) context.print(line);
}

function workersOption(context: CommandContext): number {
  const text = textOption(context, 'workers') ?? '2';
  if (/^([1-9]|1[0-6])$/.test(text)) return Number(text);
  throw new UserError({
    where: '--workers',
    what: 'not a number of connections',
    expected: '1 to 16',
    found: text,
  });
}

export const statement: Command = {
  name: 'statement',
  words: '',
  summary: 'the tie-out of any cut, again, from what is stored',
  options: {
    'as-of': {
      type: 'string',
      value: 'DATE',
      says: 'the last day that counts; without it that of the last run',
      example: '2026-10-31',
    },
    'known-at': {
      type: 'string',
      value: 'TIME',
      says: 'from what was known at that instant',
      example: '2026-11-02T08:00:00Z',
    },
  },
  run(context) {
    return withProject<ExitCode>(context, async ({ db }) => {
      const asOf = dayOption(context, 'as-of');
      const written = textOption(context, 'known-at');
      const knownAt = written === undefined ? undefined : readInstant(written);
      if (written !== undefined && knownAt === undefined)
        throw new UserError({
          where: '--known-at',
          what: 'not an instant',
          expected: INSTANT_FORM,
          found: written,
        });
      const printed = await statementAt(db, {
        ...(asOf === undefined ? {} : { asOf }),
        ...(knownAt === undefined ? {} : { knownAt }),
      });
      if (context.json) context.print(JSON.stringify(statementJson(printed)));
      else {
        for (const line of tieOutLines(printed)) context.print(line);
        await printCauses(context, db, printed.run, printed.asOf);
        for (const line of brakeLines(printed.brakes)) context.print(line);
      }
      return printed.reconciliations.some(hasOpen) ? 1 : 0;
    });
  },
};
