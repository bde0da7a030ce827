// `approve`, `reject`, `resolve`, `rules approve`: the second person's word, each with `--as USER` and that user's key.
// A refusal is exit code 1 and says why; what was not refused in the same command is done.
import {
  answer,
  type Answer,
  approve as approveEach,
  ONE_MORE,
  reject as rejectEach,
} from '../../jobs/decisions/approve.ts';
import type { Approving } from '../../jobs/decisions/agreeing.ts';
import { approveRules } from '../../jobs/decisions/approveRules.ts';
import { resolve as resolveJournal } from '../../jobs/decisions/approveJournals.ts';
import { previewApproval } from '../../jobs/decisions/previewApproval.ts';
import { wholeIds } from '../../jobs/reports/wholeIds.ts';
import { DecisionRefused, UserError } from '../errors.ts';
import { actorOf, ACTOR_OPTIONS, DECISION_OPTIONS, WORD_OPTIONS } from './actor.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { previewLines } from './previewText.ts';
import { type Project, withProject } from './project.ts';

/** What has ids that a beginning can name. */
const APPROVABLE = ['journal', 'rule version'] as const;

async function wordOf(
  context: CommandContext,
  { db, config, rulebook }: Project,
  whyNeeded: boolean,
): Promise<Approving> {
  const why = textOption(context, 'why') ?? '';
  if (whyNeeded && why.trim() === '')
    throw new UserError({ where: '--why', what: 'this needs its reason', expected: '--why TEXT' });
  return { db, config, rulebook, clock: context.clock, by: await actorOf(context, db), why };
}

function needIds(context: CommandContext): void {
  if (context.args.length > 0) return;
  throw new UserError({
    what: `${context.options['why'] === undefined ? 'what to decide about' : 'the journal'} is missing`,
    expected: 'JOURNAL...',
    todo: 'tieout list journals prints their references',
  });
}

function report(context: CommandContext, answers: readonly Answer[]): ExitCode {
  if (context.json) context.print(JSON.stringify({ answers }));
  else for (const text of answerLines(answers)) context.print(text);
  return answers.every((given) => given.ok) ? 0 : 1;
}

/** So many that went alike are said one by one. */
const EACH = 20;

/** Each refusal by itself; what went alike of many in one line. */
function answerLines(answers: readonly Answer[]): string[] {
  const alike = new Map<string, Answer[]>();
  for (const given of answers) {
    const key = given.ok ? [given.what, given.state, given.waitsForSecond, given.next].join(' ') : given.id;
    alike.set(key, [...(alike.get(key) ?? []), given]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (group.length <= EACH || first === undefined || !first.ok || first.waitsForSecond)
      return group.map(line);
    return [
      `${group.length} ${first.what}s: ${first.state}${first.next === undefined ? '' : `; ${first.next}`}`,
    ];
  });
}

function line(given: Answer): string {
  if (!given.ok) return `${given.what} ${given.id}: refused: ${given.why}`;
  const { what, id, state, waitsForSecond, next } = given;
  if (waitsForSecond)
    return `${what} ${id}: noted, it is still ${state}: it counts when a reviewer agrees (tieout approve ${id} --as USER)`;
  return `${what} ${id}: ${state}${next === undefined ? '' : `; ${next}`}`;
}

/** Who says it; nobody has to, to look. */
const { needed: _, ...SAYS } = ACTOR_OPTIONS.as;

export const approve: Command = {
  name: 'approve',
  words: '[ID...]',
  summary: "the second person's yes: to journals, decisions that wait, a rule version, a rederivation",
  options: {
    ...WORD_OPTIONS,
    as: SAYS,
    'dry-run': {
      type: 'boolean',
      says: 'only shows what would be approved, with its sums; no person is needed',
    },
    'all-waiting': {
      type: 'string',
      value: 'N',
      says: 'all N journals that wait, without naming them: another number than waits is refused',
      example: '812',
    },
    company: {
      type: 'string',
      value: 'COMPANY',
      says: 'with --dry-run and --all-waiting: of this company only',
      example: 'US01',
    },
  },
  run: (context) => withProject<ExitCode>(context, (project) => approveShown(context, project)),
};

/** Shows what it is about, and then says yes to exactly that. */
async function approveShown(context: CommandContext, project: Project): Promise<ExitCode> {
  const dryRun = context.options['dry-run'] === true;
  const counted = textOption(context, 'all-waiting');
  if (context.args.length === 0 ? counted === undefined && !dryRun : counted !== undefined)
    throw new UserError({
      what: 'what to approve: ids, or --all-waiting N for all journals that wait',
      expected: 'approve ID... --as USER, or approve --all-waiting N --as USER',
      todo: 'tieout approve --dry-run shows what waits, with its sums; tieout list decisions --waiting the rest',
    });
  const company = textOption(context, 'company');
  const named = context.args.length > 0 ? await wholeIds(project.db, APPROVABLE, context.args) : undefined;
  if (named !== undefined && company !== undefined)
    throw new UserError({ where: '--company', what: 'what is named by its id is of its own company' });
  const by = dryRun ? undefined : await wordOf(context, project, false);
  const companies = company === undefined ? by?.by.companies : [company];
  const preview = await previewApproval(project.db, {
    ...(named === undefined ? {} : { ids: named }),
    ...(companies === undefined ? {} : { companies }),
  });
  if (counted !== undefined && String(preview.journals.length) !== counted)
    throw new DecisionRefused({
      where: '--all-waiting',
      what: 'another number of journals waits now; nothing was approved',
      expected: String(preview.journals.length),
      found: counted,
      todo: 'tieout approve --dry-run shows them',
    });
  if (!context.json) for (const shown of previewLines(preview)) context.print(shown);
  if (by === undefined) {
    if (context.json) context.print(JSON.stringify(preview));
    return 0;
  }
  const answers = await approveEach(by, named ?? preview.journals.map(({ journal }) => journal));
  if (!context.json) context.print('');
  return report(context, answers);
}

export const reject: Command = {
  name: 'reject',
  words: 'ID...',
  summary:
    "the second person's no: the journal is cancelled, its lines are free; a decision that waits is put aside",
  options: DECISION_OPTIONS,
  run(context) {
    needIds(context);
    return withProject<ExitCode>(context, async (project) =>
      report(
        context,
        await rejectEach(
          await wordOf(context, project, true),
          await wholeIds(project.db, APPROVABLE, context.args),
        ),
      ),
    );
  },
};

export const resolve: Command = {
  name: 'resolve',
  words: 'JOURNAL',
  summary: "a person's word on a journal that the machine cannot settle; a second one agrees",
  options: {
    ...DECISION_OPTIONS,
    evidence: {
      type: 'string',
      value: 'TEXT',
      says: 'what was seen in the ERP, and where',
      example: 'document 4711, screenshot in ticket 88',
      needed: true,
    },
  },
  run(context) {
    const [journal, ...more] = context.args;
    if (journal === undefined || more.length > 0)
      throw new UserError({ what: 'resolve takes the reference of one journal' });
    return withProject<ExitCode>(context, async (project) => {
      const word = await wordOf(context, project, true);
      const [whole = journal] = await wholeIds(project.db, ['journal'], [journal]);
      const outcome = await resolveJournal(word, whole, textOption(context, 'evidence') ?? '');
      const given = answer(whole, outcome);
      report(context, [given]);
      return given.ok && !given.waitsForSecond ? 0 : 1;
    });
  },
};

export const rulesApprove: Command = {
  name: 'rules approve',
  words: 'HASH',
  summary: "the second person's word on a version of the rules",
  options: WORD_OPTIONS,
  run(context) {
    const [hash, ...more] = context.args;
    if (hash === undefined || more.length > 0)
      throw new UserError({ what: 'rules approve takes one hash', todo: 'tieout rules check prints it' });
    return withProject<ExitCode>(context, async (project) => {
      const word = await wordOf(context, project, false);
      try {
        const said = await approveRules(word, hash);
        const more = said.approved ? '' : `; ${ONE_MORE}`;
        context.print(
          context.json
            ? JSON.stringify({ ...said, by: word.by.name })
            : `rule version ${said.hash.slice(0, 12)} approved by ${word.by.name}${more}`,
        );
        return said.approved ? 0 : 1;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        context.note(error.message);
        if (context.json) context.print(JSON.stringify({ hash, approved: false, why: error.parts.what }));
        return 1;
      }
    });
  },
};
