// The batch under which rederived lines stand, and its audit row: with these the change counts, and the next run sees it.
import type pg from 'pg';

import { auditBatch } from '../db/intake/auditBatch.ts';
import { insertBatch } from '../db/intake/insertBatch.ts';
import { youngestExtract } from '../db/intake/rederive/youngestExtract.ts';
import type { IntakeContext } from './context.ts';
import type { RederivePlan } from './rederiveModel.ts';

export async function closeRederivedBatch(
  client: pg.ClientBase,
  context: IntakeContext,
  batchId: string,
  plan: RederivePlan,
): Promise<void> {
  const { events, ended, added, moved, planHash, rulebookHash } = plan;
  const path = `rulebook ${rulebookHash.slice(0, 12)}`;
  const changed = events + moved;
  await insertBatch(client, {
    batchId,
    kind: 'rederive',
    feed: 'rulebook',
    path,
    sha256: planHash,
    bytes: 0,
    received: changed,
    accepted: changed,
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
    extractedAt: moved === 0 ? null : await youngestExtract(client, batchId),
    wholeDocuments: false,
    rulebookHash,
    receivedAt: new Date(context.clock()).toISOString(),
    receivedBy: context.actor,
  });
  const record = { batch: batchId, kind: 'rederive', path, rulebookHash, planHash };
  await auditBatch(client, batchId, { ...record, events, ended, added, moved, actor: context.actor });
}
