// `cases`: what is open as problems a person can settle, most important first; one of them whole; who looks after it, and what
// people said of it.
import { caseStory, findCases, type CaseFilter } from '../../jobs/reports/findCases.ts';
import { parseDecimal } from '../money/decimal.ts';
import { UserError } from '../errors.ts';
import { ACTOR_OPTIONS, DECISION_OPTIONS } from './actor.ts';
import { caseLines, plain, storyLines } from './caseText.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { decideNamed } from './decide.ts';
import { withProject } from './project.ts';

const DEFAULT_LIMIT = '50';

export const cases: Command = {
  name: 'cases',
  words: '',
  summary: 'open cases, most important first',
  options: {
    owner: { type: 'string', value: 'NAME', says: 'only those of this owner or assignee', example: 'tax' },
    company: { type: 'string', value: 'COMPANY', says: 'only those of this company', example: 'US01' },
    account: {
      type: 'string',
      value: 'ACCOUNT',
      says: 'only those with a difference on this account number',
      example: '4000',
    },
    over: {
      type: 'string',
      value: 'AMOUNT',
      says: 'only those of more than this amount, in company currency',
      example: '100.00',
    },
    older: { type: 'string', value: 'N', says: 'only those older than so many days', example: '30' },
    reference: {
      type: 'string',
      value: 'REFERENCE',
      says: 'only those that bear this reference, document number or event id',
      example: 'SHP-1042',
    },
    limit: {
      type: 'string',
      value: 'N',
      says: `prints so many; ${DEFAULT_LIMIT} unless told`,
      example: '500',
    },
  },
  run(context) {
    return withProject<ExitCode>(context, async (project) => {
      const limit = count(context, 'limit', DEFAULT_LIMIT);
      let shown = 0;
      let open = 0;
      let more = 0;
      for await (const row of findCases(project, filterOf(context))) {
        if (row.status === 'open') open += 1;
        if (shown === limit && !context.json) {
          more += 1;
          continue;
        }
        shown += 1;
        if (context.json) context.print(JSON.stringify(plain(row)));
        else for (const line of caseLines(row)) context.print(line);
      }
      if (!context.json) context.print(lastLine(shown, more, open));
      return open > 0 ? 1 : 0;
    });
  },
};

function lastLine(shown: number, more: number, open: number): string {
  if (shown === 0) return 'No case: nothing that a person would have to look at.';
  const rest = more === 0 ? '' : `; ${more} more: --limit ${shown + more}`;
  return `${shown + more} cases, ${open} of them need a person${rest}. One of them whole: tieout cases show ID`;
}

function filterOf(context: CommandContext): CaseFilter {
  const over = textOption(context, 'over');
  const amount = over === undefined ? undefined : parseDecimal(over);
  if (over !== undefined && amount === undefined)
    throw new UserError({ where: '--over', what: 'not an amount', expected: '100.00', found: over });
  const filter: CaseFilter = {};
  for (const name of ['owner', 'company', 'account', 'reference'] as const) {
    const value = textOption(context, name);
    if (value !== undefined) filter[name] = value;
  }
  if (amount !== undefined) filter.over = amount;
  if (textOption(context, 'older') !== undefined) filter.older = count(context, 'older', '0');
  return filter;
}

function count(context: CommandContext, name: string, otherwise: string): number {
  const text = textOption(context, name) ?? otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError({ where: `--${name}`, what: 'not a whole number', expected: '0 or more', found: text });
}

export const casesShow: Command = {
  name: 'cases show',
  words: 'CASE',
  summary: 'a case whole: its effect on each account, its evidence, what could be done, what was done',
  run(context) {
    const [id, ...more] = context.args;
    if (id === undefined || more.length > 0)
      throw new UserError({ what: 'cases show takes the id of one case' });
    return withProject<ExitCode>(context, async (project) => {
      const story = await caseStory(project, id);
      if (context.json)
        context.print(JSON.stringify({ ...plain(story.row), steps: story.steps, changes: story.changes }));
      else for (const line of storyLines(story)) context.print(line);
      return story.row.status === 'open' ? 1 : 0;
    });
  },
};

export const casesAssign: Command = {
  name: 'cases assign',
  words: 'CASE...',
  summary: 'say who looks after cases',
  options: {
    ...ACTOR_OPTIONS,
    to: {
      type: 'string',
      value: 'USER',
      says: 'who looks after them from now on',
      example: 'mia',
      needed: true,
    },
  },
  run: (context) =>
    withProject<ExitCode>(context, (project) =>
      decideNamed(context, project, { action: 'assign', why: '', assignee: textOption(context, 'to') ?? '' }),
    ),
};

export const casesComment: Command = {
  name: 'cases comment',
  words: 'CASE...',
  summary: 'write something on cases',
  options: {
    ...ACTOR_OPTIONS,
    text: {
      type: 'string',
      value: 'TEXT',
      says: 'what is kept with the case',
      example: 'asked the store',
      needed: true,
    },
  },
  run: (context) =>
    withProject<ExitCode>(context, (project) =>
      decideNamed(context, project, { action: 'comment', why: textOption(context, 'text') ?? '' }),
    ),
};

export const casesReopen: Command = {
  name: 'cases reopen',
  words: 'CASE...',
  summary: 'open cases again that were accepted or put aside, with their id and their age',
  options: DECISION_OPTIONS,
  run: (context) =>
    withProject<ExitCode>(context, (project) =>
      decideNamed(context, project, { action: 'reopen', why: textOption(context, 'why') ?? '' }),
    ),
};
