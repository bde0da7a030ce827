// How far ledgers are complete, and which of them are late: for the run's exceptions and for `status`.
import type pg from 'pg';
import { daysBetween, type IsoDate, isoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { lostAccounts, lostWords } from '../../src/db/lostAccounts.ts';
import {
  type CompleteLedgers,
  type CompleteScope,
  completeScopes,
  lossOf,
  reachOf,
} from '../../src/db/run/grace.ts';
import { reconciledLedgers } from '../../src/db/run/quarantined.ts';
import { numberIn } from '../../src/rulebook/accounts.ts';
import type { Reconciliation, Rulebook } from '../../src/rulebook/model.ts';

/** A company's ledger that misses more days of some reconciliations' accounts than these have grace days. */
export interface OverdueLedger {
  company: string;
  ledger: string;
  /** Those that it is late for. */
  reconciliations: string[];
  /** Last day up to which all their accounts are complete; the start where nothing complete has come. */
  reach: string;
  /** The fewest of them. */
  graceDays: number;
  /** Accounts that are gone from the extracts, each in words. */
  gone: string[];
}

/** @param horizon last batch that counts; left out: all */
export async function completeLedgers(
  client: pg.ClientBase | pg.Pool,
  config: Pick<Config, 'companies'>,
  horizon?: string,
): Promise<CompleteLedgers> {
  const scopes: CompleteScope[] = [];
  for (const company of config.companies.values())
    scopes.push(...(await completeScopes(client, company, horizon)));
  return { scopes, lost: await lostAccounts(client, horizon) };
}

/** The ledgers that are late on a day, of those in which reconciliations have lines at all: one entry a ledger. */
export async function overdueLedgers(
  client: pg.ClientBase | pg.Pool,
  { startDate }: Config,
  rulebook: Rulebook,
  complete: CompleteLedgers,
  asOf: IsoDate,
): Promise<OverdueLedger[]> {
  const late = new Map<string, OverdueLedger>();
  for (const { reconciliation: name, company, ledger } of await reconciledLedgers(client)) {
    const reconciliation = rulebook.reconciliations.find((candidate) => candidate.name === name);
    if (reconciliation === undefined) continue;
    const numbers = numbersOf(reconciliation, rulebook, company);
    const reaches = numbers.map((number) => reachOf(complete, company, ledger, number) ?? startDate);
    const reach = reaches.reduce((least, day) => (day < least ? day : least));
    const { graceDays } = reconciliation;
    if (daysBetween(isoDate(reach), asOf) <= graceDays) continue;
    const gone = numbers.flatMap((number) => lossOf(complete, company, ledger, number) ?? []).map(lostWords);
    const key = `${company}\u001f${ledger}`;
    const so = late.get(key) ?? { company, ledger, reconciliations: [], reach, graceDays, gone: [] };
    late.set(key, {
      ...so,
      reconciliations: [...so.reconciliations, name].sort(),
      reach: reach < so.reach ? reach : so.reach,
      graceDays: Math.min(graceDays, so.graceDays),
      gone: [...so.gone, ...gone].sort(),
    });
  }
  return [...late.values()];
}

function numbersOf({ accounts }: Reconciliation, rulebook: Rulebook, company: string): string[] {
  return accounts.map((name) => {
    const account = rulebook.accounts.get(name);
    return account === undefined ? name : numberIn(account, company);
  });
}
