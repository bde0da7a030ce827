// A file of events comes in: each is read, judged by itself and derived. What nobody disputes goes directly; the rest is
// staged, and then, in the same transaction, sets decide which are known, conflicting or contested.
import type pg from 'pg';

import { auditBatch } from '../db/intake/auditBatch.ts';
import type { Database } from '../db/connection.ts';
import { transaction } from '../db/connection.ts';
import { readFiscalPeriods } from '../db/intake/fiscalPeriods.ts';
import { drawBatchId, findSameFile, insertBatch } from '../db/intake/insertBatch.ts';
import { insertUnits } from '../db/intake/insertUnits.ts';
import { sortEvents } from '../db/intake/sortEvents.ts';
import { analyzeEventStage, createEventStage } from '../db/intake/stageEvents.ts';
import { createRefusedStage, stageRefused, storeRefused } from '../db/intake/stageRefused.ts';
import type { RefusedRecord } from '../db/intake/stageRefused.ts';
import { storePlainEvents } from '../db/intake/storePlainEvents.ts';
import { findContested } from '../db/intake/directEvents.ts';
import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import { readEvent } from '../events/read.ts';
import type { EventFeed } from '../feeds/feed.ts';
import { accountingDates } from './accountingDate.ts';
import type { IntakeContext } from './context.ts';
import { decideFamilies } from './decideFamilies.ts';
import type { Delivery, DeliveryReport } from './delivery.ts';
import { readEvents } from './eventFile.ts';
import type { EventTotals } from './eventFile.ts';
import { refusedEvent } from './refusedEvent.ts';
import { NotDirect, storing, directOrStaged } from './storing.ts';
import type { Replay } from './storing.ts';

/** Takes one delivery of events in and says what became of them. */
export async function ingestEvents(
  db: Database,
  context: IntakeContext,
  feed: EventFeed,
  delivery: Delivery,
  replay?: Replay,
): Promise<DeliveryReport> {
  const intake: EventIntake = { context, feed, delivery, replay };
  const earlier = await sameFile(db.pool, intake);
  if (earlier !== undefined) return earlier;
  const dates = accountingDates(await readFiscalPeriods(db.pool), context.closedPeriods);
  const report = await transaction(db, (client) =>
    directOrStaged(client, async (batchId) => {
      await createEventStage(client);
      await createRefusedStage(client);
      const totals = await readEvents(client, context, feed, delivery.files, dates, batchId);
      await analyzeEventStage(client);
      context.crash?.('intake.after-read');
      const subjects = [...totals.companies].map((company) => `events ${company}`);
      const stored = await storing(client, subjects, () => store(client, intake, totals, batchId));
      context.crash?.('intake.before-commit');
      return stored;
    }),
  );
  context.crash?.('intake.after-commit');
  return report;
}

interface EventIntake {
  context: IntakeContext;
  feed: EventFeed;
  delivery: Delivery;
  replay: Replay | undefined;
}

/** The report of a file that was taken before: all its records are duplicates. */
async function sameFile(
  client: pg.ClientBase | pg.Pool,
  { replay, feed, delivery }: EventIntake,
): Promise<DeliveryReport | undefined> {
  if (replay !== undefined) return undefined;
  const earlier = await findSameFile(client, 'events', feed.name, delivery.sha256, '', feed.stamp?.().key);
  if (earlier === undefined) return undefined;
  const { path, sha256 } = delivery;
  const { batchId: batch, received } = earlier;
  return {
    path,
    sha256,
    batch,
    received,
    accepted: 0,
    duplicates: received,
    skipped: 0,
    quarantined: 0,
    control: null,
  };
}

async function store(
  client: pg.ClientBase,
  intake: EventIntake,
  totals: EventTotals,
  straightBatch: string | undefined,
): Promise<DeliveryReport> {
  const { context, feed, delivery, replay } = intake;
  const earlier = await sameFile(client, intake);
  if (earlier !== undefined && totals.direct > 0) throw new NotDirect();
  if (earlier !== undefined) return earlier;
  const batch = straightBatch ?? (await drawBatchId(client));
  if (totals.direct > 0 && (await findContested(client, batch))) throw new NotDirect();
  const { hash } = context.rulebook;
  const left = await sortEvents(client);
  const plain = await storePlainEvents(client, batch, hash);
  context.crash?.('intake.after-lines');
  const contested = await decideFamilies(client, context, batch, totals.units);
  const refused = new Map(contested.refused);
  for (const position of left.conflicts) refused.set(position, CONFLICT);
  await stageRefusedPositions(client, intake, refused);
  await replay?.stored(client, batch);
  const kind = replay === undefined ? 'events' : 'replay';
  const quarantine = await storeRefused(client, batch, 'event', feed.name);
  await insertUnits(client, [...totals.units.values()]);
  const { received, skipped } = totals;
  const accepted = totals.direct + plain + contested.stored;
  const quarantined = quarantine.stored;
  const duplicates = received - skipped - accepted - quarantined;
  const { path, sha256, bytes } = delivery;
  const counts = { received, accepted, duplicates, skipped, quarantined };
  await insertBatch(client, {
    batchId: batch,
    kind,
    feed: feed.name,
    read: feed.stamp?.(),
    path,
    sha256,
    bytes,
    ...counts,
    control: null,
    controlSha256: '',
    refused: '',
    mode: 'delta',
    complete: false,
    companies: [...totals.companies].sort(),
    ledgers: [],
    accounts: [],
    refusedAccounts: [],
    from: null,
    to: null,
    extractedAt: null,
    wholeDocuments: false,
    rulebookHash: hash,
    receivedAt: new Date(context.clock()).toISOString(),
    receivedBy: context.actor,
  });
  await auditBatch(client, batch, {
    batch,
    kind,
    feed: feed.name,
    path,
    sha256,
    ...counts,
    actor: context.actor,
  });
  return { path, sha256, batch, ...counts, control: null };
}

/** Of an event whose identity has other content already. */
export const CONFLICT: Refusal = refusalOf(
  'CONFLICTING_DUPLICATE',
  '',
  'the content that is stored under this source and id',
  'other content; a changed fact comes as a correction with an id of its own',
);

const RECORDS_PER_COPY = 1000;

/** The bytes of records that were refused only after comparison: few, so the files are read once more for them. */
async function stageRefusedPositions(
  client: pg.ClientBase,
  { context, feed, delivery }: EventIntake,
  refused: ReadonlyMap<number, Refusal>,
): Promise<void> {
  if (refused.size === 0) return;
  let found: RefusedRecord[] = [];
  for await (const records of feed.read(delivery.files)) {
    for (const record of records) {
      const refusal = refused.get(record.position);
      if (refusal === undefined || record.outcome !== 'event') continue;
      const read = readEvent(record.text, context.events);
      found.push(refusedEvent(record, refusal, context, read.ok ? read.event : undefined));
    }
    if (found.length < RECORDS_PER_COPY) continue;
    await stageRefused(client, found);
    found = [];
  }
  await stageRefused(client, found);
}
