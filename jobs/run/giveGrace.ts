// How long each open line may wait, worked out once per business date and account and joined as small tables.
import type pg from 'pg';
import { addBusinessDays, isBusinessDay } from '../../src/accounting/businessDays.ts';
import { addDays, type IsoDate, isoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { lostWords } from '../../src/db/lostAccounts.ts';
import {
  type CompleteLedgers,
  lossOf,
  openDatesAndAccounts,
  reachOf,
  writeGrace,
} from '../../src/db/run/grace.ts';
import type { RunNames } from '../../src/db/run/names.ts';
import type { PersistPart } from '../../src/db/run/persist.ts';
import type { Reconciliation } from '../../src/rulebook/model.ts';

/** Writes the tables of grace and reach for the lines in the table of open lines. */
export async function giveGrace(
  client: pg.ClientBase,
  { names, config, parts }: { names: RunNames; config: Config; parts: readonly PersistPart[] },
  complete: CompleteLedgers,
): Promise<void> {
  const { dates, accounts } = await openDatesAndAccounts(client, names);
  await writeGrace(
    client,
    names,
    dates.map(({ part, businessDate }) => ({
      part,
      businessDate,
      graceEnd: graceEnd(config, parts[part]?.reconciliation as Reconciliation, isoDate(businessDate)),
    })),
    accounts.map((at) => {
      const loss = lossOf(complete, at.company, at.ledger, at.account);
      const reach = reachOf(complete, at.company, at.ledger, at.account) ?? config.startDate;
      return { ...at, reach, gone: loss === undefined ? '' : lostWords(loss) };
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
