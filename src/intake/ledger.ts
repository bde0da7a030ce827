// A ledger extract comes in: rows are read and staged as they stream by, and then, in the same transaction, compared with
// what is stored as sets. Everything or nothing of an extract is taken, except documents that are refused by themselves.
import { createHash } from 'node:crypto';
import path from 'node:path';

import type pg from 'pg';

import { auditBatch } from '../db/intake/auditBatch.ts';
import { setIntakeBrakes } from '../db/brakes/intakeBrakes.ts';
import type { Database } from '../db/connection.ts';
import { transaction } from '../db/connection.ts';
import { compareLedger } from '../db/intake/compareLedger.ts';
import { snapshotStands } from '../db/intake/extractSnapshot.ts';
import { drawBatchId, findSameFile, insertBatch } from '../db/intake/insertBatch.ts';
import type { Batch } from '../db/intake/insertBatch.ts';
import { insertUnits } from '../db/intake/insertUnits.ts';
import { noteAccountsBack, noteLostAccounts } from '../db/lostAccounts.ts';
import { recogniseLedger } from '../db/intake/recogniseLedger.ts';
import { dropRepeats, refuseDocuments } from '../db/intake/refuseDocuments.ts';
import type { RefusedSibling } from '../db/intake/refuseDocuments.ts';
import { analyzeLedgerStage, createLedgerStage } from '../db/intake/stageLedger.ts';
import { createRefusedStage, stageRefused, storeRefused } from '../db/intake/stageRefused.ts';
import type { RefusedRecord } from '../db/intake/stageRefused.ts';
import { endVanishedLines, storeNewLedgerLines, storeOtherLedgerLines } from '../db/intake/storeLedger.ts';
import type { BatchStamp } from '../db/intake/storeLedger.ts';
import { findStray } from '../db/intake/directLedger.ts';
import type { Control } from '../feeds/control.ts';
import type { LedgerFeed } from '../feeds/feed.ts';
import { BRAKES } from '../posting/brakes.ts';
import { checkControl, checkExtractedAt } from './control.ts';
import type { IntakeContext } from './context.ts';
import type { Delivery, DeliveryReport, Remarks } from './delivery.ts';
import { readExtract } from './extract.ts';
import type { ExtractTotals } from './extractTotals.ts';
import { findHead, snapshotOf } from './extractHead.ts';
import type { ExtractHead } from './extractHead.ts';
import { checkStatedPeriods } from './statedPeriods.ts';
import { NotDirect, storing, directOrStaged } from './storing.ts';
import type { Replay } from './storing.ts';

/** Takes one extract in and says what became of its rows. */
export async function ingestLedger(
  db: Database,
  context: IntakeContext,
  feed: LedgerFeed,
  delivery: Delivery,
  control: Control | undefined,
  replay?: Replay,
): Promise<DeliveryReport> {
  const intake: LedgerIntake = {
    context,
    feed,
    delivery,
    control,
    replay,
    controlSha256: control === undefined ? '' : createHash('sha256').update(control.text).digest('hex'),
  };
  if (control !== undefined) checkExtractedAt(control, delivery.path, context.clock());
  const earlier = await sameExtract(db.pool, intake);
  if (earlier !== undefined) return earlier;
  const head = await findHead(db.pool, context, feed, delivery, control);
  const headless = head && { ...intake, head, delivery: { ...delivery, files: [head.file] } };
  const report = await transaction(db, (client) =>
    directOrStaged(client, (batchId) =>
      takeIn(client, (batchId === undefined ? undefined : headless) ?? intake, batchId),
    ),
  );
  context.crash?.('intake.after-commit');
  return report;
}

/** @param batchId of lines that go directly; undefined: every line waits in the stage until it was compared */
async function takeIn(
  client: pg.ClientBase,
  intake: LedgerIntake,
  batchId: string | undefined,
): Promise<DeliveryReport> {
  const { context, feed, delivery, control, head } = intake;
  await createLedgerStage(client);
  await createRefusedStage(client);
  const stamp = { rulebookHash: context.rulebook.hash, extractedAt: control?.extractedAt ?? null };
  const direct = batchId === undefined ? undefined : { ...stamp, batchId };
  const totals = await readExtract(client, context, feed, delivery.files, direct, head);
  await analyzeLedgerStage(client);
  context.crash?.('intake.after-read');
  const subjects = [...totals.companies].map((company) => `ledger ${company}`);
  const stored = await storing(client, subjects, async () =>
    store(client, intake, totals, direct ?? { ...stamp, batchId: await drawBatchId(client) }),
  );
  context.crash?.('intake.before-commit');
  return stored;
}

interface LedgerIntake {
  context: IntakeContext;
  feed: LedgerFeed;
  delivery: Delivery;
  control: Control | undefined;
  replay: Replay | undefined;
  controlSha256: string;
  /** What the extract begins with: `delivery` lacks it. */
  head?: ExtractHead;
}

/** The report of an extract that was delivered before, with the same control file; undefined for a new one. */
async function sameExtract(
  client: pg.ClientBase | pg.Pool,
  { feed, delivery, replay, controlSha256 }: LedgerIntake,
): Promise<DeliveryReport | undefined> {
  if (replay !== undefined) return undefined;
  const earlier = await findSameFile(
    client,
    'ledger',
    feed.name,
    delivery.sha256,
    controlSha256,
    feed.stamp?.().key,
  );
  if (earlier === undefined) return undefined;
  const { path: file, sha256 } = delivery;
  const { batchId: batch, received, refused } = earlier;
  const counts =
    refused === '' ? { duplicates: received, quarantined: 0 } : { duplicates: 0, quarantined: received };
  const figures = earlier.control as DeliveryReport['control'];
  return { path: file, sha256, batch, received, accepted: 0, skipped: 0, ...counts, control: figures };
}

async function store(
  client: pg.ClientBase,
  intake: LedgerIntake,
  totals: ExtractTotals,
  stamp: BatchStamp,
): Promise<DeliveryReport> {
  const { context, control, feed, head } = intake;
  const { batchId, extractedAt } = stamp;
  const before = head && { batchId: head.snapshot.batchId, to: head.snapshot.to };
  const earlier = await sameExtract(client, intake);
  const figures = control === undefined ? null : checkControl(control, totals);
  if (head && !(await snapshotStands(client, head.scope, head.snapshot))) throw new NotDirect();
  if (totals.direct > 0 && (earlier !== undefined || figures?.ok === false)) throw new NotDirect();
  if (earlier !== undefined) return earlier;
  if (figures !== null && !figures.ok) {
    return close(
      client,
      intake,
      totals,
      batchId,
      figures,
      { accepted: 0, quarantined: totals.received - totals.skipped },
      [],
    );
  }
  checkStatedPeriods(totals.periods, intake.delivery.path);
  const siblings = await refuseDocuments(client);
  await stageRefused(client, await withBytes(siblings, intake));
  await dropRepeats(client);
  const isSame = await recogniseLedger(client, totals);
  const older = await compareLedger(client, totals.delivered, extractedAt);
  if (!isSame || (await findStray(client, batchId, before))) throw new NotDirect();
  const fresh = await storeNewLedgerLines(client, stamp);
  const others = await storeOtherLedgerLines(client, stamp);
  if (control?.mode === 'full' && control.from !== null && control.to !== null) {
    const days = { from: control.from, to: control.to };
    await endVanishedLines(client, stamp, { ...control, ...days }, before);
    await noteLostAccounts(client, batchId, days);
  }
  await noteAccountsBack(client, batchId);
  await setIntakeBrakes(
    client,
    {
      batchId,
      path: path.basename(intake.delivery.path),
      full: control?.mode === 'full',
      from: control?.from ?? null,
      to: control?.to ?? null,
    },
    context.brakes ?? (() => BRAKES),
  );
  context.crash?.('intake.after-lines');
  await intake.replay?.stored(client, batchId);
  const refused = await storeRefused(client, batchId, 'ledger', intake.feed.name);
  await insertUnits(client, [...totals.units.values()]);
  const refusedAccounts = [
    ...new Set([...totals.refusedAccounts, ...siblings.map(({ account }) => account)]),
  ].sort();
  const counts = { accepted: totals.direct + fresh + others, quarantined: refused.stored };
  const isWhole = refused.stored + refused.duplicates + totals.skipped === 0;
  const snapshot = isWhole ? await snapshotOf(client, context, feed, control, totals, batchId) : undefined;
  const report = await close(client, intake, totals, batchId, figures, counts, refusedAccounts, snapshot);
  return { ...report, ...remarks({ older, trimmed: totals.trimmed, unread: totals.unread }) };
}

/** What there is nothing to be said of is left out. */
function remarks(all: Required<Remarks>): Remarks {
  return Object.fromEntries(Object.entries(all).filter(([, rows]) => rows > 0));
}

/** Writes the batch and its audit row: with these the extract counts. */
async function close(
  client: pg.ClientBase,
  { context, feed, delivery, control, replay, controlSha256 }: LedgerIntake,
  totals: ExtractTotals,
  batchId: string,
  figures: DeliveryReport['control'],
  taken: { accepted: number; quarantined: number },
  refusedAccounts: readonly string[],
  snapshot?: Batch['snapshot'],
): Promise<DeliveryReport> {
  const kind = replay === undefined ? 'ledger' : 'replay';
  const { path: file, sha256, bytes } = delivery;
  const { received, skipped } = totals;
  const { accepted, quarantined } = taken;
  const duplicates = received - accepted - skipped - quarantined;
  const counts = { received, accepted, duplicates, skipped, quarantined };
  const refused = figures?.ok === false ? 'BATCH_INCOMPLETE' : '';
  await insertBatch(client, {
    batchId,
    kind,
    feed: feed.name,
    read: feed.stamp?.(),
    path: file,
    sha256,
    bytes,
    ...counts,
    control: control === undefined ? null : { delivered: control.delivered, ...figures },
    controlSha256,
    refused,
    mode: control?.mode ?? 'delta',
    complete: refused === '' && control?.complete === true,
    companies: control?.companies ?? [...totals.companies].sort(),
    ledgers: control?.ledgers ?? [...totals.ledgers].sort(),
    accounts: control?.accounts ?? [...totals.accounts].sort(),
    refusedAccounts,
    from: control === undefined ? totals.from : control.from,
    to: control === undefined ? totals.to : control.to,
    extractedAt: control?.extractedAt ?? null,
    wholeDocuments: control?.wholeDocuments ?? false,
    rulebookHash: context.rulebook.hash,
    receivedAt: new Date(context.clock()).toISOString(),
    receivedBy: context.actor,
    snapshot,
  });
  const record = { batch: batchId, kind, feed: feed.name, path: file, sha256, ...counts, refused };
  await auditBatch(client, batchId, { ...record, actor: context.actor });
  return { path: file, sha256, batch: batchId, ...counts, control: figures };
}

/** The raw bytes of good lines that go down with their document: rare enough to read the files once more. */
async function withBytes(
  siblings: readonly RefusedSibling[],
  { feed, delivery }: LedgerIntake,
): Promise<RefusedRecord[]> {
  if (siblings.length === 0) return [];
  const wanted = new Map(siblings.map((sibling) => [sibling.position, sibling]));
  const found: RefusedRecord[] = [];
  const extract = await feed.read(delivery.files);
  for await (const records of extract.records) {
    for (const record of records) {
      const sibling = wanted.get(record.position);
      if (sibling === undefined) continue;
      const { reason, message, company, ledger, document, account, currency, amount } = sibling;
      const refusal = {
        reason: reason as RefusedRecord['refusal']['reason'],
        path: '',
        expected: '',
        found: '',
        message,
        company,
        currency,
        amount,
      };
      found.push({
        position: record.position,
        byteOffset: record.byteOffset,
        refusal,
        raw: record.raw(),
        ledger,
        document,
        accounts: account === '' ? [] : [account],
      });
    }
  }
  return found;
}
