// The second person's word: approve and reject journals and rederivations, settle what the machine cannot, approve a
// version of the rules.
import { needsPerson } from '../../jobs/attention.ts';
import {
  approve as approveJournals,
  approveRules,
  reject as rejectJournals,
  resolve as settle,
  type Word,
  type WordOutcome,
} from '../../jobs/approve.ts';
import { approveRederivation, isRederivation, rejectRederivation, shortly } from '../../jobs/rederive.ts';
import type { Database } from '../db/connection.ts';
import { UserError } from '../errors.ts';
import { ACTOR_OPTIONS, actorOf } from './actor.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';
import { withDatabase } from './withDatabase.ts';

const WORD = { ...ACTOR_OPTIONS, why: { type: 'string' } } as const;

async function wordOf(context: CommandContext, db: Database, whyNeeded: boolean): Promise<Word> {
  const by = await actorOf(context, db);
  const why = textOption(context, 'why') ?? '';
  if (whyNeeded && why.trim() === '')
    throw new UserError({ where: '--why', what: 'a decision needs its reason', expected: '--why TEXT' });
  return { db, by, why };
}

function needJournals(context: CommandContext): void {
  if (context.args.length > 0) return;
  throw new UserError({
    what: 'the reference of a journal is missing',
    todo: 'tieout list journals shows them',
  });
}

async function tell(
  context: CommandContext,
  db: Database,
  outcomes: readonly WordOutcome[],
): Promise<ExitCode> {
  for (const outcome of outcomes) {
    if (context.json) context.print(JSON.stringify(outcome));
    else if (!outcome.ok) context.print(`${outcome.journal}  refused: ${outcome.why}`);
    else if (outcome.waitsForSecond)
      context.print(`${outcome.journal}  ${outcome.state}; a second person has to say the same`);
    else context.print(`${outcome.journal}  ${outcome.state}`);
  }
  return outcomes.some(({ ok }) => !ok) || (await needsPerson(db)) ? 1 : 0;
}

/** Rederivations have ids of their own form; everything else is a journal. */
function judge(
  context: CommandContext,
  whyNeeded: boolean,
  {
    onRederivation,
    onJournals,
  }: { onRederivation: typeof approveRederivation; onJournals: typeof approveJournals },
): Promise<ExitCode> {
  needJournals(context);
  return withProject<ExitCode>(context, async ({ config, rulebook, db }) => {
    const word = await wordOf(context, db, whyNeeded);
    for (const id of context.args.filter(isRederivation)) {
      const done = await onRederivation({ ...word, config, rulebook, clock: context.clock }, id);
      if (context.json) context.print(JSON.stringify(done));
      else
        context.print(
          done.batch === '' ? `${id}  rejected` : `${id}  applied: ${shortly(done)}; next: tieout reconcile`,
        );
    }
    return tell(
      context,
      db,
      await onJournals(
        word,
        context.args.filter((id) => !isRederivation(id)),
      ),
    );
  });
}

export const approve: Command = {
  name: 'approve',
  usage: 'JOURNAL... --as USER [--why TEXT]',
  summary: "the second person's word: a journal may be sent, a rederivation applied",
  options: WORD,
  run: (context) =>
    judge(context, false, { onRederivation: approveRederivation, onJournals: approveJournals }),
};

export const reject: Command = {
  name: 'reject',
  usage: 'JOURNAL... --as USER --why TEXT',
  summary: 'cancel a journal, its lines are free again; put a rederivation aside',
  options: WORD,
  run: (context) => judge(context, true, { onRederivation: rejectRederivation, onJournals: rejectJournals }),
};

export const resolve: Command = {
  name: 'resolve',
  usage: 'JOURNAL --as USER --why TEXT --evidence TEXT',
  summary: 'say what is true in the ERP of a journal that the machine cannot settle',
  options: { ...WORD, evidence: { type: 'string' } },
  run(context) {
    const [journal, ...more] = context.args;
    if (journal === undefined || more.length > 0)
      throw new UserError({ what: 'resolve takes the reference of one journal' });
    return withDatabase(context, async ({ db }) => {
      const word = await wordOf(context, db, true);
      return tell(context, db, [await settle(word, journal, textOption(context, 'evidence') ?? '')]);
    });
  },
};

export const rulesApprove: Command = {
  name: 'rules approve',
  usage: 'HASH --as USER [--why TEXT]',
  summary: "the second person's word on a version of the rules",
  options: WORD,
  run(context) {
    const [hash, ...more] = context.args;
    if (hash === undefined || more.length > 0)
      throw new UserError({ what: 'rules approve takes one hash', todo: 'tieout rules check prints it' });
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const done = await approveRules(await wordOf(context, db, false), hash);
      context.print(context.json ? JSON.stringify(done) : `approved ${done.hash}`);
      return 0;
    });
  },
};
