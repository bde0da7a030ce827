// What a person may decide about lines and differences: accept, match by hand, take a match apart, take a run back. Each is
// a run of its own in one transaction: the decision, its effect, the proof of the tie-out and the audit row, or nothing.
import type pg from 'pg';
import { appendAudit } from '../src/db/audit.ts';
import { type Database, transaction } from '../src/db/connection.ts';
import { type DecisionMaker, recordDecision } from '../src/db/decision.ts';
import { acceptException, exceptionsLike } from '../src/db/decisions/acceptException.ts';
import { type DecisionRun, knownReconciliations, startDecisionRun } from '../src/db/decisions/decisionRun.ts';
import {
  closeEmptyExceptions,
  insertManualMatch,
  type ManualLine,
  openLinesById,
} from '../src/db/decisions/manualMatch.ts';
import {
  closedPeriodsOf,
  closedPeriodsOfMatch,
  cutBefore,
  reverseRun,
  runsDownTo,
  setCut,
} from '../src/db/decisions/undoRun.ts';
import { liveMatchUnit, releaseByHand } from '../src/db/decisions/unmatch.ts';
import { lock } from '../src/db/locks.ts';
import { lockPostings } from '../src/db/posting/lockPostings.ts';
import { carryTotals } from '../src/db/run/cellTotals.ts';
import { completeRun } from '../src/db/run/completeRun.ts';
import { lockRunsInTransaction } from '../src/db/run/startRun.ts';
import { proveTieOut } from '../src/db/run/tieOut.ts';
import { DecisionRefused, UserError } from '../src/errors.ts';
import { decimal, sum } from '../src/money/decimal.ts';
import { numberWritten } from '../src/rulebook/accounts.ts';
import type { Rulebook } from '../src/rulebook/model.ts';
import { didYouMean } from '../src/rulebook/nearest.ts';
import { requireOpen } from './requireOpen.ts';
import type { ProposedReversal } from './reverse.ts';
import { reverseBehindMatch, undoJournals, type UndoneJournals } from './undoJournals.ts';
import { withdraw } from './withdraw.ts';

/** What every decision needs. */
export interface Decide {
  db: Database;
  by: DecisionMaker;
  why: string;
  clock: () => number;
}

/**
 * Keeps differences as accepted; journals that would book them and have not left are cancelled. Ids may be shortened to a
 * unique beginning of at least four digits.
 */
export function accept(job: Decide, ids: readonly string[]): Promise<Accepted> {
  const work = async (client: pg.ClientBase, run: DecisionRun, decisionId: string): Promise<Accepted> => {
    const accepted: string[] = [];
    for (const id of ids) {
      const full = await oneException(client, id);
      if (accepted.includes(full)) continue;
      if (!(await acceptException(client, full, run.runId, decisionId))) {
        throw new DecisionRefused({
          where: id,
          what: 'this exception is not open',
          expected: 'an open exception',
          found: 'accepted already',
        });
      }
      accepted.push(full);
    }
    const withdrawn = await withdraw(client, run.runId);
    return { run: run.runId, accepted, withdrawn };
  };
  return decisionRun(job, 'accept', ids.join(' '), { exceptions: ids }, work, lockPostings);
}

/** Full ids; and how many journals were cancelled. */
export interface Accepted {
  run: string;
  accepted: string[];
  withdrawn: number;
}

async function oneException(client: pg.ClientBase, id: string): Promise<string> {
  const found = await exceptionsLike(client, id);
  if (found.length === 1) return found[0] as string;
  throw new UserError({
    where: id,
    what: found.length === 0 ? 'no open exception has this id' : 'more than one exception begins like this',
    todo: 'tieout exceptions lists them',
  });
}

/** Where a variance goes: an account as the person wrote it, by name or number, and the accounts that there are. */
export interface VarianceAccount {
  account: string;
  accounts: Rulebook['accounts'];
}

/** Matches open lines by hand. A sum other than zero needs the account that takes the variance. */
export function matchByHand(
  job: Decide,
  lineIds: readonly string[],
  variance?: VarianceAccount,
): Promise<{ run: string; match: string; variance: string }> {
  return decisionRun(
    job,
    'match',
    lineIds.join(' '),
    { lines: lineIds, account: variance?.account ?? '' },
    async (client, run, decisionId) => {
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
      return { run: run.runId, match, variance: left.toFixed() };
    },
  );
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
  const reversal = await transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await lock(client, 'PROPOSE');
    return reverseBehindMatch(client, job, { unit: await unitOfLive(client, matchId), matchId });
  });
  if (reversal !== undefined) return { match: matchId, reversal };
  return decisionRun(job, 'unmatch', matchId, { match: matchId }, async (client, run, decisionId) => {
    const match = { unit: await unitOfLive(client, matchId), matchId };
    requireOpen(`match ${matchId}`, await closedPeriodsOfMatch(client, match));
    await releaseByHand(client, match, { runId: run.runId, decisionId, why: job.why, asOf: run.asOf });
    return { run: run.runId, match: matchId };
  });
}

async function unitOfLive(client: pg.ClientBase, matchId: string): Promise<string> {
  const unit = /^\d{1,18}$/.test(matchId) ? await liveMatchUnit(client, matchId) : undefined;
  if (unit !== undefined) return unit;
  throw new UserError({ where: matchId, what: 'no live match has this id', todo: 'tieout list matches' });
}

/**
 * Takes a run back. Later runs must go first; they are named, or taken along with `withLater`. Journals that it proposed are
 * cancelled, or reversed where they are posted.
 */
export function undoRun(
  job: Decide,
  runId: string,
  withLater: boolean,
): Promise<{ undone: string[] } & UndoneJournals> {
  return transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await lockPostings(client);
    const runs = /^\d{1,18}$/.test(runId) ? await runsDownTo(client, runId) : [];
    if (runs.length === 0)
      throw new UserError({
        where: runId,
        what: 'no run that could be undone has this id',
        todo: 'tieout list runs',
      });
    if (runs.length > 1 && !withLater) {
      const later = runs
        .filter((run) => run.runId !== runId)
        .map((run) => `run ${run.runId} (${run.kind} by ${run.maker})`);
      throw new DecisionRefused({
        where: `run ${runId}`,
        what: 'later runs stand on it',
        expected: 'the newest run',
        found: later.join(', '),
        todo: `tieout undo run ${runId} --with-later takes them back too, newest first`,
      });
    }
    const undone = runs.map((run) => run.runId);
    const journals = await undoJournals(client, job, undone);
    for (const id of undone) await undoOne(client, job, id);
    return { undone, ...journals };
  });
}

async function undoOne(client: pg.ClientBase, job: Decide, runId: string): Promise<void> {
  requireOpen(`run ${runId}`, await closedPeriodsOf(client, runId));
  const decisionId = await recordDecision(client, {
    kind: 'undo',
    by: job.by,
    subject: `run ${runId}`,
    why: job.why,
  });
  const now = new Date(job.clock()).toISOString();
  const run = await startDecisionRun(client, 'undo', job.by.name, decisionId, now);
  await reverseRun(client, runId, run.runId);
  const { asOf, rulebookHash } = run;
  const cut = (await cutBefore(client, runId)) ?? { asOf, horizon: '0', rulebookHash };
  await setCut(client, run.runId, runId, cut);
  await finish(client, 'undo', { ...run, ...cut }, now);
}

/**
 * The frame of a decision: lock, decision row, its run, the proof, completion and audit, all in one transaction.
 * @param locks what else it locks, before the audit of decisions: in the order of `lockPostings`, or two would wait in a circle
 */
function decisionRun<T>(
  job: Decide,
  kind: string,
  subject: string,
  content: Readonly<Record<string, unknown>>,
  work: (client: pg.ClientBase, run: DecisionRun, decisionId: string) => Promise<T>,
  locks: (client: pg.ClientBase) => Promise<void> = async () => {},
): Promise<T> {
  return transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await locks(client);
    const decisionId = await recordDecision(client, { kind, by: job.by, subject, why: job.why, content });
    const now = new Date(job.clock()).toISOString();
    const run = await startDecisionRun(client, 'decision', job.by.name, decisionId, now);
    const result = await work(client, run, decisionId);
    await closeEmptyExceptions(client, run.runId);
    await finish(client, 'decision', run, now);
    return result;
  });
}

async function finish(
  client: pg.ClientBase,
  kind: 'decision' | 'undo',
  run: DecisionRun,
  now: string,
): Promise<void> {
  await carryTotals(client, run.runId);
  await proveTieOut(client, {
    asOf: run.asOf,
    runId: run.runId,
    reconciliations: await knownReconciliations(client),
    own: true,
  });
  await completeRun(client, run.runId, '', null, now);
  await appendAudit(client, 'runs', {
    run: run.runId,
    kind,
    asOf: run.asOf,
    horizon: run.horizon,
  });
}
