// Why every open line is open, once names and sums have taken theirs: summaries that do not tie, suggestions, what law 5 holds
// back, and the rest in bulk. It stores nothing that counts before the run's last transaction.
import type pg from 'pg';
import { isoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { postingCompanies } from '../../src/config/postingCompanies.ts';
import { readFiscalPeriods } from '../../src/db/intake/fiscalPeriods.ts';
import { readOverrides } from '../../src/db/posting/readProposalFacts.ts';
import {
  type Held,
  holdBesideUntied,
  holdElsewhere,
  holdNamed,
  holdWaiting,
  keepLeftOut,
  makeHeld,
  netCorrections,
  noteLeftOut,
} from '../../src/db/run/absence.ts';
import { holdStoreDays } from '../../src/db/run/controls/storeDays.ts';
import { readCoverable } from '../../src/db/run/cover.ts';
import { causeTotals, readCauseItems, writeCauses } from '../../src/db/run/causes.ts';
import type { CompleteLedgers } from '../../src/db/run/grace.ts';
import type { WorkingSet } from '../../src/db/run/fillWork.ts';
import {
  classifySingleLines,
  copyClassified,
  copyControls,
  gatherUnclassified,
  pairReferences,
} from '../../src/db/run/items.ts';
import type { RunNames } from '../../src/db/run/names.ts';
import { gatherOpen } from '../../src/db/run/openLines.ts';
import type { PersistPart } from '../../src/db/run/persist.ts';
import { readRelated } from '../../src/db/run/readRelated.ts';
import { findRelated } from '../../src/db/run/relatedLines.ts';
import type { RunPins } from '../../src/db/run/startRun.ts';
import { factsTiedElsewhere, readSummaryLines, writeTied } from '../../src/db/run/summaryGroups.ts';
import { keepUnchanged } from '../../src/db/run/touchedMatches.ts';
import { tieZeroGroups } from '../../src/db/run/zeroGroups.ts';
import { classifyBySum } from '../../src/exceptions/classify.ts';
import type { ControlItem } from '../../src/exceptions/control.ts';
import { coveredItems } from '../../src/exceptions/covered.ts';
import { fewOf } from '../../src/fewOf.ts';
import { CoverSearch } from '../../src/matching/cover.ts';
import { rootCauses } from '../../src/exceptions/rootCause.ts';
import { suspects } from '../../src/exceptions/rootCauseShared.ts';
import { settleSummaries } from '../../src/exceptions/summaryGroups.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { controlItems, type Controls } from '../run/controls.ts';
import { giveGrace } from '../run/giveGrace.ts';
import { completeLedgers, overdueLedgers } from '../run/overdue.ts';
import { storeDaysHeld } from '../run/storeDays.ts';

export interface ExplainOpen {
  config: Config;
  rulebook: Rulebook;
  pins: RunPins;
  /** Those that have lines to match. */
  parts: readonly (PersistPart & WorkingSet)[];
  names: RunNames;
  /** Set in a run over one reconciliation: other control items are then left alone. */
  only?: string;
}

/**
 * Fills the run's item and leg tables, within the caller's transaction: reasons by sum in their order, corrections with their
 * originals, and what is left. Matches that come of it are among those that the run has found.
 * @returns how far each ledger is complete
 */
export async function explainOpenLines(client: pg.ClientBase, job: ExplainOpen): Promise<CompleteLedgers> {
  const { names, pins, parts } = job;
  const reconciliations = parts.map((part) => part.reconciliation);
  const graceDays = reconciliations.map((reconciliation) => reconciliation.graceDays);
  await gatherOpen(client, names, reconciliations);
  const complete = await completeLedgers(client, job.config, pins.horizon);
  await giveGrace(client, job, complete);
  await makeHeld(client, names);
  await keepLeftOut(client, names, reconciliations);
  const elsewhere = await settle(client, job);
  await gatherUnclassified(client, names, pins);
  await holdStoreDays(client, names.unclassified, await storeDaysHeld(client, job.config, pins));
  await pairReferences(client, names, pins, graceDays);
  await findRelated(client, names, reconciliations, 'sums');
  for await (const page of readRelated(client, names, reconciliations, pins, [], 'sums'))
    await copyClassified(client, names, classifyBySum(page));
  await holdNamed(client, names, pins, job.rulebook.settlement);
  await holdWaiting(client, names, reconciliations);
  await holdBesideUntied(client, names, reconciliations);
  await holdCovered(client, job);
  await holdElsewhere(client, names, reconciliations, elsewhere);
  await netCorrections(client, names, reconciliations);
  await classifySingleLines(client, names, pins, graceDays);
  for (const part of parts) await keepUnchanged(client, part);
  await findRootCauses(client, names);
  return complete;
}

/**
 * Summaries that do not tie with their group. Which fact a summary lacks is judged over all accounts at once, so a fact with
 * a line in another summary that ties is none.
 * @returns lines that a summary at another place may hold: asked last
 */
async function settle(client: pg.ClientBase, { names, pins, parts }: ExplainOpen): Promise<Held[]> {
  const reconciliations = parts.map((part) => part.reconciliation);
  const lines = await readSummaryLines(client, names, reconciliations, pins.asOf);
  let settled = settleSummaries(lines);
  const tied = await factsTiedElsewhere(
    client,
    names,
    parts.length,
    settled.leftOut.map(({ line }) => line.fact),
  );
  if (tied.size > 0)
    settled = settleSummaries(lines.map((line) => ({ ...line, tiedElsewhere: tied.has(line.fact) })));
  await writeTied(client, names, reconciliations, settled.tied);
  await copyClassified(client, names, settled.items);
  await noteLeftOut(
    client,
    names,
    settled.leftOut.map(({ line: { unit, lineId }, ...said }) => ({ unit, lineId, ...said })),
  );
  await tieZeroGroups(client, names, reconciliations);
  return settled.held.map(({ line: { unit, lineId }, why }) => ({ unit, lineId, why }));
}

/**
 * (e) What open documents hold by their sums, account by account, is not called missing: a person looks at both sides. Documents
 * that a person has said do not explain an event are not asked for it.
 */
async function holdCovered(client: pg.ClientBase, { names, pins, only }: ExplainOpen): Promise<void> {
  const coverable = await readCoverable(client, names, pins, only !== undefined);
  if (coverable === undefined) return;
  const { asked, entries, documents, lines } = coverable;
  const shown = new Map([...entries, ...documents].map(({ id, name }) => [id, name]));
  const overrides = await readOverrides(client);
  const items = coveredItems({
    asked,
    lines,
    search: new CoverSearch(entries, documents),
    nameOf: (id) => shown.get(id) ?? id,
    overridden: (id) => overrides.get(id.split('\u001f', 2).join('\u001f'))?.documents ?? new Set(),
  });
  await copyClassified(client, names, items);
}

/** Adds the control items to those tables, once the run's matches and running totals are stored. */
export async function addControls(
  client: pg.ClientBase,
  job: ExplainOpen & Controls,
  complete: CompleteLedgers,
): Promise<void> {
  const company = postingCompanies(job.config, await readFiscalPeriods(client));
  const controls = await controlItems(client, job, (code, day) => company(code)?.period(day).period);
  if (job.only === undefined) controls.push(...(await overdueFeeds(client, job, complete)));
  await copyControls(client, job.names, controls);
}

/** One cause at most for each difference, where several share one. */
async function findRootCauses(client: pg.ClientBase, names: RunNames): Promise<void> {
  const items = await readCauseItems(client, names);
  const causes = rootCauses(items, await causeTotals(client, names, suspects(items)));
  if (causes.length > 0) await writeCauses(client, names, causes);
}

/** One item per company and ledger that is not complete as far as the grace days of some reconciliation want it. */
async function overdueFeeds(
  client: pg.ClientBase,
  { pins, config, rulebook }: ExplainOpen,
  complete: CompleteLedgers,
): Promise<ControlItem[]> {
  const overdue = await overdueLedgers(client, config, rulebook, complete, isoDate(pins.asOf));
  return overdue.map(({ reconciliations, company, ledger, reach, graceDays, gone }) => ({
    reason: 'FEED_OVERDUE',
    subject: [company, ledger].join('\u001f'),
    company,
    why:
      `${company}/${ledger}: not every account of ${fewOf(reconciliations, 4)} is complete beyond ${reach}; ` +
      `more than ${graceDays} days are missing${gone.map((words) => `; ${words}`).join('')}`,
    detail: { reconciliations, ledger, reach },
    exposure: null,
    currency: '',
    businessDate: null,
  }));
}
