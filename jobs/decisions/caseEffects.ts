// What each decision on a case does, by the job that every other door uses too.
import type pg from 'pg';
import type { CaseActionName, CaseRow } from '../../reports/caseModel.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import type { IsoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { insertCaseStep, linesOfItem, usersAmong } from '../../src/db/decisions/caseSteps.ts';
import { UserError } from '../../src/errors.ts';
import { fewOf } from '../../src/fewOf.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { accept, type Accepted, reopen } from './accept.ts';
import { approveJournals } from './approveJournals.ts';
import { differing, matchable, misplaced, reversible, waitingJournals } from './caseActions.ts';
import { proposeReclasses } from './closing.ts';
import { correctCase } from './correctCase.ts';
import type { Decide } from './decisionRun.ts';
import { matchGroupsByHand } from './matchByHand.ts';
import { permit } from './permissions.ts';

/** What a person decides about one case. */
export interface CaseDecision {
  case: string;
  action: CaseActionName | 'comment' | 'assign';
  why: string;
  until?: IsoDate;
  account?: string;
  assignee?: string;
  /** What the person saw of the case; another state of it now refuses the decision. Absent: what it is now. */
  seen?: string;
}

export interface DecideCases extends Omit<Decide, 'why'> {
  config: Config;
  rulebook: Rulebook;
}

export const openItems = ({ exceptions }: CaseRow): string[] =>
  exceptions.filter(({ status }) => status === 'open').map(({ id }) => id);

export function acceptItems(job: DecideCases, why: string, ids: readonly string[]): Promise<Accepted> {
  return accept({ ...job, companies: job.config.companies, why }, ids);
}

/** What became of these items among all that were accepted, or asked for, together. */
export function said({ run, waits }: Accepted, ids: readonly string[]): { did: string; waits?: string } {
  if (waits === undefined || !waits.exceptions.some((id) => ids.includes(id)))
    return { did: `accepted (run ${run})` };
  return { did: `asked: ${waits.id} waits for a second person`, waits: waits.id };
}

type Doing = (
  job: DecideCases,
  decision: CaseDecision,
  found: CaseRow,
) => Promise<{ did: string; waits?: string }>;

export const DO: Readonly<Record<CaseDecision['action'], Doing>> = {
  async book(job, { why }, { exceptions }) {
    const journals = waitingJournals(exceptions);
    const answers = await approveJournals({ db: job.db, by: job.by, why }, journals);
    const refused = answers.find((answer) => !answer.ok);
    if (refused !== undefined && !refused.ok)
      throw new UserError({ where: `journal ${refused.journal}`, what: refused.why });
    return { did: `approved ${fewOf(journals, 3)}` };
  },
  async match(job, { why, account }, { exceptions }) {
    const groups = await transaction(job.db, async (client) => {
      const lines: string[][] = [];
      for (const { id } of matchable(exceptions)) lines.push(await linesOfItem(client, id));
      return lines;
    });
    const variance = account === undefined ? undefined : { account, accounts: job.rulebook.accounts };
    const { run, matches } = await matchGroupsByHand({ ...job, why }, groups, variance);
    const numbers = matches.map(({ match }) => match);
    return { did: `matched by hand: match ${fewOf(numbers, 3)} (run ${run})` };
  },
  async reclass(job, { why }, { exceptions }) {
    const { db, by, rulebook, config } = job;
    const proposed = await proposeReclasses(
      { db, by, rulebook, companies: config.companies, why },
      misplaced(exceptions).map(({ id }) => id),
    );
    const journals = proposed.map(({ journal }) => journal);
    return { did: `proposed journal ${fewOf(journals, 3)}`, waits: journals[0]! };
  },
  reverse: (job, { why }, found) => correct(job, { why }, found, 'reverse', reversible(found.exceptions)),
  writeOff: (job, decision, found) => correct(job, decision, found, 'correct', differing(found.exceptions)),
  async accept(job, { why }, found) {
    return said(await acceptItems(job, why, openItems(found)), openItems(found));
  },
  async reopen(job, decision, found) {
    const accepted = found.exceptions.filter(({ status }) => status === 'accepted').map(({ id }) => id);
    if (accepted.length === 0) return step(job, decision, found, 'open again');
    const { run } = await reopen({ ...job, why: decision.why }, accepted);
    return { did: `open again (run ${run})` };
  },
  wait: (job, decision, found) => step(job, decision, found, `put aside until ${decision.until}`),
  correctSource: (job, decision, found) =>
    step(job, decision, found, `waits until ${decision.until} for a correction by its source`),
  notMine: (job, decision, found) => step(job, decision, found, `given to ${decision.assignee}`),
  assign: (job, decision, found) => step(job, decision, found, `given to ${decision.assignee}`),
  comment: (job, decision, found) => step(job, decision, found, 'comment kept'),
};

async function correct(
  { db, by, rulebook, config }: DecideCases,
  { why, account }: Pick<CaseDecision, 'why' | 'account'>,
  found: CaseRow,
  what: 'reverse' | 'correct',
  items: readonly ExceptionRow[],
): Promise<{ did: string; waits: string }> {
  const { journal } = await correctCase(
    { db, by, rulebook, companies: config.companies, why },
    {
      case: found.case,
      exceptions: items.map(({ id }) => id),
      what,
      ...(account === undefined ? {} : { account }),
    },
  );
  return { did: `proposed journal ${journal}`, waits: journal };
}

/** What is only said of a case, and changes none of its items. */
async function step(
  job: DecideCases,
  decision: CaseDecision,
  found: CaseRow,
  did: string,
): Promise<{ did: string }> {
  const { action, why, assignee = '', until } = decision;
  permit(job.by, action === 'comment' || action === 'assign' ? action : 'put aside', why);
  await transaction(job.db, async (client) => {
    if (assignee !== '') await requireUser(client, assignee);
    const decisionId = await recordDecision(client, {
      kind: `case-${action}`,
      by: job.by,
      subject: found.case,
      why,
      content: { title: found.title, seen: found.seen, assignee, until: until ?? '' },
    });
    await insertCaseStep(client, {
      decisionId,
      caseId: found.case,
      action: action as 'assign',
      assignee,
      until: until ?? null,
      seen: found.seen,
    });
  });
  return { did };
}

async function requireUser(client: pg.ClientBase, name: string): Promise<void> {
  if ((await usersAmong(client, [name])).has(name)) return;
  throw new UserError({
    where: `assignee ${name}`,
    what: 'no user has this name',
    todo: 'tieout users list shows who there is',
  });
}
