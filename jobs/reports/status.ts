// What is going on: slots in work, last and next runs, what waits for a person, feeds that are late.
import { daysBetween, isoDate, localDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { type Brake, readBrakes } from '../../src/db/brakes/brakes.ts';
import { type Login, readLogin } from '../../src/db/appLogin.ts';
import type { Database } from '../../src/db/connection.ts';
import { waitingCorrections } from '../../src/db/run/controls/corrections.ts';
import type { WaitingCorrection } from '../../src/exceptions/corrections.ts';
import { type HalfRead, halfRead } from '../../src/db/intake/quarantine.ts';
import { unknownFiles } from '../../src/db/posting/erpLease.ts';
import { type Counts, readCounts, readLastRuns, readReach } from '../../src/db/read/status.ts';
import { readRunningSlots, readSlots, type SlotRow } from '../../src/db/slots/readSlots.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { type InboxState, inboxState } from '../intake/inboxes.ts';
import { completeLedgers, type OverdueLedger, overdueLedgers } from '../run/overdue.ts';
import { yesterday } from '../run/reconcile.ts';

export interface Status {
  /** Who the program is to the database. */
  login: Login;
  running: SlotRow[];
  lastRuns: Awaited<ReturnType<typeof readLastRuns>>;
  schedules: { name: string; last: SlotRow | null }[];
  exceptions: Counts['exceptions'];
  journals: Counts['journals'];
  quarantined: number;
  brakes: Brake[];
  /** Files in ERPs' folders that this database, restored, does not know. */
  unknownFiles: { erp: string; journal: string; place: string }[];
  /** Corrections whose target is not here, oldest first. */
  waitingCorrections: WaitingCorrection[];
  /** Files of which some records wait in quarantine, newest first. */
  halfRead: HalfRead[];
  /** Files in the inbox folders that wait for a person. */
  inboxes: InboxState;
  /** Days since the ledger was complete, by company and ledgers (none named: all). */
  feeds: { company: string; ledgers: string[]; reach: string | null; ageDays: number | null }[];
  /** Ledgers that are later than the grace days of a reconciliation allow, as of yesterday. */
  overdue: OverdueLedger[];
}

/** @param rulebook tells the grace days; without it no ledger is called overdue */
export async function readStatus(
  db: Database,
  config: Config,
  nowMs: number,
  rulebook?: Rulebook,
): Promise<Status> {
  const { exceptions, journals, quarantined } = await readCounts(db.pool);
  const feeds: Status['feeds'] = [];
  for (const company of config.companies.values()) {
    const today = localDate(nowMs, company.timeZone);
    const reached = await readReach(db.pool, company);
    if (reached.length === 0) feeds.push({ company: company.code, ledgers: [], reach: null, ageDays: null });
    for (const feed of reached) feeds.push({ ...feed, ageDays: daysBetween(isoDate(feed.reach), today) });
  }
  const schedules = [];
  for (const name of config.schedules.keys()) {
    const slots = await readSlots(db.pool, name, 10);
    schedules.push({ name, last: slots.find(({ outcome }) => outcome['first'] === undefined) ?? null });
  }
  return {
    login: await readLogin(db.pool),
    running: await readRunningSlots(db.pool),
    lastRuns: await readLastRuns(db.pool, 5),
    schedules,
    exceptions,
    journals,
    quarantined,
    brakes: await readBrakes(db.pool),
    unknownFiles: await unknownFiles(db.pool),
    waitingCorrections: await waitingCorrections(db.pool, null),
    halfRead: quarantined === 0 ? [] : await halfRead(db.pool),
    inboxes: inboxState(config),
    feeds,
    overdue:
      rulebook === undefined
        ? []
        : await overdueLedgers(
            db.pool,
            config,
            rulebook,
            await completeLedgers(db.pool, config),
            yesterday(config, nowMs),
          ),
  };
}
