// How far ledgers are complete, and which of them are late: for the run's exceptions and for `status`.
import type pg from 'pg';
import { addDays, daysBetween, type IsoDate, isoDate } from '../src/accounting/dates.ts';
import type { Config } from '../src/config/model.ts';
import { type CompleteScope, completeScopes, reachOf } from '../src/db/run/grace.ts';
import { reconciledLedgers } from '../src/db/run/quarantined.ts';
import { numberIn } from '../src/rulebook/accounts.ts';
import type { Rulebook } from '../src/rulebook/model.ts';

/** A company's ledger that misses more days of a reconciliation's accounts than it has grace days. */
export interface OverdueLedger {
  reconciliation: string;
  company: string;
  ledger: string;
  /** Last complete day; the day before the start where there is none. */
  reach: string;
  graceDays: number;
}

/** @param horizon last batch that counts; left out: all */
export async function completeLedgers(
  client: pg.ClientBase | pg.Pool,
  config: Config,
  horizon?: string,
): Promise<CompleteScope[]> {
  const scopes: CompleteScope[] = [];
  for (const company of config.companies.values())
    scopes.push(...(await completeScopes(client, company, horizon)));
  return scopes;
}

/** The ledgers that are late on a day, of those in which reconciliations have lines at all. */
export async function overdueLedgers(
  client: pg.ClientBase | pg.Pool,
  config: Config,
  rulebook: Rulebook,
  scopes: readonly CompleteScope[],
  asOf: IsoDate,
): Promise<OverdueLedger[]> {
  const overdue: OverdueLedger[] = [];
  const before = addDays(config.startDate, -1);
  for (const { reconciliation: name, company, ledger } of await reconciledLedgers(client)) {
    const reconciliation = rulebook.reconciliations.find((candidate) => candidate.name === name);
    if (reconciliation === undefined) continue;
    const reaches = reconciliation.accounts.map((name) => {
      const account = rulebook.accounts.get(name);
      const number = account === undefined ? name : numberIn(account, company);
      return reachOf(scopes, company, ledger, number) ?? before;
    });
    const reach = reaches.reduce((least, day) => (day < least ? day : least));
    const { graceDays } = reconciliation;
    if (daysBetween(isoDate(reach), asOf) > graceDays)
      overdue.push({ reconciliation: name, company, ledger, reach, graceDays });
  }
  return overdue;
}
