// Refused records on their way into quarantine, in the same transaction as their good neighbours.
import { createHash } from 'node:crypto';

import type pg from 'pg';

import type { Refusal } from '../../events/model.ts';
import { copyIn, copyLine } from '../copy.ts';

export type QuarantineKind = 'event' | 'ledger' | 'opening' | 'balance' | 'period';

/** A refused record with its bytes. */
export interface RefusedRecord {
  position: number;
  byteOffset: number;
  refusal: Refusal;
  raw: Buffer;
  /** Of a ledger line: what ties it to its document. */
  ledger?: string;
  document?: string;
  /** What it would have belonged to, as far as it tells. */
  accounts?: readonly string[];
}

const CREATE = `create temporary table stage_refused (
  position bigint not null, byte_offset bigint not null, reason text not null, message text not null, path text not null,
  expected text not null, found text not null, raw bytea not null, raw_hash bytea not null,
  company text collate "C" not null, ledger text collate "C" not null, document text collate "C" not null,
  type text not null, accounts text[] not null, currency text not null, amount numeric(19,4),
  event_source text collate "C" not null, event_id text collate "C" not null) on commit drop`;

const TARGET =
  `stage_refused (position, byte_offset, reason, message, path, expected, found, raw, raw_hash, company, ledger,
  document, type, accounts, currency, amount, event_source, event_id)`.replace(/\s+/g, ' ');

export async function createRefusedStage(client: pg.ClientBase): Promise<void> {
  await client.query(CREATE);
}

export async function stageRefused(client: pg.ClientBase, records: readonly RefusedRecord[]): Promise<void> {
  if (records.length > 0) await copyIn(client, TARGET, records.map(row));
}

const AMOUNT = /^-?\d{1,15}(?:\.\d{1,4})?$/;

function row(record: RefusedRecord): string {
  const { refusal, raw } = record;
  // Text in a message may quote what came in; U+0000 has no place in PostgreSQL text.
  const text = (value: string | undefined): string => (value ?? '').replaceAll('\0', '\\u0000');
  return copyLine([
    String(record.position),
    String(record.byteOffset),
    refusal.reason,
    text(refusal.message),
    text(refusal.path),
    text(refusal.expected),
    text(refusal.found),
    `\\x${raw.toString('hex')}`,
    `\\x${createHash('sha256').update(raw).digest('hex')}`,
    text(refusal.company),
    text(record.ledger),
    text(record.document),
    text(refusal.type),
    arrayLiteral((record.accounts ?? []).map(text)),
    text(refusal.currency),
    refusal.amount !== undefined && AMOUNT.test(refusal.amount) ? refusal.amount : null,
    text(refusal.source),
    text(refusal.id),
  ]);
}

function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((one) => `"${one.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

const STORE = `with fresh as (
    insert into tieout.quarantine (quarantine_id, batch_id, position, byte_offset, kind, feed, reason, message, path,
      expected, found, raw, raw_hash, company, type, accounts, currency, amount, document, event_source, event_id)
    select nextval('tieout.quarantine_id'), $1, position, byte_offset, $2, $3, reason, message, path, expected, found, raw,
           raw_hash, company, type, accounts, currency, amount, document, event_source, event_id
      from stage_refused order by position
    on conflict (kind, feed, raw_hash) do nothing returning 1)
  select (select count(*) from fresh) as stored, (select count(*) from stage_refused) as staged`;

/**
 * Puts the staged records into quarantine. The same bytes from the same feed are there already: those are duplicates.
 * @returns how many are new, and how many were staged
 */
export async function storeRefused(
  client: pg.ClientBase,
  batchId: string,
  kind: QuarantineKind,
  feed: string,
): Promise<{ stored: number; duplicates: number }> {
  const answer = await client.query<{ stored: string; staged: string }>(STORE, [batchId, kind, feed]);
  const { stored, staged } = answer.rows[0]!;
  return { stored: Number(stored), duplicates: Number(staged) - Number(stored) };
}
