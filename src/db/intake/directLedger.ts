// Lines of documents that nobody knows go directly into their tables while the extract is still being read: nothing is
// written twice, and the server works while Node reads. The primary key of the identities has the last word; where it, or
// anything that is found later, speaks against a line, the extract starts again by way of the stage.
import type pg from 'pg';

import { copyIn, piecesOf } from '../copy.ts';
import { IDENTITY_COLUMNS, LEDGER_LINE_COLUMNS } from './readyLine.ts';
import type { ReadyLine } from './readyLine.ts';
import { drawLineIds } from './storeDecided.ts';
import type { BatchStamp } from './storeLedger.ts';

const LINE_TARGET = `tieout.line (unit, scope, ${LEDGER_LINE_COLUMNS}, side, origin, line_id, rulebook_hash, batch_id)`;
const IDENTITY_TARGET = `tieout.ledger_identity (${IDENTITY_COLUMNS}, version, episode, extracted_at, line_id, rulebook_hash, batch_id)`;

/** @param drawn line ids to use, where there are enough */
export async function storeDirectLedger(
  client: pg.ClientBase,
  { batchId, rulebookHash, extractedAt }: BatchStamp,
  rows: readonly ReadyLine[],
  drawn: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const ids = drawn.length >= rows.length ? drawn : await drawLineIds(client, rows.length);
  const at = extractedAt ?? '\\N';
  const batch = `${rulebookHash}\t${batchId}\n`;
  await copyIn(
    client,
    IDENTITY_TARGET,
    piecesOf(rows, ({ identity }, i) => [identity, `\t1\t1\t${at}\t${ids[i]!}\t${batch}`]),
  );
  await copyIn(
    client,
    LINE_TARGET,
    piecesOf(rows, ({ line }, i) => [line, `\tL\tledger\t${ids[i]!}\t${batch}`]),
  );
}

// Lines of refused documents, lines that stand twice in the extract and say different things: they may not be in. ($2, $3:
// the batch that the extract begins with, and its last day.)
const IN_HEAD = `l.batch_id <= $2 and l.accounting_date <= $3`;
const STRAY = `select exists (
    select from stage_refused r join tieout.line l on l.document = r.document and l.company = r.company and l.ledger = r.ledger
     where r.document <> '' and (l.batch_id = $1 or ${IN_HEAD} or (l.unit, l.line_id) in (
       select k.unit, k.line_id from known_ledger k join stage_same s using (position))))
  or exists (
    select from other_ledger o join known_ledger k on k.unit = o.unit and k.line_id = o.line_id and k.position <> o.position)
  or exists (
    select from other_ledger o join tieout.line l on l.unit = o.unit and l.line_id = o.line_id where l.batch_id = $1 or ${IN_HEAD}) as stray`;

/**
 * True where something speaks against a line that went directly, or was taken for the same again.
 * @param head the batch of the same scope that the extract begins with, and that one's last day
 */
export async function findStray(
  client: pg.ClientBase,
  batchId: string,
  head: { batchId: string; to: string } | undefined,
): Promise<boolean> {
  const answer = await client.query<{ stray: boolean }>(STRAY, [
    batchId,
    head?.batchId ?? '0',
    head?.to ?? '0001-01-01',
  ]);
  return answer.rows[0]!.stray;
}
