// The start of every run, beside what is due of events: offset lines of posted journals become expected lines, those of
// journals that were called off end. A batch of its own, so that a run sees them like any other delivery.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { isoDate } from '../../src/accounting/dates.ts';
import { auditBatch } from '../../src/db/intake/auditBatch.ts';
import { transaction } from '../../src/db/connection.ts';
import { drawBatchId, insertBatch } from '../../src/db/intake/insertBatch.ts';
import { insertUnits } from '../../src/db/intake/insertUnits.ts';
import {
  endOffsets,
  findCalledOff,
  findOffsets,
  insertOffsets,
  type OffsetLine,
} from '../../src/db/posting/offsets.ts';
import { storing } from '../../src/intake/storing.ts';
import { type Unit, unitOf } from '../../src/rulebook/unit.ts';
import type { DeriveDue } from './deriveDue.ts';

/** Returns how many expected lines came and ended. */
export function deriveOffsets(job: DeriveDue): Promise<{ added: number; ended: number }> {
  return transaction(job.db, async (client) => {
    const nothing = { added: 0, ended: 0 };
    if ((await findOffsets(client)).length === 0 && (await findCalledOff(client)).length === 0)
      return nothing;
    return storing(client, ['journals'], async () => {
      const offsets = await findOffsets(client);
      const ended = await findCalledOff(client);
      if (offsets.length + ended.length === 0) return nothing;
      const batchId = await drawBatchId(client);
      await store(client, job, batchId, offsets);
      await endOffsets(client, batchId, ended);
      await closeBatch(client, job, batchId, offsets.length, ended.length);
      return { added: offsets.length, ended: ended.length };
    });
  });
}

async function store(
  client: pg.ClientBase,
  { rulebook, config }: DeriveDue,
  batchId: string,
  offsets: readonly OffsetLine[],
): Promise<void> {
  const units = new Map<string, Unit>();
  const lines = offsets.map((line) => {
    const unit = unitOf(rulebook, line);
    if (unit === undefined) return { ...line, unit: '0', scope: 'out' as const };
    units.set(unit.unit, unit);
    const before = isoDate(line.postingDate) < config.startDate;
    return { ...line, unit: unit.unit, scope: before ? ('before' as const) : ('in' as const) };
  });
  await insertUnits(client, [...units.values()]);
  await insertOffsets(client, batchId, rulebook.hash, lines);
}

async function closeBatch(
  client: pg.ClientBase,
  { rulebook, clock, maker }: DeriveDue,
  batchId: string,
  added: number,
  ended: number,
): Promise<void> {
  const path = 'our own journals';
  await insertBatch(client, {
    batchId,
    kind: 'journal',
    feed: 'journals',
    path,
    sha256: createHash('sha256').update(`journals ${batchId}`).digest('hex'),
    bytes: 0,
    received: added + ended,
    accepted: added + ended,
    duplicates: 0,
    skipped: 0,
    quarantined: 0,
    control: null,
    controlSha256: '',
    refused: '',
    mode: 'delta',
    complete: false,
    companies: [],
    ledgers: [],
    accounts: [],
    refusedAccounts: [],
    from: null,
    to: null,
    extractedAt: null,
    wholeDocuments: false,
    rulebookHash: rulebook.hash,
    receivedAt: new Date(clock()).toISOString(),
    receivedBy: maker,
  });
  await auditBatch(client, batchId, { batch: batchId, kind: 'journal', path, added, ended });
}
