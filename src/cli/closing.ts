// `write-off` and `reclass`: closing entries that a person asks for. They only propose: another person approves, `post` sends.
import {
  type Close,
  type ProposedClosing,
  proposeReclasses,
  proposeWriteOffs,
} from '../../jobs/decisions/closing.ts';
import { wholeIds } from '../../jobs/reports/wholeIds.ts';
import { UserError } from '../errors.ts';
import { actorOf, DECISION_OPTIONS } from './actor.ts';
import type { Command, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';

/** Both commands: who, why, the journals proposed. Exit code 1: they wait for another person. */
function closing(
  about: Pick<Command, 'name' | 'words' | 'summary'> & {
    missing: string;
    todo: string;
    thing: string;
    beginnings: readonly 'exception'[];
  },
  propose: (job: Close, ids: readonly string[]) => Promise<ProposedClosing[]>,
): Command {
  const { name, words, summary, missing, todo, thing, beginnings } = about;
  return {
    name,
    words,
    summary,
    options: DECISION_OPTIONS,
    run(context) {
      if (context.args.length === 0) throw new UserError({ what: `${missing} is missing`, todo });
      return withProject<ExitCode>(context, async ({ config, rulebook, db }) => {
        const why = textOption(context, 'why') ?? '';
        if (why.trim() === '')
          throw new UserError({
            where: '--why',
            what: 'a decision needs its reason',
            expected: '--why TEXT',
          });
        const by = await actorOf(context, db);
        const journals = await propose(
          { db, companies: config.companies, rulebook, by, why },
          await wholeIds(db, beginnings, context.args),
        );
        if (context.json) context.print(JSON.stringify({ journals }));
        else for (const journal of journals) context.print(lineOf(journal, thing));
        return 1;
      });
    },
  };
}

function lineOf({ journal, clears, postingDate, note }: ProposedClosing, thing: string): string {
  const dated = note === '' ? postingDate : `${postingDate} (${note})`;
  return `${journal} clears ${thing} ${clears}, dated ${dated}; it waits for another person: tieout approve ${journal} --as USER`;
}

export const writeOff = closing(
  {
    name: 'write-off',
    words: 'MATCH...',
    summary: 'propose to write the variance of matches off',
    missing: 'the number of a match',
    todo: 'tieout list matches',
    thing: 'the variance of match',
    beginnings: [], // numbered
  },
  proposeWriteOffs,
);

export const reclass = closing(
  {
    name: 'reclass',
    words: 'EXCEPTION...',
    summary: 'propose to move what is at the wrong account or location',
    missing: 'the id of an exception',
    todo: 'tieout exceptions --reason WRONG_ACCOUNT, or WRONG_LOCATION',
    thing: 'exception',
    beginnings: ['exception'],
  },
  proposeReclasses,
);
