// `decide`: a person's decisions on cases, each through the job and the permissions that every other door uses.
import type { CaseDecision } from '../../jobs/decisions/caseEffects.ts';
import { decideCases } from '../../jobs/decisions/decideCases.ts';
import { decideWorkbook } from '../../jobs/decisions/decideWorkbook.ts';
import { wholeIds } from '../../jobs/reports/wholeIds.ts';
import { parseIsoDate } from '../accounting/dates.ts';
import { UserError } from '../errors.ts';
import { actorOf, WORD_OPTIONS } from './actor.ts';
import { outcomeLine } from './caseText.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { type Project, withProject } from './project.ts';

/** Takes decisions on the cases named by the command's words, and answers for each. */
export async function decideNamed(
  context: CommandContext,
  project: Project,
  decision: Omit<CaseDecision, 'case'>,
  ids: readonly string[] = context.args,
): Promise<ExitCode> {
  if (ids.length === 0)
    throw new UserError({ what: 'the id of a case is missing', todo: 'tieout cases lists them' });
  const by = await actorOf(context, project.db);
  const whole = await wholeIds(project.db, ['case'], ids);
  const outcomes = await decideCases(
    { ...project, by, clock: context.clock },
    [...new Set(whole)].map((id) => ({ case: id, ...decision })),
  );
  if (context.json) context.print(JSON.stringify({ outcomes }));
  else for (const outcome of outcomes) context.print(outcomeLine(outcome));
  return outcomes.every((outcome) => outcome.ok && outcome.waits === undefined) ? 0 : 1;
}

export const decide: Command = {
  name: 'decide',
  words: 'CASE_OR_WORKBOOK...',
  summary: 'decide on cases, by hand or by a workbook that was filled in',
  options: {
    ...WORD_OPTIONS,
    action: {
      type: 'string',
      value: 'NAME',
      says: 'what to do: book, match, reclass, accept, wait, correctSource, notMine, reopen, comment or assign',
      example: 'accept',
    },
    until: { type: 'string', value: 'DATE', says: 'the day until which it waits', example: '2026-12-15' },
    account: {
      type: 'string',
      value: 'ACCOUNT',
      says: 'where a remainder goes: an account of accounts.yaml by name or number',
      example: 'rounding',
    },
    assignee: { type: 'string', value: 'USER', says: 'who looks after it from now on', example: 'mia' },
  },
  run: (context) =>
    withProject<ExitCode>(context, (project) => {
      const workbooks = context.args.filter(isWorkbook);
      if (workbooks.length === 0) return decideNamed(context, project, decisionOf(context));
      const [path, ...more] = context.args;
      if (more.length > 0 || path === undefined)
        throw new UserError({ what: 'decide takes one workbook, or ids of cases with --action' });
      return decideByWorkbook(context, project, path);
    }),
};

/** Ids of cases are hexadecimal digits. */
const isWorkbook = (word: string): boolean => /\.(xlsx|xlsm)$/i.test(word);

async function decideByWorkbook(context: CommandContext, project: Project, path: string): Promise<ExitCode> {
  const by = await actorOf(context, project.db);
  const done = await decideWorkbook({ ...project, by, clock: context.clock, path });
  if (context.json) {
    const { answer, ...rest } = done;
    context.print(JSON.stringify({ ...rest, answer: answer.path }));
  } else {
    for (const { row, decision, outcome, done: ok } of done.rows)
      context.print(`row ${row}: ${decision}${ok ? '' : ' refused'}: ${outcome}`);
    context.print(
      `upload ${done.upload}: ${done.done} done, ${done.refused} refused, ${done.untouched} rows untouched`,
    );
    context.print(`answer ${done.answer.path}`);
  }
  return done.refused === 0 ? 0 : 1;
}

const KNOWN = [
  'book',
  'match',
  'reclass',
  'reverse',
  'writeOff',
  'accept',
  'wait',
  'correctSource',
  'notMine',
  'reopen',
  'comment',
  'assign',
];

function decisionOf(context: CommandContext): Omit<CaseDecision, 'case'> {
  const action = textOption(context, 'action') ?? '';
  if (!KNOWN.includes(action))
    throw new UserError({
      where: '--action',
      what: 'no such action',
      expected: KNOWN.join(', '),
      found: action,
    });
  const until = textOption(context, 'until');
  const day = until === undefined ? undefined : parseIsoDate(until);
  if (until !== undefined && day === undefined)
    throw new UserError({ where: '--until', what: 'not a day', expected: 'YYYY-MM-DD', found: until });
  const account = textOption(context, 'account');
  const assignee = textOption(context, 'assignee');
  return {
    action: action as CaseDecision['action'],
    why: textOption(context, 'why') ?? '',
    ...(day === undefined ? {} : { until: day }),
    ...(account === undefined ? {} : { account }),
    ...(assignee === undefined ? {} : { assignee }),
  };
}
