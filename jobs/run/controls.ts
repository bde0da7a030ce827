// The control items of a run: what is wrong with its matches, what controls found in the facts, and the ERP's own balances
// against the running totals.
import type pg from 'pg';
import { lookalikeControls } from '../../src/db/run/controls/lookalikes.ts';
import { matchControls, type PeriodOf } from '../../src/db/run/controls/matches.ts';
import type { RunNames } from '../../src/db/run/names.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { rewriteWatched } from '../../src/db/run/controls/watched.ts';
import { keepProofs, keptDifferences } from '../../src/db/run/keptProofs.ts';
import type { PersistPart } from '../../src/db/run/persist.ts';
import { balanceDifferences } from '../../src/db/run/proof.ts';
import type { RunPins } from '../../src/db/run/startRun.ts';
import type { ControlItem } from '../../src/exceptions/control.ts';
import type { FactFindings } from './factControls.ts';

export interface Controls {
  pins: RunPins;
  parts: readonly PersistPart[];
  names: RunNames;
  rulebook: Rulebook;
  /** Names of all reconciliations of the run, those without anything to do included. */
  reconciliations: readonly string[];
  /** Comes to undefined in a run over one reconciliation: only its own matches are looked at. */
  facts: Promise<FactFindings | undefined>;
}

/** All control items that stand at the end of the run, but those of feeds and postings. */
export async function controlItems(
  client: pg.ClientBase,
  job: Controls,
  periodOf: PeriodOf,
): Promise<ControlItem[]> {
  const { runId, horizon } = job.pins;
  const off = new Map(job.rulebook.reconciliations.map(({ name, silenced }) => [name, silenced]));
  const speaks = (name: string, reason: string): boolean => off.get(name)?.includes(reason) !== true;
  const items = await matchControls(client, { ...job, periodOf, speaks });
  const facts = await job.facts;
  if (facts === undefined) return items;
  const alike = await lookalikeControls(client, { from: facts.settled.horizon, to: horizon });
  await keepProofs(client, { runId, from: facts.settled, to: horizon });
  await rewriteWatched(client, facts.watch);
  return [...items, ...alike, ...facts.items, ...balanceDifferences(await keptDifferences(client))];
}
