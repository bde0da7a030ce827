// What a person may decide about the home of lines: match by hand, take a match apart.
import type pg from 'pg';
import { transaction } from '../../src/db/connection.ts';
import type { DecisionRun } from '../../src/db/decisions/decisionRun.ts';
import { insertManualMatch, type ManualLine, openLinesById } from '../../src/db/decisions/manualMatch.ts';
import { closedPeriodsOfMatch } from '../../src/db/decisions/undoRun.ts';
import { liveMatchUnit, releaseByHand } from '../../src/db/decisions/unmatch.ts';
import { lock } from '../../src/db/locks.ts';
import { giveCasesAfterDecision } from '../../src/db/run/cases.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { UserError } from '../../src/errors.ts';
import { decimal, sum } from '../../src/money/decimal.ts';
import { numberWritten } from '../../src/rulebook/accounts.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { didYouMean } from '../../src/rulebook/nearest.ts';
import { type Decide, decisionRun } from './decisionRun.ts';
import { permit } from './permissions.ts';
import { requireOpen } from './requireOpen.ts';
import type { ProposedReversal } from './reverse.ts';
import { reverseBehindMatch } from '../posting/undoJournals.ts';
import { requireOwn } from './ownCompanies.ts';

/** Where a variance goes: an account as the person wrote it, by name or number, and the accounts that there are. */
export interface VarianceAccount {
  account: string;
  accounts: Rulebook['accounts'];
}

/** A match made by hand, and what its lines leave: ledger minus expected. */
export interface ManualMatch {
  match: string;
  variance: string;
}

/** Matches open lines by hand. A sum other than zero needs the account that takes the variance. */
export async function matchByHand(
  job: Decide,
  lineIds: readonly string[],
  variance?: VarianceAccount,
): Promise<ManualMatch & { run: string }> {
  const { run, matches } = await matchGroupsByHand(job, [lineIds], variance);
  return { run, ...matches[0]! };
}

/** The same for several groups by one decision: all of them or, with a `UserError`, none. */
export async function matchGroupsByHand(
  job: Decide,
  groups: readonly (readonly string[])[],
  variance?: VarianceAccount,
): Promise<{ run: string; matches: ManualMatch[] }> {
  permit(job.by, 'match', job.why);
  const lines = groups.flat();
  return decisionRun(
    job,
    'match',
    lines.join(' '),
    { lines, account: variance?.account ?? '' },
    async (client, run, decisionId) => {
      await requireOwn(client, job.by, 'line', lines);
      const matches: ManualMatch[] = [];
      for (const group of groups) matches.push(await matchGroup(client, run, decisionId, group, variance));
      return { run: run.runId, matches };
    },
  );
}

async function matchGroup(
  client: pg.ClientBase,
  run: DecisionRun,
  decisionId: string,
  lineIds: readonly string[],
  variance?: VarianceAccount,
): Promise<ManualMatch> {
  const numbers = lineIds.filter((id) => /^\d{1,18}$/.test(id));
  const lines = await openLinesById(client, numbers, run.asOf);
  const missing = lineIds.filter((id) => !lines.some((line) => line.lineId === id));
  if (missing.length > 0) {
    throw new UserError({
      where: missing.join(', '),
      what: 'not an open line',
      expected: 'numbers of open lines',
      todo: 'tieout list lines shows each line with its number',
    });
  }
  oneCell(lines);
  const account = variance === undefined ? '' : accountFor(variance, lines[0]!.company);
  const left = sum(
    lines.map((line) => (line.side === 'L' ? decimal(line.amount) : decimal(line.amount).negated())),
  );
  if (!left.isZero() && account === '') {
    throw new UserError({
      what: 'the lines do not sum to zero',
      expected: 'ledger minus expected = 0, or --account ACCOUNT for the variance',
      found: left.toFixed(),
    });
  }
  const match = await insertManualMatch(client, run.runId, decisionId, lines, account);
  return { match, variance: left.toFixed() };
}

/** As passes type variances: by number. An account that nobody knows could never be written off to. */
function accountFor({ account, accounts }: VarianceAccount, company: string): string {
  const number = numberWritten(accounts, account, company);
  if (number !== undefined) return number;
  throw new UserError({
    where: `--account ${account}`,
    what: 'accounts.yaml has no such account',
    expected: `a name, or a number of company ${company}`,
    found: account,
    todo: didYouMean(account, accounts.keys()),
  });
}

function oneCell(lines: readonly ManualLine[]): void {
  const cells = new Set(lines.map((line) => `${line.unit} ${line.account} ${line.currency}`));
  if (lines.length < 2 || cells.size > 1) {
    throw new UserError({
      what: 'these lines cannot be one match',
      expected: 'two or more lines of one unit, account and currency',
      found: `${lines.length} lines in ${cells.size} cells`,
    });
  }
}

/** A match taken apart in `run`; or, where a journal of ours made it, its proposed reversal and no run yet. */
export interface Unmatched {
  match: string;
  run?: string;
  reversal?: ProposedReversal;
}

/**
 * Takes a match apart; the same group may afterwards only be suggested. One that a journal of ours made is taken back in
 * the ERP: the reversal is proposed, and the match goes when the ledger shows it.
 */
export async function unmatch(job: Decide, matchId: string): Promise<Unmatched> {
  permit(job.by, 'unmatch', job.why);
  const reversal = await transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await lock(client, 'PROPOSE');
    await requireOwn(client, job.by, 'match', [matchId]);
    return reverseBehindMatch(client, job, { unit: await unitOfLive(client, matchId), matchId });
  });
  if (reversal !== undefined) return { match: matchId, reversal };
  return decisionRun(job, 'unmatch', matchId, { match: matchId }, async (client, run, decisionId) => {
    const match = { unit: await unitOfLive(client, matchId), matchId };
    requireOpen(`match ${matchId}`, await closedPeriodsOfMatch(client, match));
    await releaseByHand(client, match, { runId: run.runId, decisionId, why: job.why, asOf: run.asOf });
    await giveCasesAfterDecision(client, run);
    return { run: run.runId, match: matchId };
  });
}

async function unitOfLive(client: pg.ClientBase, matchId: string): Promise<string> {
  const unit = /^\d{1,18}$/.test(matchId) ? await liveMatchUnit(client, matchId) : undefined;
  if (unit !== undefined) return unit;
  throw new UserError({ where: matchId, what: 'no live match has this id', todo: 'tieout list matches' });
}
