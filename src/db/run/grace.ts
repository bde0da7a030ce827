// How long a line may wait: the last day of grace by reconciliation and business date, and the day up to which the ledger
// is complete by company, ledger and account. Both are worked out here once per run and joined as small tables.
import type pg from 'pg';
import { copyIn, copyLine } from '../copy.ts';
import type { LostAccount } from '../lostAccounts.ts';
import type { RunNames } from './names.ts';

/** A scope that complete extracts have covered, and how far. Empty lists mean all. */
export interface CompleteScope {
  company: string;
  ledgers: string[];
  accounts: string[];
  refusedAccounts: string[];
  reach: string;
}

/** How far ledgers are complete: what extracts covered, and the accounts that the latest of them have lost. */
export interface CompleteLedgers {
  scopes: readonly CompleteScope[];
  lost: readonly LostAccount[];
}

/**
 * Scopes of complete ledger extracts (up to the horizon, where there is one) for one company: each reaches the earlier of its last day and
 * the company's local day before it was extracted. An extract that was refused whole reaches nothing: no line of it was taken.
 */
export async function completeScopes(
  client: pg.ClientBase | pg.Pool,
  company: { code: string; timeZone: string },
  horizon?: string,
): Promise<CompleteScope[]> {
  const found = await client.query<{
    ledgers: string[];
    accounts: string[];
    refused_accounts: string[];
    reach: string;
  }>(
    `select ledgers, accounts, refused_accounts,
            max(least(coalesce(date_to, 'infinity'::date), (coalesce(extracted_at, received_at) at time zone $2)::date - 1)) as reach
     from tieout.batch b where kind = 'ledger' and complete and refused = '' and ($3::bigint is null or batch_id <= $3)
       and not exists (select from tieout.batch_withdrawal t where t.batch_id = b.batch_id and ($3::bigint is null or t.by_batch <= $3)) and (companies = '{}' or $1 = any(companies))
     group by ledgers, accounts, refused_accounts`,
    [company.code, company.timeZone, horizon ?? null],
  );
  return found.rows.map((row) => ({
    company: company.code,
    ledgers: row.ledgers,
    accounts: row.accounts,
    refusedAccounts: row.refused_accounts,
    reach: row.reach,
  }));
}

/** The loss of an account; undefined where its extracts still hold it. */
export function lossOf(
  { lost }: CompleteLedgers,
  company: string,
  ledger: string,
  account: string,
): LostAccount | undefined {
  return lost.find((one) => one.company === company && one.ledger === ledger && one.account === account);
}

/** The furthest day up to which an account is complete; undefined where no complete extract covers it, or it is lost. */
export function reachOf(
  complete: CompleteLedgers,
  company: string,
  ledger: string,
  account: string,
): string | undefined {
  if (lossOf(complete, company, ledger, account) !== undefined) return undefined;
  let furthest: string | undefined;
  for (const scope of complete.scopes) {
    const covers =
      scope.company === company &&
      (scope.ledgers.length === 0 || scope.ledgers.includes(ledger)) &&
      (scope.accounts.length === 0 || scope.accounts.includes(account)) &&
      !scope.refusedAccounts.includes(account);
    if (covers && (furthest === undefined || scope.reach > furthest)) furthest = scope.reach;
  }
  return furthest;
}

/** Distinct business dates of open lines by part, and distinct accounts: what the two tables must cover. */
export async function openDatesAndAccounts(
  client: pg.ClientBase,
  names: RunNames,
): Promise<{
  dates: { part: number; businessDate: string }[];
  accounts: { company: string; ledger: string; account: string }[];
}> {
  const dates = await client.query<{ part: number; business_date: string }>(
    `select distinct part, business_date from ${names.open} order by 1, 2`,
  );
  const accounts = await client.query<{ company: string; ledger: string; account: string }>(
    `select distinct u.company, u.ledger, o.account from (select distinct unit, account from ${names.open}) o join tieout.unit u on u.unit = o.unit`,
  );
  return {
    dates: dates.rows.map((row) => ({ part: row.part, businessDate: row.business_date })),
    accounts: accounts.rows,
  };
}

/** Writes both tables. @param reach `gone` says why nothing is called missing on a lost account, '' on others */
export async function writeGrace(
  client: pg.ClientBase,
  names: RunNames,
  grace: readonly { part: number; businessDate: string; graceEnd: string }[],
  reach: readonly { company: string; ledger: string; account: string; reach: string; gone: string }[],
): Promise<void> {
  await client.query(`drop table if exists ${names.grace}, ${names.reach};
    create unlogged table ${names.grace} (part smallint not null, business_date date not null, grace_end date not null, primary key (part, business_date));
    create unlogged table ${names.reach} (company text collate "C" not null, ledger text collate "C" not null, account text collate "C" not null, reach date not null, gone text not null, primary key (company, ledger, account))`);
  await copyIn(
    client,
    `${names.grace}(part, business_date, grace_end)`,
    grace.map((row) => copyLine([String(row.part), row.businessDate, row.graceEnd])),
  );
  await copyIn(
    client,
    `${names.reach}(company, ledger, account, reach, gone)`,
    reach.map((row) => copyLine([row.company, row.ledger, row.account, row.reach, row.gone])),
  );
}
