// The batch row: what one delivery was and what became of its records. It is written last in the intake's transaction,
// so a batch that can be seen is a batch that is whole.
import type pg from 'pg';
import { counts } from '../withdrawn.ts';

export type BatchKind =
  'events' | 'ledger' | 'balances' | 'opening' | 'periods' | 'replay' | 'rederive' | 'journal' | 'withdraw';

export interface Batch {
  batchId: string;
  kind: BatchKind;
  feed: string;
  path: string;
  sha256: string;
  bytes: number;
  received: number;
  accepted: number;
  duplicates: number;
  skipped: number;
  quarantined: number;
  /** The control file as delivered, and both figures. */
  control: Record<string, unknown> | null;
  controlSha256: string;
  refused: string;
  mode: 'full' | 'delta';
  complete: boolean;
  companies: readonly string[];
  ledgers: readonly string[];
  accounts: readonly string[];
  refusedAccounts: readonly string[];
  from: string | null;
  to: string | null;
  extractedAt: string | null;
  wholeDocuments: boolean;
  rulebookHash: string;
  receivedAt: string;
  receivedBy: string;
  /** Of a feed of the language. */
  read?: FeedRead | undefined;
  /** Of an extract that is a snapshot of its scope (extractSnapshot.ts): how its rows were read, and identities in the scope. */
  snapshot?: { reading: string; lines: string } | undefined;
}

/** By which feed of the language a batch was read. */
export interface FeedRead {
  version: string;
  /** Of its meaning. */
  hash: string;
  /** Over everything besides the bytes that decides what they give. */
  key: string;
  /** Set, hashes of lookups, header, counts of rows. */
  detail: Record<string, unknown>;
}

const INSERT = `insert into tieout.batch (batch_id, kind, feed, path, sha256, bytes, received, accepted, duplicates, skipped,
    quarantined, control, control_sha256, refused, mode, complete, companies, ledgers, accounts, refused_accounts, date_from,
    date_to, extracted_at, whole_documents, rulebook_hash, received_at, received_by,
    snapshot_reading, snapshot_lines, feed_version, feed_hash, feed_key, feed_detail, delivery)
  values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,
    (select count(*) + 1 from tieout.batch_withdrawal w join tieout.batch b using (batch_id)
      where b.kind = $2 and b.feed = $3 and b.sha256 = $5 and b.control_sha256 = $13 and b.feed_key = $32))`;

export async function insertBatch(client: pg.ClientBase, batch: Batch): Promise<void> {
  await client.query(INSERT, [
    batch.batchId,
    batch.kind,
    batch.feed,
    batch.path,
    batch.sha256,
    batch.bytes,
    batch.received,
    batch.accepted,
    batch.duplicates,
    batch.skipped,
    batch.quarantined,
    batch.control === null ? null : JSON.stringify(batch.control),
    batch.controlSha256,
    batch.refused,
    batch.mode,
    batch.complete,
    batch.companies,
    batch.ledgers,
    batch.accounts,
    batch.refusedAccounts,
    batch.from,
    batch.to,
    batch.extractedAt,
    batch.wholeDocuments,
    batch.rulebookHash,
    batch.receivedAt,
    batch.receivedBy,
    batch.snapshot?.reading ?? '',
    batch.snapshot?.lines ?? '0',
    batch.read?.version ?? '',
    batch.read?.hash ?? '',
    batch.read?.key ?? '',
    batch.read === undefined ? null : JSON.stringify(batch.read.detail),
  ]);
}

/** Draws the id of a batch; only under the shared intake lock, or a run's horizon would not be closed. */
export async function drawBatchId(client: pg.ClientBase): Promise<string> {
  const answer = await client.query<{ id: string }>(`select nextval('tieout.batch_id') as id`);
  return answer.rows[0]!.id;
}

/** An earlier batch of the same bytes. */
export interface SameFile {
  batchId: string;
  received: number;
  refused: string;
  control: Batch['control'];
}

const FIND = `select batch_id as "batchId", received::int as received, refused, control from tieout.batch
  where kind = $1 and feed = $2 and sha256 = $3 and control_sha256 = $4 and feed_key = $5
    and ${counts('batch')} order by refused, batch_id desc limit 1`;

/** The batch that took (or, where none did, refused) the same file before. */
export async function findSameFile(
  client: pg.ClientBase | pg.Pool,
  kind: BatchKind,
  feed: string,
  sha256: string,
  controlSha256: string,
  feedKey = '',
): Promise<SameFile | undefined> {
  const answer = await client.query<SameFile>(FIND, [kind, feed, sha256, controlSha256, feedKey]);
  return answer.rows[0];
}

/** The header of the last batch of a feed, by file; undefined where there is none. */
export async function findLastHeader(
  client: pg.ClientBase | pg.Pool,
  feed: string,
): Promise<Readonly<Record<string, readonly string[]>> | undefined> {
  const answer = await client.query<{ header: Record<string, string[]> }>(
    `select feed_detail->'header' as header from tieout.batch
     where feed = $1 and refused = '' and feed_detail ? 'header' order by batch_id desc limit 1`,
    [feed],
  );
  return answer.rows[0]?.header;
}

const OTHER = `select feed_hash as hash, batch_id as batch from tieout.batch
  where feed = $1 and feed_version = $2 and feed_hash <> $3 order by batch_id limit 1`;

/** A batch that the same version of a feed read with another meaning: the version was not raised. */
export async function findOtherHash(
  client: pg.ClientBase | pg.Pool,
  feed: string,
  version: string,
  hash: string,
): Promise<{ hash: string; batch: string } | undefined> {
  const answer = await client.query<{ hash: string; batch: string }>(OTHER, [feed, version, hash]);
  return answer.rows[0];
}
