// One reconciliation run, top to bottom as the business process: pin the input, gather what is new and what is open, let
// the passes match, say why the rest is open, prove the tie-out, propose what is missing, complete. All of it becomes
// visible in one last transaction; a run that is killed before has changed nothing and is resumed with its own pins.
import type pg from 'pg';
import { addDays, daysBetween, type IsoDate, localDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { appendAudit } from '../../src/db/audit.ts';
import type { RunCrash } from '../../src/crashPoints.ts';
import { type Database, transactionOn } from '../../src/db/connection.ts';
import { carryTotals } from '../../src/db/run/cellTotals.ts';
import { giveCases } from '../../src/db/run/cases.ts';
import { completeRun } from '../../src/db/run/completeRun.ts';
import { type Connections, withConnections } from '../../src/db/run/connections.ts';
import { dropStale } from '../../src/db/run/dropStale.ts';
import { mergeExceptions } from '../../src/db/run/exceptions.ts';
import type { CompleteLedgers } from '../../src/db/run/grace.ts';
import { runNames } from '../../src/db/run/names.ts';
import { addOutside, outsideHorizon } from '../../src/db/run/outside.ts';
import * as persist from '../../src/db/run/persist.ts';
import { refreshStatistics, summariseRanges } from '../../src/db/run/refreshStatistics.ts';
import { resultHash, sumOfMade } from '../../src/db/run/resultHash.ts';
import { noteRulebook } from '../../src/db/run/rulebookVersions.ts';
import { lockRuns, type RunPins, startRun, unlockRuns } from '../../src/db/run/startRun.ts';
import { type Cut, gatherLegs, proveTieOut } from '../../src/db/run/tieOut.ts';
import { UserError } from '../../src/errors.ts';
import { HEAP_GROWTH_PERCENT, withHeapGrowth } from '../../src/heap.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { closeLoop, type JournalSummary } from './closeLoop.ts';
import { deriveWhatIsDue } from './deriveDue.ts';
import { deriveOffsets } from './deriveOffsets.ts';
import { type FactFindings, factControls } from './factControls.ts';
import { addControls, explainOpenLines } from '../reports/explainOpen.ts';
import { type Matched, matchAll } from './matchAll.ts';
import { retiredReconciliations } from './retired.ts';
import { type ExplainedStatement, readStatement } from '../reports/statement.ts';
import { storePart } from './storePart.ts';

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
  return withHeapGrowth(HEAP_GROWTH_PERCENT.run, () =>
    withConnections(job.db, job.workers ?? 2, (connections) => run(job, connections)),
  );
}

async function run(job: Reconcile, connections: Connections): Promise<Reconciled> {
  const chosenOnes = chosen(job);
  const asOf = job.asOf ?? yesterday(job.config, job.clock());
  const [client] = connections;
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
    await dropStale(client, pins.runId);
    await refreshStatistics(client);
    const matched = await matchAll(connections, job, pins, reconciliations);
    job.progress?.('explaining what is open');
    const names = runNames(pins.runId);
    const ledgers = await transactionOn(client, () =>
      explainOpenLines(client, { ...job, pins, parts: matched.parts, names }),
    );
    job.crash?.('reconcile.after-explaining');
    const aside = lookAside(connections, job, pins, matched);
    try {
      if (connections.length === 1) await aside.tidied;
      return await complete(client, job, pins, matched, ledgers, aside);
    } finally {
      await aside.tidied;
    }
  } finally {
    // On a connection that was lost there is nothing to unlock, and its own error is the one to be told.
    await unlockRuns(client).catch(() => undefined);
  }
}

/** What goes on beside a run's last transaction. */
interface Aside {
  facts: Promise<FactFindings | undefined>;
  /** The part of the result hash that stands for matches. */
  made: Promise<bigint>;
  /** Never fails: what went wrong before is thrown by the others, and what was not tidied the server tidies later. */
  tidied: Promise<void>;
}

/**
 * What needs nothing that the last transaction stores goes on beside it, on the last connection: controls over facts, the
 * sum over its matches, then what keeps the next run fast.
 */
function lookAside(connections: Connections, job: Reconcile, pins: RunPins, { parts }: Matched): Aside {
  const client = connections.at(-1) as pg.ClientBase;
  const facts = transactionOn(client, async () =>
    job.only === undefined ? factControls(client, { ...job, pins }) : undefined,
  );
  const made = facts.then(() =>
    sumOfMade(
      client,
      parts.map((part) => part.names),
    ),
  );
  const read = parts.reduce((lines, { fresh }) => lines + fresh.lines, 0);
  const tidied = made.then(() => summariseRanges(client, read)).catch(() => undefined);
  return { facts, made, tidied };
}

/** The last transaction: either all of the run becomes visible, or nothing of it. */
async function complete(
  client: pg.ClientBase,
  job: Reconcile,
  pins: RunPins,
  { parts, seen }: Matched,
  ledgers: CompleteLedgers,
  { facts, made }: Aside,
): Promise<Reconciled> {
  const names = runNames(pins.runId);
  const cut: Cut = {
    asOf: pins.asOf,
    runId: pins.runId,
    reconciliations: seen.map(({ name }) => name),
    own: true,
  };
  job.progress?.('storing matches');
  job.crash?.('reconcile.before-storing');
  const reconciled = await transactionOn(client, async () => {
    await persist.insertRunReconciliations(client, pins.runId, pins.asOf, seen);
    for (const part of parts) await storePart(client, job, pins, part);
    await persist.addBalances(client, pins.runId, names);
    if (job.only === undefined)
      await addOutside(client, { runId: pins.runId, from: await outsideHorizon(client), to: pins.horizon });
    job.crash?.('reconcile.after-matches');
    const { reconciliations } = cut;
    await addControls(client, { ...job, pins, parts, names, reconciliations, facts }, ledgers);
    await mergeExceptions(client, names, pins.runId, pins.asOf, cut.reconciliations, job.only === undefined);
    job.crash?.('reconcile.after-merging');
    job.progress?.('looking after journals');
    const { companies } = job.config;
    const journals = await closeLoop(
      client,
      { runId: pins.runId, asOf: pins.asOf, rulebook: job.rulebook, companies },
      pins.horizon,
    );
    const matchedHere = parts.map((part) => part.reconciliation);
    await giveCases(client, names, pins, matchedHere);
    job.progress?.('proving the tie-out');
    await carryTotals(client, pins.runId);
    const stated = await gatherLegs(client, names.stated, cut);
    await proveTieOut(client, stated);
    job.crash?.('reconcile.after-proof');
    const hash = await resultHash(client, stated, names, await made);
    const knownAt = new Date(job.clock()).toISOString();
    const statement = await readStatement(client, {
      cut: stated,
      horizon: pins.horizon,
      knownAt,
      rulebookHash: pins.rulebookHash,
      resultHash: hash,
      kept: job.only === undefined,
    });
    await completeRun(client, pins.runId, hash, statement, knownAt);
    await persist.dropTables(client, names, parts.length);
    await audited(client, pins, hash);
    job.crash?.('reconcile.before-commit');
    return { ...statement, journals };
  });
  job.crash?.('reconcile.after-commit');
  return reconciled;
}

async function audited(client: pg.ClientBase, pins: RunPins, resultHash: string): Promise<void> {
  const { runId: run, asOf, horizon, rulebookHash, maker } = pins;
  const told = { run, kind: 'reconcile', asOf, horizon, rulebookHash, resultHash, maker };
  await appendAudit(client, 'runs', told, { run: [run] });
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
