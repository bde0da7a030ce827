// A person's word on lines and differences: accept, reopen, match, unmatch, undo run. Each
// needs `--as USER` with that user's key.
import {
  accept as acceptDifferences,
  acceptedLine,
  reopen as reopenDifferences,
} from '../../jobs/decisions/accept.ts';
import type { Decide } from '../../jobs/decisions/decisionRun.ts';
import { matchByHand, unmatch as takeApart } from '../../jobs/decisions/matchByHand.ts';
import type { ProposedReversal } from '../../jobs/decisions/reverse.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { wholeIds } from '../../jobs/reports/wholeIds.ts';
import { UserError } from '../errors.ts';
import { actorOf, DECISION_OPTIONS, WORD_OPTIONS } from './actor.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import type { Database } from '../db/connection.ts';
import { withProject } from './project.ts';
import { withDatabase } from './withDatabase.ts';

/** Proves the person; whether they may, and need a reason, the job asks the table of permissions. */
async function decide(context: CommandContext, db: Database): Promise<Decide> {
  const by = await actorOf(context, db);
  return { db, by, why: textOption(context, 'why') ?? '', clock: context.clock };
}

function needArguments(context: CommandContext, what: string): void {
  if (context.args.length === 0) throw new UserError({ what: `${what} is missing` });
}

export const accept: Command = {
  name: 'accept',
  words: 'EXCEPTION...',
  summary: 'keep a difference as accepted',
  options: DECISION_OPTIONS,
  run(context) {
    needArguments(context, 'the id of an exception');
    return withDatabase<ExitCode>(context, async ({ db, config: { companies } }) => {
      const done = await acceptDifferences(
        { ...(await decide(context, db)), companies },
        await wholeIds(db, ['exception'], context.args),
      );
      if (context.json) context.print(JSON.stringify(done));
      else {
        if (done.accepted.length > 0) context.print(acceptedLine(done));
        if (done.waits !== undefined)
          context.print(waitsLine(done.waits.id, done.waits.exceptions.map(short)));
      }
      return done.waits === undefined ? 0 : 1;
    });
  },
};

const short = (id: string): string => id.slice(0, 12);

function waitsLine(id: string, what: readonly string[]): string {
  return `${id} waits for a second person (tieout approve ${id} --as USER): ${what.join(', ')}`;
}

export const reopen: Command = {
  name: 'reopen',
  words: 'EXCEPTION...',
  summary: 'open an accepted difference again, with its id and its age',
  options: DECISION_OPTIONS,
  run(context) {
    needArguments(context, 'the id of an exception');
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const done = await reopenDifferences(
        await decide(context, db),
        await wholeIds(db, ['exception'], context.args),
      );
      context.print(
        context.json
          ? JSON.stringify(done)
          : `open again: ${done.reopened.map(short).join(', ')} (run ${done.run})`,
      );
      return 0;
    });
  },
};

export const match: Command = {
  name: 'match',
  words: 'LINE...',
  summary: 'match open lines by hand',
  options: {
    ...DECISION_OPTIONS,
    account: {
      type: 'string',
      value: 'ACCOUNT',
      says: 'where a sum other than zero goes: an account of accounts.yaml by name or number',
      example: 'rounding',
    },
  },
  run(context) {
    needArguments(context, 'the number of a line');
    return withProject<ExitCode>(context, async ({ db, rulebook: { accounts } }) => {
      const account = textOption(context, 'account');
      const variance = account === undefined ? undefined : { account, accounts };
      const done = await matchByHand(await decide(context, db), context.args, variance);
      context.print(
        context.json
          ? JSON.stringify(done)
          : `matched ${context.args.length} lines as match ${done.match}, variance ${done.variance} (run ${done.run})`,
      );
      return 0;
    });
  },
};

export const unmatch: Command = {
  name: 'unmatch',
  words: 'MATCH',
  summary: 'take one match apart; it may then only be suggested',
  options: DECISION_OPTIONS,
  run(context) {
    const [matchId, ...more] = context.args;
    if (matchId === undefined || more.length > 0)
      throw new UserError({ what: 'unmatch takes the number of one match' });
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const done = await takeApart(await decide(context, db), matchId);
      if (context.json) context.print(JSON.stringify(done));
      else if (done.reversal === undefined)
        context.print(`match ${done.match} taken apart (run ${done.run})`);
      else context.print(reversalLine(done.reversal));
      return done.reversal === undefined ? 0 : 1;
    });
  },
};

function reversalLine({ reversal, reverses }: ProposedReversal): string {
  return `journal ${reverses} is in the ERP: its reversal ${reversal} is proposed and waits for another person (tieout approve ${reversal} --as USER); its matches go when the ledger shows it`;
}

export const undo: Command = {
  name: 'undo run',
  words: 'RUN',
  summary: "take a run's matches back",
  options: {
    ...WORD_OPTIONS,
    'with-later': { type: 'boolean', says: 'takes the later runs that stand on it back too' },
  },
  run(context) {
    const [runId, ...more] = context.args;
    if (runId === undefined || more.length > 0)
      throw new UserError({ what: 'undo run takes the number of one run' });
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const done = await undoRun(await decide(context, db), runId, context.options['with-later'] === true);
      if (context.json) context.print(JSON.stringify(done));
      if (done.waits !== undefined) {
        if (!context.json) context.print(waitsLine(done.waits, [`undo of run ${done.runs.join(', run ')}`]));
        return 1;
      }
      if (context.json) return done.reversals.length === 0 ? 0 : 1;
      context.print(`undone: run ${done.undone.join(', run ')}`);
      if (done.cancelled.length > 0) context.print(`journals cancelled: ${done.cancelled.join(', ')}`);
      for (const reversal of done.reversals) context.print(reversalLine(reversal));
      return done.reversals.length === 0 ? 0 : 1;
    });
  },
};
