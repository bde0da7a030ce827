// One reconciliation run, top to bottom as the business process: pin the input, gather what is new and what is open, let
// the passes match, say why the rest is open, prove the tie-out, propose what is missing, complete. All of it becomes
// visible in one last transaction; a run that is killed before has changed nothing and is resumed with its own pins.
import type pg from 'pg';
import { addDays, daysBetween, type IsoDate, localDate } from '../src/accounting/dates.ts';
import type { Config } from '../src/config/model.ts';
import { appendAudit } from '../src/db/audit.ts';
import type { RunCrash } from '../src/crashPoints.ts';
import type { Database } from '../src/db/connection.ts';
import { writeCalendars } from '../src/db/run/calendarDays.ts';
import { completeRun } from '../src/db/run/completeRun.ts';
import { mergeExceptions } from '../src/db/run/exceptions.ts';
import { fillWork, findReleases, makeTables } from '../src/db/run/fillWork.ts';
import { type RunNames, runNames } from '../src/db/run/names.ts';
import * as persist from '../src/db/run/persist.ts';
import { refreshStatistics } from '../src/db/run/refreshStatistics.ts';
import { resultHash } from '../src/db/run/resultHash.ts';
import { matchPostings, POSTING_PASS } from '../src/db/run/postings.ts';
import { netReversals, REVERSAL_PASS } from '../src/db/run/reversals.ts';
import { noteRulebook } from '../src/db/run/rulebookVersions.ts';
import { type Crew, runPass } from '../src/db/run/runPass.ts';
import { horizonBefore, lockRuns, type RunPins, startRun, unlockRuns } from '../src/db/run/startRun.ts';
import { type Fresh, NOTHING_NEW, survey } from '../src/db/run/survey.ts';
import { type Cut, proveTieOut } from '../src/db/run/tieOut.ts';
import { UserError } from '../src/errors.ts';
import type { Reconciliation, Rulebook } from '../src/rulebook/model.ts';
import { closeLoop, type JournalSummary } from './closeLoop.ts';
import { deriveWhatIsDue } from './deriveDue.ts';
import { deriveOffsets } from './deriveOffsets.ts';
import { explainOpenLines } from './explainOpen.ts';
import { retiredReconciliations } from './retired.ts';
import { type ExplainedStatement, readStatement } from './statement.ts';

/** What a run needs; nothing else reaches it. */
export interface Reconcile {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  /** Person or schedule that started it. */
  maker: string;
  /** Milliseconds since 1970; the only clock. */
  clock: () => number;
  /** Day up to which accounts are compared; default: yesterday, where it is earliest. */
  asOf?: IsoDate;
  /** One reconciliation by name; default: all. */
  only?: string;
  /** Connections that work in parallel; 2 by default. */
  workers?: number;
  /** Told what is being done, for a progress bar. */
  progress?: (step: string) => void;
  /** Told at named places; only a test that kills the process passes it. */
  crash?: RunCrash;
}

/** The tie-out of the run, and what it did about journals. */
export interface Reconciled extends ExplainedStatement {
  journals: JournalSummary;
}

export async function reconcile(job: Reconcile): Promise<Reconciled> {
  const chosenOnes = chosen(job);
  const asOf = job.asOf ?? yesterday(job.config, job.clock());
  return withCrew(job, async (crew) => {
    const [client] = crew;
    await lockRuns(client);
    try {
      await noteRulebook(client, job.rulebook, job.maker);
      await deriveWhatIsDue(job);
      await deriveOffsets(job);
      const reconciliations = [...chosenOnes, ...(await retiredReconciliations(client, job))];
      const pins = await startRun(client, {
        asOf,
        rulebookHash: job.rulebook.hash,
        onlyName: job.only ?? '',
        maker: job.maker,
        now: new Date(job.clock()).toISOString(),
      });
      job.crash?.('reconcile.after-pins');
      await writeCalendars(
        client,
        job.config.calendars,
        addDays(job.config.startDate, -400),
        addDays(asOf, 400),
      );
      await refreshStatistics(client);
      const parts = await match(crew, job, pins, reconciliations);
      return await complete(client, job, pins, parts);
    } finally {
      await unlockRuns(client);
    }
  });
}

/**
 * Every reconciliation through its passes, several at a time: one connection each. A connection without a reconciliation
 * of its own helps the others with their shares of a pass, so that one giant among small ones does not leave it idle.
 */
async function match(
  crew: Crew,
  job: Reconcile,
  pins: RunPins,
  reconciliations: readonly Reconciliation[],
): Promise<persist.PersistPart[]> {
  const [client] = crew;
  const parts: Matching[] = [];
  const surveys = new Map<string, Map<string, Fresh>>();
  for (const [index, reconciliation] of reconciliations.entries()) {
    const names = runNames(pins.runId).part(index);
    const from = await horizonBefore(client, reconciliation.name);
    if (!surveys.has(from))
      surveys.set(from, await survey(client, { from, to: pins.horizon, asOf: pins.asOf }));
    const fresh = surveys.get(from)?.get(reconciliation.name) ?? NOTHING_NEW;
    parts.push({ reconciliation, names, asOf: pins.asOf, from, to: pins.horizon, fresh });
  }
  // The largest first: started last, it would be the one that all others wait for.
  const waiting = parts.toSorted((a, b) => b.fresh.lines - a.fresh.lines);
  const idle: pg.ClientBase[] = [];
  await allOf(
    crew.map(async (own) => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        job.progress?.(`matching ${part.reconciliation.name}`);
        await matchOne(own, idle, part, job.crash);
      }
      idle.push(own);
    }),
  );
  return parts;
}

type Matching = persist.PersistPart & { asOf: string };

async function matchOne(
  own: pg.ClientBase,
  idle: pg.ClientBase[],
  part: Matching,
  crash?: RunCrash,
): Promise<void> {
  await makeTables(own, part);
  await findReleases(own, part);
  let lines = await fillWork(own, part);
  crash?.('reconcile.after-working-set');
  lines = await matchPostings([own], part, lines);
  lines = await netReversals([own], part.names, lines);
  const { name, passes } = part.reconciliation;
  for (const [index, pass] of passes.entries()) {
    const helpers = idle.splice(0);
    const work = { pass, index, names: part.names, reconciliation: name, passCount: passes.length, lines };
    lines = await runPass([own, ...helpers], work);
    idle.push(...helpers);
    crash?.('reconcile.after-pass');
  }
}

/** Waits for all of them, then throws the first error: nobody may go on using a connection that is given back. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** The last transaction: either all of the run becomes visible, or nothing of it. */
async function complete(
  client: pg.ClientBase,
  job: Reconcile,
  pins: RunPins,
  parts: readonly persist.PersistPart[],
): Promise<Reconciled> {
  const names = runNames(pins.runId);
  const cut: Cut = {
    asOf: pins.asOf,
    runId: pins.runId,
    reconciliations: parts.map((part) => part.reconciliation.name),
  };
  job.progress?.('storing matches');
  job.crash?.('reconcile.before-storing');
  await client.query('begin');
  try {
    for (const part of parts) await storePart(client, job, pins, part);
    await persist.addBalances(client, pins.runId, parts);
    job.crash?.('reconcile.after-matches');
    job.progress?.('explaining what is open');
    await explainOpenLines(client, { ...job, pins, parts, names });
    await mergeExceptions(client, names, pins.runId, pins.asOf, cut.reconciliations, job.only === undefined);
    job.crash?.('reconcile.after-explaining');
    job.progress?.('looking after journals');
    const { companies } = job.config;
    const journals = await closeLoop(
      client,
      { runId: pins.runId, asOf: pins.asOf, rulebook: job.rulebook, companies },
      pins.horizon,
    );
    job.progress?.('proving the tie-out');
    await proveTieOut(client, cut);
    job.crash?.('reconcile.after-proof');
    const hash = await resultHash(
      client,
      cut,
      parts.map((part) => part.names),
    );
    const knownAt = new Date(job.clock()).toISOString();
    const statement = await readStatement(client, {
      cut,
      horizon: pins.horizon,
      knownAt,
      rulebookHash: pins.rulebookHash,
      resultHash: hash,
    });
    await completeRun(client, pins.runId, hash, statement, knownAt);
    await dropAll(client, names, parts.length);
    await appendAudit(client, 'runs', {
      run: pins.runId,
      kind: 'reconcile',
      asOf: pins.asOf,
      horizon: pins.horizon,
      rulebookHash: pins.rulebookHash,
      resultHash: hash,
      maker: pins.maker,
    });
    job.crash?.('reconcile.before-commit');
    await client.query('commit');
    job.crash?.('reconcile.after-commit');
    return { ...statement, journals };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function storePart(
  client: pg.ClientBase,
  job: Reconcile,
  pins: RunPins,
  part: persist.PersistPart,
): Promise<void> {
  const { passes } = part.reconciliation;
  await persist.insertRunReconciliation(client, pins.runId, pins.asOf, part);
  await persist.releaseMatches(client, pins.runId, part);
  await persist.insertMatches(
    client,
    pins.runId,
    part,
    [
      { passNo: POSTING_PASS, name: 'posting', version: '' },
      { passNo: REVERSAL_PASS, name: 'reversal', version: '' },
      ...passes.map((pass, passNo) => ({ passNo, name: pass.name, version: pass.version })),
    ],
    passes.flatMap((pass, passNo) => {
      const account =
        pass.tolerance === undefined ? undefined : job.rulebook.accounts.get(pass.tolerance.account);
      if (account === undefined) return [];
      return [...job.config.companies.keys()].map((company) => ({
        passNo,
        company,
        account: account.companies.get(company) ?? account.number,
      }));
    }),
  );
  await persist.updateOpenItems(client, pins.runId, pins.asOf, part);
}

async function dropAll(client: pg.ClientBase, names: RunNames, parts: number): Promise<void> {
  await persist.dropTables(client, names, parts);
}

function chosen({ rulebook, only }: Reconcile): Rulebook['reconciliations'] {
  if (only === undefined) return rulebook.reconciliations;
  const found = rulebook.reconciliations.filter((reconciliation) => reconciliation.name === only);
  if (found.length > 0) return found;
  throw new UserError({
    where: '--only',
    what: 'no such reconciliation',
    expected: rulebook.reconciliations.map((reconciliation) => reconciliation.name).join(', '),
    found: only,
  });
}

/** Yesterday in the time zone of each company; where they differ, the earlier day, which is over everywhere. */
export function yesterday(config: Config, nowMs: number): IsoDate {
  const days = [...config.companies.values()].map((company) =>
    addDays(localDate(nowMs, company.timeZone), -1),
  );
  return days.reduce((earliest, day) => (daysBetween(earliest, day) < 0 ? day : earliest));
}

/** Connections for the run's length. */
async function withCrew<T>(job: Reconcile, work: (crew: Crew) => Promise<T>): Promise<T> {
  const clients: pg.PoolClient[] = [];
  try {
    for (let i = 0; i < (job.workers ?? 2); i += 1) clients.push(await job.db.pool.connect());
    return await work(clients as unknown as Crew);
  } finally {
    for (const client of clients) client.release();
  }
}
