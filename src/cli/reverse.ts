// `reverse` and `override`: the two decisions that propose a journal, which another person then approves: to take a posted one
// back, and to book an event although documents seem to explain it.
import { overrideExplained, reverse as proposeReverse } from '../../jobs/decisions/reverse.ts';
import { wholeIds } from '../../jobs/reports/wholeIds.ts';
import { UserError } from '../errors.ts';
import { actorOf, DECISION_OPTIONS } from './actor.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { dayOption } from './reconcile.ts';
import { withDatabase } from './withDatabase.ts';

function whyOf(context: CommandContext): string {
  const why = textOption(context, 'why') ?? '';
  if (why.trim() !== '') return why;
  throw new UserError({ where: '--why', what: 'a decision needs its reason', expected: '--why TEXT' });
}

export const reverse: Command = {
  name: 'reverse',
  words: 'JOURNAL',
  summary: 'propose to take a posted journal back by its reversal',
  options: {
    ...DECISION_OPTIONS,
    date: {
      type: 'string',
      value: 'DATE',
      says: 'posting date of the reversal, without it that of the journal; a closed period gives way to the next open one',
      example: '2026-11-02',
    },
  },
  run(context) {
    const [journal, ...more] = context.args;
    if (journal === undefined || more.length > 0)
      throw new UserError({
        what: 'reverse takes the reference of one journal',
        todo: 'tieout list journals',
      });
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const why = whyOf(context);
      const date = dayOption(context, 'date');
      const by = await actorOf(context, db);
      const [whole = journal] = await wholeIds(db, ['journal'], [journal]);
      const done = await proposeReverse({ db, by, why, ...(date === undefined ? {} : { date }) }, whole);
      context.print(
        context.json
          ? JSON.stringify(done)
          : `${done.reversal} reverses ${done.reverses} on ${done.postingDate}${done.note === '' ? '' : ` (${done.note})`}; it waits for another person: tieout approve ${done.reversal} --as USER`,
      );
      return 1;
    });
  },
};

export const override: Command = {
  name: 'override',
  words: 'SOURCE EVENT DOCUMENT...',
  summary: 'say that documents which seem to explain an event do not; the next run proposes it',
  options: DECISION_OPTIONS,
  run(context) {
    const [source, id, ...documents] = context.args;
    if (source === undefined || id === undefined || documents.length === 0) {
      throw new UserError({
        what: 'override takes an event and the documents that do not explain it',
        expected: 'SOURCE EVENT DOCUMENT...',
        todo: 'tieout exceptions --reason MISSING_IN_LEDGER names the documents',
      });
    }
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const why = whyOf(context);
      await overrideExplained({ db, by: await actorOf(context, db), why }, { source, id }, documents);
      context.print(
        context.json
          ? JSON.stringify({ source, id, documents })
          : `noted: ${documents.join(', ')} do not explain ${id}; tieout reconcile proposes its entry, which another person approves`,
      );
      return 0;
    });
  },
};
