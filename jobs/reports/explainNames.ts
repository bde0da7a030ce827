// The reasons by name, before anything is summed: open ledger lines that bear the reference of a fact and differ from what it
// should have caused. What they take no summary pass sees.
import type pg from 'pg';
import type { Config } from '../../src/config/model.ts';
import { findAside, readAside } from '../../src/db/run/aside.ts';
import { copyClassified, keepPlaces } from '../../src/db/run/items.ts';
import type { RunNames } from '../../src/db/run/names.ts';
import { gatherNamed } from '../../src/db/run/openLines.ts';
import type { PersistPart } from '../../src/db/run/persist.ts';
import { findRepeats } from '../../src/db/run/repeats.ts';
import { readRelated } from '../../src/db/run/readRelated.ts';
import { findRelated } from '../../src/db/run/relatedLines.ts';
import type { RunPins } from '../../src/db/run/startRun.ts';
import { classifyByName } from '../../src/exceptions/classify.ts';
import { accountNaming } from '../../src/rulebook/accounts.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { giveGrace } from '../run/giveGrace.ts';
import { completeLedgers } from '../run/overdue.ts';

export interface ExplainNames {
  config: Config;
  rulebook: Rulebook;
  pins: RunPins;
  /** Those that have lines to match. */
  parts: readonly PersistPart[];
  names: RunNames;
}

/**
 * Fills the run's item and leg tables with what names say, within the caller's transaction.
 * @returns reconciliations whose identifying passes have to be tried again without the lines that have an item; then it is
 * asked once more
 */
export async function explainNames(client: pg.ClientBase, job: ExplainNames): Promise<ReadonlySet<string>> {
  const { names, pins, parts, rulebook, config } = job;
  const reconciliations = parts.map((part) => part.reconciliation);
  await gatherNamed(client, names, reconciliations);
  await findRepeats(client, names, pins);
  await findAside(client, names, pins, rulebook.settlement);
  await giveGrace(client, job, await completeLedgers(client, config, pins.horizon));
  await findRelated(client, names, reconciliations, 'names');
  const taxAccounts = accountsWithDimension(rulebook, 'jurisdiction');
  const known = {
    reconciliations: new Map(reconciliations.map((reconciliation) => [reconciliation.name, reconciliation])),
    taxAccounts: new Set(taxAccounts),
    accountName: accountNaming(rulebook.accounts, [...config.companies.keys()]),
    aside: await readAside(client, names),
  };
  const again = new Set<string>();
  const { settlement } = rulebook;
  const pages = readRelated(client, names, reconciliations, pins, taxAccounts, 'names', settlement);
  for await (const page of pages) {
    const found = classifyByName({ ...page, ...known });
    await copyClassified(client, names, found.items);
    for (const name of found.again) again.add(name);
  }
  if (again.size > 0) await keepPlaces(client, names);
  return again;
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
