// What was refused on the way in: seen, read again after a fix, or put aside with a reason.
import { createHash } from 'node:crypto';

import type { Config } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import type {
  QuarantinedRecord,
  QuarantineFilter,
  QuarantineSum,
  ReplayRecord,
} from '../../src/db/intake/quarantine.ts';
import {
  replayRecords,
  storeDismissals,
  storeReplaySteps,
  waitingIds,
  waitingIdsWhere,
  waitingRecords,
  waitingSums,
} from '../../src/db/intake/quarantine.ts';
import { UserError } from '../../src/errors.ts';
import type { Control } from '../../src/feeds/control.ts';
import { EVENT_FEEDS, feedNamed, LEDGER_FEEDS } from '../../src/feeds/registry.ts';
import { balances } from '../../src/intake/balances.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import type { Delivery, DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestEvents } from '../../src/intake/events.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { openingItems } from '../../src/intake/opening.ts';
import { periods } from '../../src/intake/periods.ts';
import { ledgerGroups, replayedEvents, replayedLedger } from '../../src/intake/replay.ts';
import { ingestTable } from '../../src/intake/smallTable.ts';
import type { Replay } from '../../src/intake/storing.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { intakeContext } from './intakeContext.ts';
import { asEventFeed, asLedgerFeed } from '../../src/feeds/language/adapters.ts';
import { bindFeed, feedOf, isFeed } from './feedCatalogue.ts';
import { takeTable } from './ingestFeed.ts';
import { permit } from '../decisions/permissions.ts';
import type { Actor } from '../administration/userKeys.ts';

/** Records that wait in quarantine, page by page, oldest first. */
export async function* listQuarantine(
  db: Database,
  filter: QuarantineFilter = {},
): AsyncGenerator<QuarantinedRecord> {
  let after = '0';
  for (;;) {
    const page = await waitingRecords(db.pool, filter, after);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** What waits, by reason and column; all of it, or what a filter takes. */
export function sumQuarantine(db: Database, filter: QuarantineFilter = {}): Promise<QuarantineSum[]> {
  return waitingSums(db.pool, filter);
}

/** What a replay made of the records. */
export interface ReplayReport {
  replayed: number;
  refusedAgain: number;
  batches: DeliveryReport[];
}

/** Reads waiting records again: those named (with the other lines of their documents), or all. */
export async function replayQuarantine(
  db: Database,
  config: Config,
  rulebook: Rulebook,
  ids: readonly string[],
  options: { clock: () => number; actor: string },
): Promise<ReplayReport> {
  await requireWaiting(db, ids);
  const context = await intakeContext(db.pool, config, rulebook, options.clock, options.actor);
  const records = await replayRecords(db.pool, ids);
  const batches: DeliveryReport[] = [];
  for (const group of groupsOf(records)) batches.push(...(await replayGroup(db, config, context, group)));
  const waiting = await waitingIds(
    db.pool,
    records.map(({ id }) => id),
  );
  return { replayed: records.length - waiting.length, refusedAgain: waiting.length, batches };
}

/** The filter as a person wrote it: `--company US01 --reason NO_RATE`. */
export function filterWords(filter: QuarantineFilter): string {
  return Object.entries(filter)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ');
}

/** Puts all records aside that a filter takes now; what comes in later waits. */
export async function dismissWhere(
  db: Database,
  filter: QuarantineFilter,
  by: Actor,
  why: string,
  clock: () => number,
): Promise<{ dismissed: string[] }> {
  const ids = await waitingIdsWhere(db.pool, filter);
  if (ids.length === 0)
    throw new UserError({
      where: filterWords(filter),
      what: 'no record that waits in quarantine is like this; nothing was put aside',
      expected: sumsInWords(await waitingSums(db.pool)) || 'nothing waits',
    });
  return dismissQuarantine(db, ids, by, why, clock, filterWords(filter));
}

/** `NO_RATE 3, UNKNOWN_COMPANY 1`: what waits, by reason. */
export function sumsInWords(sums: readonly QuarantineSum[]): string {
  const byReason = new Map<string, number>();
  for (const { reason, records } of sums) byReason.set(reason, (byReason.get(reason) ?? 0) + records);
  return [...byReason].map(([reason, count]) => `${reason} ${count}`).join(', ');
}

/**
 * Puts records aside, as a person's decision.
 * @param filter what named them, where no person named each
 */
export async function dismissQuarantine(
  db: Database,
  ids: readonly string[],
  by: Actor,
  why: string,
  clock: () => number,
  filter = '',
): Promise<{ dismissed: string[] }> {
  permit(by, 'dismiss', why);
  await requireWaiting(db, ids);
  const named = [...new Set(ids)];
  await transaction(db, async (client) => {
    const subject = filter === '' ? named.join(' ') : `${named.length} records: ${filter}`;
    const decisionId = await recordDecision(client, {
      kind: 'dismiss',
      by,
      subject,
      why,
      content: { quarantine: named },
    });
    await storeDismissals(client, named, decisionId, why, new Date(clock()).toISOString());
  });
  return { dismissed: named };
}

async function requireWaiting(db: Database, ids: readonly string[]): Promise<void> {
  const wrong = ids.find((id) => !/^\d{1,18}$/.test(id));
  const waiting = wrong === undefined ? new Set(await waitingIds(db.pool, ids)) : new Set<string>();
  const missing = wrong ?? ids.find((id) => !waiting.has(id));
  if (missing === undefined) return;
  throw new UserError({
    where: `quarantine ${missing}`,
    what: 'no such record waits in quarantine',
    expected: 'an id of `tieout quarantine list`',
    found: missing,
    todo: 'it may have been replayed or dismissed already',
  });
}

/** Records of one kind and feed go in together. */
function groupsOf(records: readonly ReplayRecord[]): ReplayRecord[][] {
  const groups = new Map<string, ReplayRecord[]>();
  for (const record of records) {
    const key = `${record.kind} ${record.feed}`;
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()];
}

async function replayGroup(
  db: Database,
  config: Config,
  context: IntakeContext,
  records: ReplayRecord[],
): Promise<DeliveryReport[]> {
  const { kind, feed } = records[0]!;
  const replay = replayOf(records, context);
  const bound = isFeed(config, feed) ? await bindFeed(config, feedOf(config, feed)) : undefined;
  if (kind === 'event') {
    const again = replayedEvents(
      bound === undefined ? feedNamed(EVENT_FEEDS, feed) : asEventFeed(bound),
      records,
    );
    return [await ingestEvents(db, context, again, deliveryOf(records), replay)];
  }
  if (kind === 'ledger') {
    const ledgerFeed = bound === undefined ? feedNamed(LEDGER_FEEDS, feed) : asLedgerFeed(bound);
    const reports: DeliveryReport[] = [];
    for (const group of await ledgerGroups(ledgerFeed, records)) {
      const again = replayedLedger(ledgerFeed, group.columns, group.records);
      const control = controlOf(group.extractedAt);
      reports.push(
        await ingestLedger(
          db,
          context,
          again,
          deliveryOf(group.records),
          control,
          replayOf(group.records, context),
        ),
      );
    }
    return reports;
  }
  const reports: DeliveryReport[] = [];
  for (const record of records) {
    const delivery = deliveryOf([record]);
    const one = replayOf([record], context);
    if (bound !== undefined) {
      const table = kind === 'balance' ? 'balances' : kind === 'period' ? 'periods' : 'opening';
      reports.push(await takeTable(db, context, bound, table, delivery, one));
    } else if (kind === 'opening')
      reports.push(await ingestTable(db, context, openingItems(context), delivery, one));
    else if (kind === 'balance') reports.push(await ingestTable(db, context, balances, delivery, one));
    else reports.push(await ingestTable(db, context, periods, delivery, one));
  }
  return reports;
}

function replayOf(records: readonly ReplayRecord[], context: IntakeContext): Replay {
  const ids = records.map(({ id }) => id);
  return {
    ids,
    stored: (client, batchId) =>
      storeReplaySteps(client, ids, batchId, new Date(context.clock()).toISOString()),
  };
}

function deliveryOf(records: readonly ReplayRecord[]): Delivery {
  const hash = createHash('sha256');
  for (const { raw } of records) hash.update(raw);
  return {
    path:
      records.length === 1 ? `quarantine ${records[0]!.id}` : `${records.length} records of the quarantine`,
    sha256: hash.digest('hex'),
    bytes: records.reduce((sum, { raw }) => sum + raw.length, 0),
    files: records.map(({ id, raw }) => ({ path: `quarantine ${id}`, bytes: () => [raw] })),
  };
}

/** A replayed line is as old as its first extract. */
function controlOf(extractedAt: string | null): Control | undefined {
  if (extractedAt === null) return undefined;
  return {
    mode: 'delta',
    complete: false,
    companies: [],
    ledgers: [],
    accounts: [],
    from: null,
    to: null,
    extractedAt,
    wholeDocuments: false,
    rows: null,
    debit: null,
    credit: null,
    delivered: { mode: 'delta', extractedAt },
    text: '',
  };
}
