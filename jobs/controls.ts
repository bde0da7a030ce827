// The control reconciliations of a run: each looks at what is new and at what it left open, and hands back items and what
// to look at again. They own no line and change no match.
import type pg from 'pg';
import { isoDate } from '../src/accounting/dates.ts';
import type { Config } from '../src/config/model.ts';
import { assessmentFacts, touchGaps } from '../src/db/run/controls/assessments.ts';
import { type ControlAccount, touchKeys, unclearedKeys } from '../src/db/run/controls/clearing.ts';
import { unbalancedDocuments, vanishedLines } from '../src/db/run/controls/documents.ts';
import { eventControls } from '../src/db/run/controls/events.ts';
import { refusedExtracts } from '../src/db/run/controls/extracts.ts';
import { matchControls } from '../src/db/run/controls/matches.ts';
import { laterSales, overRefunded, touchSales, unsoldRefunds } from '../src/db/run/controls/refunds.ts';
import { type ControlScope, settledBy } from '../src/db/run/controls/scope.ts';
import { transferFacts } from '../src/db/run/controls/transfers.ts';
import { rewriteWatched } from '../src/db/run/controls/watched.ts';
import { keepProofs, keptDifferences } from '../src/db/run/keptProofs.ts';
import type { PersistPart } from '../src/db/run/persist.ts';
import { balanceDifferences } from '../src/db/run/proof.ts';
import type { RunPins } from '../src/db/run/startRun.ts';
import { assessedFindings } from '../src/exceptions/assessed.ts';
import type { Uncleared } from '../src/exceptions/clearing.ts';
import type { ControlFindings, ControlItem } from '../src/exceptions/control.ts';
import { orphanRefunds, overRefunds, REFUNDS } from '../src/exceptions/refunds.ts';
import { transitFindings } from '../src/exceptions/transit.ts';
import { numberIn } from '../src/rulebook/accounts.ts';
import type { ControlReconciliation, Rulebook } from '../src/rulebook/model.ts';

export interface Controls {
  config: Config;
  rulebook: Rulebook;
  pins: RunPins;
  parts: readonly PersistPart[];
  /** Set in a run over one reconciliation: only its own matches are looked at. */
  only?: string;
}

/** All control items that stand at the end of the run, but those of feeds and postings. */
export async function controlItems(client: pg.ClientBase, job: Controls): Promise<ControlItem[]> {
  const { config, pins, parts } = job;
  const settled = await settledBy(client, pins.rulebookHash);
  const scope: ControlScope = {
    runId: pins.runId,
    asOf: isoDate(pins.asOf),
    startDate: config.startDate,
    from: settled.horizon,
    to: pins.horizon,
  };
  const items: ControlItem[] = [];
  for (const part of parts) items.push(...(await matchControls(client, scope, part)));
  if (job.only !== undefined) return items;
  await keepProofs(client, { runId: pins.runId, from: settled, to: pins.horizon });
  items.push(
    ...(await eventControls(client, scope)),
    ...(await unbalancedDocuments(client, scope)),
    ...(await vanishedLines(client, scope)),
    ...(await refusedExtracts(client, scope)),
    ...balanceDifferences(await keptDifferences(client)),
  );
  const watched = [await refundControls(client, job, scope), ...(await clearingControls(client, job, scope))];
  await rewriteWatched(
    client,
    watched.flatMap((found) => found.watch),
  );
  return [...items, ...watched.flatMap((found) => found.items)];
}

async function refundControls(
  client: pg.ClientBase,
  { rulebook }: Controls,
  scope: ControlScope,
): Promise<ControlFindings> {
  await touchSales(client, scope);
  const orphans = orphanRefunds(await unsoldRefunds(client, scope), refundGrace(rulebook), scope);
  const over = overRefunds(await overRefunded(client, scope));
  const later = await laterSales(client, scope);
  return {
    items: [...orphans.items, ...over.items],
    watch: [
      ...orphans.watch,
      ...over.watch,
      ...later.map(({ company, sale }) => ({ control: REFUNDS, company, key: sale })),
    ],
  };
}

/** Grace days of a refund: the longest of the reconciliations that its posting rules reach. */
export function refundGrace({ postings, reconciliations }: Rulebook): number {
  const accounts = new Set(
    postings
      .filter((rule) => rule.event === 'retail.refund.issued.v1')
      .flatMap((rule) => rule.lines.map((line) => line.account)),
  );
  return reconciliations
    .filter((reconciliation) => reconciliation.accounts.some((account) => accounts.has(account)))
    .reduce((most, { graceDays }) => Math.max(most, graceDays), 0);
}

async function clearingControls(
  client: pg.ClientBase,
  { config, rulebook }: Controls,
  scope: ControlScope,
): Promise<ControlFindings[]> {
  const { controls } = rulebook;
  await touchKeys(client, scope, controlAccounts(controls, rulebook, [...config.companies.keys()]));
  for (const control of controls)
    if (control.reason === 'TAX_ASSESSED_VARIANCE') await touchGaps(client, scope, control.name);
  const keys = await unclearedKeys(client, scope);
  const findings: ControlFindings[] = [];
  for (const control of controls) {
    const mine = keys.filter((key) => key.control === control.name);
    findings.push(
      control.reason === 'TAX_ASSESSED_VARIANCE'
        ? assessedFindings(control, mine, await assessmentFacts(client, scope, control.name), scope)
        : await transit(client, control, mine, longestTransit(control, controls), scope),
    );
  }
  return findings;
}

async function transit(
  client: pg.ClientBase,
  control: ControlReconciliation,
  keys: readonly Uncleared[],
  longestDays: number,
  scope: ControlScope,
): Promise<ControlFindings> {
  const asked = new Map(keys.map((key) => [`${key.company}\u001f${key.fact}`, key]));
  const facts = await transferFacts(client, scope, [...asked.values()]);
  return transitFindings(
    control,
    keys,
    new Map(facts.map((each) => [`${each.company}\u001f${each.transfer}`, each])),
    longestDays,
    scope,
  );
}

/** The longest that goods may be under way by any control over the same accounts. */
function longestTransit(control: ControlReconciliation, controls: readonly ControlReconciliation[]): number {
  return controls
    .filter((other) => other.accounts.some((account) => control.accounts.includes(account)))
    .reduce((most, { graceDays }) => Math.max(most, graceDays), 0);
}

function controlAccounts(
  controls: readonly ControlReconciliation[],
  { accounts }: Rulebook,
  companies: readonly string[],
): ControlAccount[] {
  return controls.flatMap((control) =>
    control.accounts.flatMap((name) =>
      companies.flatMap((company) => {
        const account = accounts.get(name);
        if (account === undefined) return [];
        return [
          {
            control: control.name,
            company,
            number: numberIn(account, company),
            byDimension: control.by.includes('dimension'),
            byLocation: control.by.includes('location'),
          },
        ];
      }),
    ),
  );
}
