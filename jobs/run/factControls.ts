// The controls that look at facts alone: what is new, and what they left open. They own no line, change no match and read
// nothing that the run has made, so a second connection looks at them while the first one stores matches.
import type pg from 'pg';
import { isoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { transactionOn } from '../../src/db/connection.ts';
import { assessmentFacts, touchGaps } from '../../src/db/run/controls/assessments.ts';
import { type ControlAccount, touchKeys, unclearedKeys } from '../../src/db/run/controls/clearing.ts';
import { companyTransfers } from '../../src/db/run/controls/companyTransfers.ts';
import { unbalancedDocuments, vanishedLines } from '../../src/db/run/controls/documents.ts';
import { waitingCorrections } from '../../src/db/run/controls/corrections.ts';
import { eventControls } from '../../src/db/run/controls/events.ts';
import { sequenceHoles } from '../../src/db/run/controls/sequences.ts';
import { refusedExtracts } from '../../src/db/run/controls/extracts.ts';
import { REFUND } from '../../src/events/refund.ts';
import { laterSales, overRefunded, touchSales, unsoldRefunds } from '../../src/db/run/controls/refunds.ts';
import { type ControlScope, settledBy, type Settled } from '../../src/db/run/controls/scope.ts';
import { storeDaysSince } from '../../src/db/run/controls/storeDays.ts';
import { transferFacts } from '../../src/db/run/controls/transfers.ts';
import type { RunPins } from '../../src/db/run/startRun.ts';
import { assessedFindings } from '../../src/exceptions/assessed.ts';
import { correctionItems } from '../../src/exceptions/corrections.ts';
import type { Uncleared } from '../../src/exceptions/clearing.ts';
import { companyTransferFindings } from '../../src/exceptions/companyTransfers.ts';
import type { ControlFindings, ControlItem, Watched } from '../../src/exceptions/control.ts';
import { orphanRefunds, overRefunds, REFUNDS } from '../../src/exceptions/refunds.ts';
import { lastDueOf, storeDayItems } from '../../src/exceptions/storeDays.ts';
import { transitFindings } from '../../src/exceptions/transit.ts';
import { numberIn } from '../../src/rulebook/accounts.ts';
import type { ControlReconciliation, Rulebook } from '../../src/rulebook/model.ts';
import { completing, storeDays } from './storeDays.ts';

export interface FactControls {
  config: Config;
  rulebook: Rulebook;
  pins: RunPins;
}

export interface FactFindings {
  /** The run whose facts were settled before: what came later was new. */
  settled: Settled;
  items: ControlItem[];
  /** Keys that the next run has to look at again. */
  watch: Watched[];
}

/** Looks in a transaction of its own, because its keys wait in temporary tables. */
export function factControls(client: pg.ClientBase, job: FactControls): Promise<FactFindings> {
  return transactionOn(client, () => look(client, job));
}

async function look(client: pg.ClientBase, job: FactControls): Promise<FactFindings> {
  const { config, pins } = job;
  const settled = await settledBy(client, pins.rulebookHash);
  const scope: ControlScope = {
    runId: pins.runId,
    asOf: isoDate(pins.asOf),
    startDate: config.startDate,
    from: settled.horizon,
    to: pins.horizon,
  };
  const items = [
    ...(await eventControls(client, scope)),
    ...(await unbalancedDocuments(client, scope)),
    ...(await vanishedLines(client, scope)),
    ...(await refusedExtracts(client, scope)),
    ...(await sequenceHoles(client, scope)),
    ...(await lateStoreDays(client, config, settled, scope)),
    ...correctionItems(
      await waitingCorrections(client, scope.to),
      (type) => graceOf(job.rulebook, type),
      scope,
    ),
  ];
  const watched = [
    await refundControls(client, job, scope),
    await betweenCompanies(client, job, scope),
    ...(await clearingControls(client, job, scope)),
  ];
  return {
    settled,
    items: [...items, ...watched.flatMap((found) => found.items)],
    watch: watched.flatMap((found) => found.watch),
  };
}

async function lateStoreDays(
  client: pg.ClientBase,
  config: Config,
  settled: Settled,
  scope: ControlScope,
): Promise<ControlItem[]> {
  const names = completing(config).map(({ name }) => name);
  if (names.length === 0) return [];
  const to = lastDueOf(scope.asOf);
  const since = await storeDaysSince(client, names, settled, scope.to);
  const from = since === null ? config.startDate : isoDate(since);
  return storeDayItems(
    await storeDays(client, config, { from, to, horizon: scope.to, expectTo: to }),
    scope.asOf,
  );
}

async function refundControls(
  client: pg.ClientBase,
  { rulebook }: FactControls,
  scope: ControlScope,
): Promise<ControlFindings> {
  await touchSales(client, scope);
  const orphans = orphanRefunds(await unsoldRefunds(client, scope), graceOf(rulebook, REFUND.type), scope);
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

/** Grace days of an event type: the longest of the reconciliations that its posting rules reach. */
function graceOf({ postings, reconciliations }: Rulebook, type: string): number {
  const accounts = new Set(
    postings.filter((rule) => rule.event === type).flatMap((rule) => rule.lines.map((line) => line.account)),
  );
  return reconciliations
    .filter((reconciliation) => reconciliation.accounts.some((account) => accounts.has(account)))
    .reduce((most, { graceDays }) => Math.max(most, graceDays), 0);
}

/** Goods on their way to another company: as long as the rulebook lets goods be under way within one; no rule, no control. */
async function betweenCompanies(
  client: pg.ClientBase,
  { rulebook }: FactControls,
  scope: ControlScope,
): Promise<ControlFindings> {
  const arrive = rulebook.controls.filter(({ reason }) => reason === 'IN_TRANSIT_AGED');
  if (arrive.length === 0) return { items: [], watch: [] };
  const transitDays = Math.max(...arrive.map(({ graceDays }) => graceDays));
  return companyTransferFindings(await companyTransfers(client, scope), transitDays, scope);
}

async function clearingControls(
  client: pg.ClientBase,
  { config, rulebook }: FactControls,
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
