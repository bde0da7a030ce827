// The middle of a run: every reconciliation's working set through its passes, into tables that only this run sees. Nothing
// of it counts before the run's last transaction.
import type pg from 'pg';
import type { Config } from '../../src/config/model.ts';
import { transactionOn } from '../../src/db/connection.ts';
import type { RunCrash } from '../../src/crashPoints.ts';
import { allOf, type Connections } from '../../src/db/run/connections.ts';
import { fillRest, fillWork, findReleases, makeTables, type WorkingSet } from '../../src/db/run/fillWork.ts';
import { hideExplained, hideNamed } from '../../src/db/run/hideNamed.ts';
import { indexLegs, makeItemTables } from '../../src/db/run/items.ts';
import { type RunNames, runNames } from '../../src/db/run/names.ts';
import type { PersistPart, Seen } from '../../src/db/run/persist.ts';
import { matchPostings } from '../../src/db/run/postings.ts';
import { netLinkedReversals } from '../../src/db/run/reversals.ts';
import { forgetUndecided, runPass } from '../../src/db/run/runPass.ts';
import { isSummary } from '../../src/db/run/summaryGroups.ts';
import { horizonBefore, type RunPins } from '../../src/db/run/startRun.ts';
import {
  type Fresh,
  gatherArrived,
  makeArrived,
  NOTHING_NEW,
  openReconciliations,
  survey,
} from '../../src/db/run/survey.ts';
import { releaseNamed, releaseSummaries } from '../../src/db/run/touchedMatches.ts';
import { netUnlinkedReversals } from '../../src/db/run/unlinkedReversals.ts';
import { countWork } from '../../src/db/run/workTables.ts';
import type { Calendars } from '../../src/matching/dayNumber.ts';
import type { Pass, Reconciliation, Rulebook } from '../../src/rulebook/model.ts';
import { explainNames } from '../reports/explainNames.ts';

/** What it needs of a run's job. */
export interface MatchJob {
  config: Config;
  rulebook: Rulebook;
  progress?: (step: string) => void;
  crash?: RunCrash;
}

/**
 * Names first, sums second. Each reconciliation goes through its identifying passes, several at a time; what bears a name and
 * differs gets its reason; then the summary passes take what is left. A connection without a reconciliation of its own helps
 * the others with their shares of a pass, so that one giant among small ones does not leave it idle.
 */
export async function matchAll(
  connections: Connections,
  job: MatchJob,
  pins: RunPins,
  reconciliations: readonly Reconciliation[],
): Promise<Matched> {
  const { config, progress, crash } = job;
  const [client] = connections;
  const names = runNames(pins.runId);
  const { parts, seen } = await gatherParts(connections, config.calendars, pins, reconciliations);
  await eachPart(connections, parts, (own, idle, part) => {
    progress?.(`matching ${part.reconciliation.name} by name`);
    return matchNames(own, idle, part, crash);
  });
  await matchNamesAgain(client, names, parts);
  progress?.('explaining what names say');
  await nameReasons(client, job, pins, parts);
  await eachPart(connections, parts, (own, idle, part) => {
    progress?.(`matching ${part.reconciliation.name} by sum`);
    return matchSums(own, idle, part, names, crash);
  });
  return { parts, seen };
}

/**
 * The reasons by name. Where a wrong sign or place took a line that an identifying pass had left undecided, that pass is tried
 * again over the rest, and the reasons are asked again: each time fewer lines are left.
 */
async function nameReasons(
  client: pg.ClientBase,
  job: MatchJob,
  pins: RunPins,
  parts: readonly Matching[],
): Promise<void> {
  const names = runNames(pins.runId);
  await makeItemTables(client, names);
  for (;;) {
    const again = await transactionOn(client, () => explainNames(client, { ...job, pins, parts, names }));
    if (again.size === 0) break;
    const touched = parts.filter(({ reconciliation }) => again.has(reconciliation.name));
    for (const part of touched) await hideExplained(client, part, names);
    await identifyAgain(client, touched);
  }
  await indexLegs(client, names);
}

/** Does it for every part. The largest first: started last, it would be the one that all others wait for. */
async function eachPart(
  connections: Connections,
  parts: readonly Matching[],
  work: (own: pg.ClientBase, idle: pg.ClientBase[], part: Matching) => Promise<void>,
): Promise<void> {
  const waiting = parts.toSorted((a, b) => b.fresh.lines - a.fresh.lines);
  const idle: pg.ClientBase[] = [];
  await allOf(
    connections.map(async (own) => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift())
        await work(own, idle, part);
      idle.push(own);
    }),
  );
}

/** What became of the run's reconciliations. */
export interface Matched {
  /** Those that have new or open lines. */
  parts: (PersistPart & WorkingSet)[];
  /** All of them. */
  seen: Seen[];
}

/** A part on its way; `lines` are those left in its work table. */
type Matching = PersistPart & { calendars: Calendars; asOf: string; lines: number };

/**
 * What each reconciliation has not seen yet: after a run over one alone, not all have seen the same. One without new and
 * open lines has nothing to do; its dozens of statements were most of a quiet day's run.
 */
async function gatherParts(
  connections: Connections,
  calendars: Calendars,
  pins: RunPins,
  reconciliations: readonly Reconciliation[],
): Promise<{ parts: Matching[]; seen: Seen[] }> {
  const [client] = connections;
  const names = runNames(pins.runId);
  await makeArrived(client, names);
  const seen: Seen[] = [];
  for (const { name } of reconciliations)
    seen.push({ name, from: await horizonBefore(client, name), to: pins.horizon });
  const fresh = new Map<string, Fresh>();
  for (const from of new Set(seen.map((each) => each.from))) {
    const same = seen.filter((each) => each.from === from).map(({ name }) => name);
    const arrival = { reconciliations: same, from, to: pins.horizon };
    await gatherArrived(connections, names, arrival);
    for (const [name, what] of await survey(client, names, arrival, pins.asOf)) fresh.set(name, what);
  }
  const open = await openReconciliations(client);
  const busy = reconciliations.filter(({ name }) => fresh.has(name) || open.has(name));
  const parts = busy.map((reconciliation, index) => ({
    reconciliation,
    calendars,
    names: names.part(index),
    asOf: pins.asOf,
    from: seen.find(({ name }) => name === reconciliation.name)?.from ?? '0',
    to: pins.horizon,
    fresh: fresh.get(reconciliation.name) ?? NOTHING_NEW,
    lines: 0,
  }));
  return { parts, seen };
}

/** Our own postings, linked reversals, identifying passes: the order of what is surest. */
async function matchNames(
  own: pg.ClientBase,
  idle: pg.ClientBase[],
  part: Matching,
  crash?: RunCrash,
): Promise<void> {
  await makeTables(own, part);
  await findReleases(own, part);
  part.lines = await fillWork(own, part);
  crash?.('reconcile.after-working-set');
  part.lines = await netLinkedReversals([own], part.names, part.lines);
  part.lines = await matchPostings([own], part, part.lines);
  const { passes } = part.reconciliation;
  if (passes[0]?.identifies !== true) await fillRest(own, part);
  for (const [index, pass] of passes.entries()) {
    if (!pass.identifies) continue;
    await runOne(own, idle, part, index);
    if (index === 0) await fillRest(own, part);
    crash?.('reconcile.after-pass');
  }
}

/**
 * What the names found so far give back: documents that an unlinked reversal takes back, and matches of earlier runs whose
 * fact an open ledger line names. Then the identifying passes once more.
 */
async function matchNamesAgain(client: pg.ClientBase, names: RunNames, parts: Matching[]): Promise<void> {
  const changed = new Set([
    ...(await netUnlinkedReversals(client, names, parts)),
    ...(await releaseNamed(client, parts)),
  ]);
  await identifyAgain(
    client,
    parts.filter((part) => changed.has(part)),
  );
}

/** The identifying passes once more; what they left undecided or suggested before is found again, or is no longer so. */
async function identifyAgain(client: pg.ClientBase, parts: readonly Matching[]): Promise<void> {
  for (const part of parts) {
    part.lines = await countWork(client, part.names);
    for (const [index, pass] of part.reconciliation.passes.entries()) {
      if (!pass.identifies) continue;
      await forgetUndecided(client, part.names, index);
      await runOne(client, [], part, index);
    }
  }
}

/** Summary passes, over lines that no reason by name has taken; one that a later line touches is tried again as a whole. */
async function matchSums(
  own: pg.ClientBase,
  idle: pg.ClientBase[],
  part: Matching,
  names: RunNames,
  crash?: RunCrash,
): Promise<void> {
  const sums = [...part.reconciliation.passes.entries()].filter(
    ([, pass]) => !pass.identifies && pass.active,
  );
  if (sums.length === 0) return;
  for (const [index, pass] of sums)
    if (isSummary(pass)) part.lines += await releaseSummaries(own, part, pass, index);
  await hideNamed(own, part, names);
  for (const [index] of sums) {
    await runOne(own, idle, part, index);
    crash?.('reconcile.after-pass');
  }
}

async function runOne(
  own: pg.ClientBase,
  idle: pg.ClientBase[],
  part: Matching,
  index: number,
): Promise<void> {
  const { name, passes } = part.reconciliation;
  const pass = passes[index] as Pass;
  const helpers = idle.splice(0);
  part.lines = await runPass([own, ...helpers], {
    pass,
    index,
    names: part.names,
    reconciliation: name,
    passCount: passes.length,
    lines: part.lines,
  });
  idle.push(...helpers);
}
