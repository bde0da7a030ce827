// Appends to and verifies the audit streams. A row is written in the transaction of what it tells about, under a lock of
// its stream alone, so no stream waits for another one.
import type pg from 'pg';

import type { AuditRow, ChainHead } from '../audit/chain.ts';
import { brokenBy, EMPTY_CHAIN, nextRow } from '../audit/chain.ts';
import { CanonicalWriter } from '../events/canonicalJson.ts';
import { Fault } from '../errors.ts';
import { hashesOf, type RowsOf } from './auditedRows.ts';
import { lock } from './locks.ts';

/** The closed list of streams; one chain each, so that intake never waits for a decision. */
export type AuditStream = 'intake' | 'runs' | 'decisions' | 'postings';

/**
 * Appends `payload` (plain JSON values, no secrets) and the database's time `at` to the stream; call it late in the
 * transaction, because the stream is locked until its end. Returns the new head.
 * @param rows what it tells of: their hashes go with it
 */
export async function appendAudit(
  client: pg.ClientBase,
  stream: AuditStream,
  payload: Readonly<Record<string, unknown>>,
  rows: RowsOf = {},
): Promise<ChainHead> {
  const hashes = await hashesOf(client, rows);
  const told = Object.keys(hashes).length === 0 ? payload : { ...payload, rows: hashes };
  await lock(client, 'AUDIT', stream);
  const now = await client.query<{ at: string; seq: string | null; hash: string | null }>(
    `select clock.at, last.seq, last.hash
       from (select clock_timestamp() as at) clock
       left join lateral (select seq, hash from tieout.audit where stream = $1 order by seq desc limit 1) last on true`,
    [stream],
  );
  const last = now.rows[0];
  if (last === undefined) throw new Fault('the database told no time');
  const head = last.hash === null ? EMPTY_CHAIN : { seq: Number(last.seq), hash: last.hash };
  const row = nextRow(stream, head, new CanonicalWriter().write({ ...told, at: last.at }));
  await client.query(
    'insert into tieout.audit (stream, seq, previous, hash, payload, at) values ($1, $2, $3, $4, $5, $6)',
    [row.stream, row.seq, row.previous, row.hash, row.payload, last.at],
  );
  return { seq: row.seq, hash: row.hash };
}

export interface AuditFinding {
  stream: string;
  seq: number;
  why: string;
}

export interface AuditVerdict {
  rows: number;
  /** Per stream, where its chain ends; to compare with a head written down outside. */
  heads: Record<string, ChainHead>;
  /** The first break of each stream; empty when all chains are whole. */
  broken: AuditFinding[];
}

const PAGE = 5000;

/** Reads every chain from its first row on; memory stays flat. */
export async function verifyAudit(client: pg.ClientBase | pg.Pool): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { rows: 0, heads: {}, broken: [] };
  const streams = await client.query<{ stream: string }>(
    'select distinct stream from tieout.audit order by stream',
  );
  for (const { stream } of streams.rows) {
    let head: ChainHead = EMPTY_CHAIN;
    for (;;) {
      const page = await readPage(client, stream, head.seq);
      verdict.rows += page.length;
      const why = advance(page, head);
      if (why !== undefined) verdict.broken.push({ stream, ...why });
      const last = page.at(-1);
      if (last === undefined || why !== undefined) break;
      head = { seq: last.seq, hash: last.hash };
    }
    verdict.heads[stream] = head;
  }
  return verdict;
}

function advance(page: readonly AuditRow[], from: ChainHead): { seq: number; why: string } | undefined {
  let head = from;
  for (const row of page) {
    const why = brokenBy(row, head);
    if (why !== undefined) return { seq: row.seq, why };
    head = row;
  }
  return undefined;
}

async function readPage(client: pg.ClientBase | pg.Pool, stream: string, after: number): Promise<AuditRow[]> {
  const page = await client.query<Omit<AuditRow, 'seq'> & { seq: string }>(
    `select stream, seq, previous, hash, payload from tieout.audit
      where stream = $1 and seq > $2 order by seq limit ${PAGE}`,
    [stream, after],
  );
  return page.rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}
