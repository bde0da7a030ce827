// The audit row of a batch: what came of it, the hash of its row, and the sum of the facts that it stored.
import type pg from 'pg';

import { appendAudit } from '../audit.ts';
import { factSums } from '../factSums.ts';

/** Call it after the batch and all its facts are stored. */
export async function auditBatch(
  client: pg.ClientBase,
  batchId: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  const facts = await factSums(client, batchId);
  await appendAudit(client, 'intake', { ...payload, batch: batchId, facts }, { batch: [batchId] });
}
