// The middle of a run: every reconciliation's working set through its passes, into tables that only this run sees. Nothing
// of it counts before the run's last transaction.
import type pg from 'pg';
import type { Config } from '../src/config/model.ts';
import type { RunCrash } from '../src/crashPoints.ts';
import { allOf, type Crew } from '../src/db/run/crew.ts';
import { fillRest, fillWork, findReleases, makeTables } from '../src/db/run/fillWork.ts';
import { runNames } from '../src/db/run/names.ts';
import type { PersistPart, Seen } from '../src/db/run/persist.ts';
import { matchPostings } from '../src/db/run/postings.ts';
import { netReversals } from '../src/db/run/reversals.ts';
import { runPass } from '../src/db/run/runPass.ts';
import { horizonBefore, type RunPins } from '../src/db/run/startRun.ts';
import {
  type Fresh,
  gatherArrived,
  makeArrived,
  NOTHING_NEW,
  openReconciliations,
  survey,
} from '../src/db/run/survey.ts';
import type { Calendars } from '../src/matching/dayNumber.ts';
import type { Reconciliation } from '../src/rulebook/model.ts';

/** What it needs of a run's job. */
export interface MatchJob {
  config: Pick<Config, 'calendars'>;
  progress?: (step: string) => void;
  crash?: RunCrash;
}

/**
 * Every reconciliation through its passes, several at a time: one connection each. A connection without a reconciliation
 * of its own helps the others with their shares of a pass, so that one giant among small ones does not leave it idle.
 */
export async function matchAll(
  crew: Crew,
  { config, progress, crash }: MatchJob,
  pins: RunPins,
  reconciliations: readonly Reconciliation[],
): Promise<Matched> {
  const { parts, seen } = await gatherParts(crew, config.calendars, pins, reconciliations);
  // The largest first: started last, it would be the one that all others wait for.
  const waiting = parts.toSorted((a, b) => b.fresh.lines - a.fresh.lines);
  const idle: pg.ClientBase[] = [];
  await allOf(
    crew.map(async (own) => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        progress?.(`matching ${part.reconciliation.name}`);
        await matchOne(own, idle, part, crash);
      }
      idle.push(own);
    }),
  );
  return { parts, seen };
}

/** What became of the run's reconciliations. */
export interface Matched {
  /** Those that have new or open lines. */
  parts: PersistPart[];
  /** All of them. */
  seen: Seen[];
}

type Matching = PersistPart & { calendars: Calendars; asOf: string };

/**
 * What each reconciliation has not seen yet: after a run over one alone, not all have seen the same. One without new and
 * open lines has nothing to do; its dozens of statements were most of a quiet day's run.
 */
async function gatherParts(
  crew: Crew,
  calendars: Calendars,
  pins: RunPins,
  reconciliations: readonly Reconciliation[],
): Promise<{ parts: Matching[]; seen: Seen[] }> {
  const [client] = crew;
  const names = runNames(pins.runId);
  await makeArrived(client, names);
  const seen: Seen[] = [];
  for (const { name } of reconciliations)
    seen.push({ name, from: await horizonBefore(client, name), to: pins.horizon });
  const fresh = new Map<string, Fresh>();
  for (const from of new Set(seen.map((each) => each.from))) {
    const same = seen.filter((each) => each.from === from).map(({ name }) => name);
    const arrival = { reconciliations: same, from, to: pins.horizon };
    await gatherArrived(crew, names, arrival);
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
  }));
  return { parts, seen };
}

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
  if (passes.length === 0) await fillRest(own, part);
  for (const [index, pass] of passes.entries()) {
    const helpers = idle.splice(0);
    const work = { pass, index, names: part.names, reconciliation: name, passCount: passes.length, lines };
    lines = await runPass([own, ...helpers], work);
    idle.push(...helpers);
    if (index === 0) await fillRest(own, part);
    crash?.('reconcile.after-pass');
  }
}
