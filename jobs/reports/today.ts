// How the day stands, for whoever opens the console: each company in one word, the bridge from ledger to expected, what needs
// whom, and what changed.
import {
  type CompanyWord,
  companyReasons,
  type CompanyState,
  companyWord,
} from '../../reports/companyWord.ts';
import { hasCompany } from '../decisions/ownCompanies.ts';
import { ownDecisions } from '../decisions/ownDecisions.ts';
import type { Actor } from '../administration/userKeys.ts';
import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { listDecisions, type ListedDecision } from '../../src/db/list/decisions.ts';
import { listAwaiting } from '../../src/db/posting/listAwaiting.ts';
import { waitingByCompany } from '../../src/db/read/waitingByCompany.ts';
import { decimal, fixed, sum } from '../../src/money/decimal.ts';
import { minorUnits } from '../../src/money/currencies.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { type CaseSum, sumsOf } from './narrowCases.ts';
import type { KeptCases, ListedCase } from './keptCases.ts';
import type { KeptStatement } from './keptStatement.ts';
import type { ExplainedStatement } from './statement.ts';
import { readStatus, type Status } from './status.ts';

export interface CompanyToday {
  code: string;
  word: CompanyWord;
  reasons: string[];
  cases: CaseSum[];
}

export interface Today {
  run: string;
  asOf: string;
  completedAt: string;
  companies: CompanyToday[];
  /** The tie-out of the last run, as `reconcile --json` has it. */
  statement: ExplainedStatement;
  needs: {
    open: CaseSum[];
    mine: number;
    overdue: number;
    /** The most important ones. */
    first: ListedCase[];
    journals: { count: number; sums: { currency: string; amount: string }[] };
    decisions: number;
    quarantined: number;
  };
  changed: { new: number; changed: number; decisions: Omit<ListedDecision, 'content'>[] };
  status: Status;
}

export interface ReadToday {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  cases: KeptCases;
  statement: KeptStatement;
  /** Who asks: what is assigned to them is theirs, what is of another company is not there. */
  by: Pick<Actor, 'name' | 'companies'>;
  /** Milliseconds since 1970. */
  now: number;
}

/** Undefined before the first run has completed. */
export async function readToday(wanted: ReadToday): Promise<Today | undefined> {
  const { db, config, rulebook, now, by } = wanted;
  const own = <T extends { company: string }>(all: readonly T[]): T[] =>
    all.filter(({ company }) => hasCompany(by, company));
  const found = await wanted.statement.read(db);
  if (found === undefined) return undefined;
  const statement = cutStatement(found, by);
  const quarantined = own(await waitingByCompany(db.pool));
  const cases = own((await wanted.cases.list(db, rulebook)).cases);
  const status = cutStatus(await readStatus(db, config, now, rulebook), by);
  const open = cases.filter((row) => row.status === 'open');
  const { asOf } = statement;
  const awaiting = own(await listAwaiting(db.pool));
  const since = new Date(now - 86_400_000).toISOString().slice(0, 10);
  const [waiting, decided] = await transaction(db, async (client) => [
    await ownDecisions(client, by, (await listDecisions(client, { limit: 500, waiting: true })).rows),
    await ownDecisions(client, by, (await listDecisions(client, { limit: 200, since })).rows),
  ]);
  return {
    run: statement.run,
    asOf,
    completedAt: statement.knownAt,
    companies: [...config.companies.keys()]
      .filter((code) => hasCompany(by, code))
      .map((code) => companyToday(code, { statement, quarantined }, cases, status.overdue)),
    statement,
    needs: {
      open: sumsOf(open, asOf),
      mine: open.filter(({ assignee, owner, team }) => isFor(by.name, assignee, owner, team)).length,
      overdue: open.filter(({ dueDate }) => dueDate < asOf).length,
      first: open.slice(0, 8),
      journals: { count: awaiting.length, sums: totals(awaiting) },
      decisions: waiting.length,
      quarantined: quarantined.reduce((n, { count }) => n + count, 0),
    },
    changed: {
      new: open.filter(({ changed }) => changed === 'new').length,
      changed: open.filter(({ changed }) => changed === 'changed').length,
      decisions: decided.map(({ content: _, ...row }) => row),
    },
    status,
  };
}

const isFor = (name: string, assignee: string, owner: string, team: readonly string[]): boolean =>
  assignee === name || (assignee === '' && (owner === name || team.includes(name)));

/** What is of another company is taken out. */
function cutStatement(statement: ExplainedStatement, by: ReadToday['by']): ExplainedStatement {
  const { reconciliations, outsideRulebook, brakes } = statement;
  const own = <T extends { company: string }>(all: readonly T[]): T[] =>
    all.filter(({ company }) => hasCompany(by, company));
  return {
    ...statement,
    reconciliations: own(reconciliations),
    outsideRulebook: own(outsideRulebook),
    brakes: own(brakes),
  };
}

function companyToday(
  code: string,
  {
    statement,
    quarantined,
  }: { statement: ExplainedStatement; quarantined: { company: string; count: number }[] },
  cases: readonly ListedCase[],
  overdue: Status['overdue'],
): CompanyToday {
  const open = cases.filter(({ company, status }) => company === code && status !== 'accepted');
  const state: CompanyState = {
    rows: statement.reconciliations.filter(({ company }) => company === code),
    openCases: open.length,
    // A record that names no company may be any company's.
    quarantined: quarantined.reduce(
      (n, { company, count }) => n + (company === code || company === '' ? count : 0),
      0,
    ),
    overdue: overdue.filter(({ company }) => company === code).length,
  };
  return {
    code,
    word: companyWord(state),
    reasons: companyReasons(state),
    cases: sumsOf(open, statement.asOf),
  };
}

function totals(
  amounts: readonly { amount: string; currency: string }[],
): { currency: string; amount: string }[] {
  return [...new Set(amounts.map(({ currency }) => currency))].toSorted().map((currency) => {
    const mine = amounts.filter((one) => one.currency === currency).map(({ amount }) => decimal(amount));
    return { currency, amount: fixed(sum(mine), minorUnits(currency) ?? 2) };
  });
}

/** What tells of one company is cut to the person's; what tells of none, such as counts and files, is for who has all. */
function cutStatus(status: Status, by: ReadToday['by']): Status {
  if (by.companies === undefined) return status;
  const { brakes, feeds, overdue } = status;
  const own = <T extends { company: string }>(all: readonly T[]): T[] =>
    all.filter(({ company }) => hasCompany(by, company));
  return {
    ...status,
    exceptions: [],
    journals: [],
    quarantined: 0,
    unknownFiles: [],
    waitingCorrections: [],
    halfRead: [],
    inboxes: { failed: [], withoutControl: [] },
    brakes: own(brakes),
    feeds: own(feeds),
    overdue: own(overdue),
  };
}
