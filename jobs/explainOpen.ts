// Why every open line is open: gathers what the passes left, gives each line its grace, classifies what has something in
// common with other open lines in the process and the rest in bulk. It reads nothing that the run's last transaction stores,
// so it goes on beside that; the control items, which do, are added after both.
import type pg from 'pg';
import { addBusinessDays, isBusinessDay } from '../src/accounting/businessDays.ts';
import { addDays, type IsoDate, isoDate } from '../src/accounting/dates.ts';
import type { Config } from '../src/config/model.ts';
import { causeTotals, readCauseItems, writeCauses } from '../src/db/run/causes.ts';
import { type CompleteScope, openDatesAndAccounts, reachOf, writeGrace } from '../src/db/run/grace.ts';
import { classifyAlone, copyClassified, copyControls, makeItemTables } from '../src/db/run/items.ts';
import type { RunNames } from '../src/db/run/names.ts';
import { gatherOpen } from '../src/db/run/openLines.ts';
import type { PersistPart } from '../src/db/run/persist.ts';
import { findRepeats } from '../src/db/run/repeats.ts';
import { readSocial } from '../src/db/run/readSocial.ts';
import { findSocial } from '../src/db/run/social.ts';
import type { RunPins } from '../src/db/run/startRun.ts';
import { classify } from '../src/exceptions/classify.ts';
import type { ControlItem } from '../src/exceptions/control.ts';
import { rootCauses } from '../src/exceptions/rootCause.ts';
import { suspects } from '../src/exceptions/rootCauseShared.ts';
import { accountNaming } from '../src/rulebook/accounts.ts';
import type { Reconciliation, Rulebook } from '../src/rulebook/model.ts';
import { controlItems, type Controls } from './controls.ts';
import { completeLedgers, overdueLedgers } from './overdue.ts';

export interface ExplainOpen {
  config: Config;
  rulebook: Rulebook;
  pins: RunPins;
  /** Those that have lines to match. */
  parts: readonly PersistPart[];
  names: RunNames;
  /** Set in a run over one reconciliation: other control items are then left alone. */
  only?: string;
}

/**
 * Fills the run's item and leg tables, within the caller's transaction.
 * @returns how far each ledger is complete
 */
export async function explainOpenLines(
  client: pg.ClientBase,
  job: ExplainOpen,
): Promise<readonly CompleteScope[]> {
  const { names, pins, parts } = job;
  const reconciliations = parts.map((part) => part.reconciliation);
  await makeItemTables(client, names);
  await gatherOpen(client, names, reconciliations);
  await findRepeats(client, names, pins);
  const scopes = await completeLedgers(client, job.config, pins.horizon);
  await giveGrace(client, job, reconciliations, scopes);
  await findSocial(client, names, reconciliations);
  const taxAccounts = accountsWithDimension(job.rulebook, 'jurisdiction');
  const known = {
    reconciliations: new Map(reconciliations.map((reconciliation) => [reconciliation.name, reconciliation])),
    taxAccounts: new Set(taxAccounts),
    accountName: accountNaming(job.rulebook.accounts, [...job.config.companies.keys()]),
  };
  for await (const page of readSocial(client, names, reconciliations, pins, taxAccounts))
    await copyClassified(client, names, classify({ ...page, ...known }));
  await classifyAlone(
    client,
    names,
    pins,
    reconciliations.map((reconciliation) => reconciliation.graceDays),
  );
  await findRootCauses(client, names);
  return scopes;
}

/** Adds the control items to those tables, once the run's matches and running totals are stored. */
export async function addControls(
  client: pg.ClientBase,
  job: ExplainOpen & Controls,
  scopes: readonly CompleteScope[],
): Promise<void> {
  const controls = await controlItems(client, job);
  if (job.only === undefined) controls.push(...(await overdueFeeds(client, job, scopes)));
  await copyControls(client, job.names, controls);
}

/** One cause at most for each difference, where several share one. */
async function findRootCauses(client: pg.ClientBase, names: RunNames): Promise<void> {
  const items = await readCauseItems(client, names);
  const causes = rootCauses(items, await causeTotals(client, names, suspects(items)));
  if (causes.length > 0) await writeCauses(client, names, causes);
}

async function giveGrace(
  client: pg.ClientBase,
  job: ExplainOpen,
  reconciliations: readonly Reconciliation[],
  scopes: readonly CompleteScope[],
): Promise<void> {
  const { dates, accounts } = await openDatesAndAccounts(client, job.names);
  await writeGrace(
    client,
    job.names,
    dates.map(({ part, businessDate }) => ({
      part,
      businessDate,
      graceEnd: graceEnd(job.config, reconciliations[part] as Reconciliation, isoDate(businessDate)),
    })),
    accounts.flatMap((at) => {
      const reach = reachOf(scopes, at.company, at.ledger, at.account);
      return reach === undefined ? [] : [{ ...at, reach }];
    }),
  );
}

/** The last day of grace, itself inside: calendar days, or days of the reconciliation's business calendar. */
export function graceEnd(config: Config, reconciliation: Reconciliation, businessDate: IsoDate): IsoDate {
  const calendar =
    reconciliation.calendar === undefined ? undefined : config.calendars.get(reconciliation.calendar);
  if (calendar === undefined) return addDays(businessDate, reconciliation.graceDays);
  let day = addBusinessDays(businessDate, reconciliation.graceDays, calendar);
  while (!isBusinessDay(addDays(day, 1), calendar)) day = addDays(day, 1);
  return day;
}

/** Numbers of the accounts whose dimension means `dimension`, over all companies. */
function accountsWithDimension(rulebook: Rulebook, dimension: string): string[] {
  const numbers = new Set<string>();
  for (const account of rulebook.accounts.values()) {
    if (account.dimension !== dimension) continue;
    numbers.add(account.number);
    for (const number of account.companies.values()) numbers.add(number);
  }
  return [...numbers];
}

/** One item per company, ledger and reconciliation whose ledger is not complete up to the end of its grace days. */
async function overdueFeeds(
  client: pg.ClientBase,
  { pins, config, rulebook }: ExplainOpen,
  scopes: readonly CompleteScope[],
): Promise<ControlItem[]> {
  const overdue = await overdueLedgers(client, config, rulebook, scopes, isoDate(pins.asOf));
  return overdue.map(({ reconciliation: name, company, ledger, reach, graceDays }) => ({
    reason: 'FEED_OVERDUE',
    subject: [company, ledger, name].join('\u001f'),
    company,
    why: `${name}: no complete ledger extract of company ${company}, ledger ${ledger} reaches beyond ${reach}; more than ${graceDays} days are missing`,
    detail: { reconciliation: name, ledger, reach },
    exposure: null,
    currency: '',
    businessDate: null,
  }));
}
