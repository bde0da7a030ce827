// Reads what is in quarantine, and writes what became of it. The latest step of a record counts; none means it waits.
import type pg from 'pg';

import type { QuarantineKind } from './stageRefused.ts';

/** A refused record as people see it. */
export interface QuarantinedRecord {
  id: string;
  batch: string;
  path: string;
  position: number;
  byteOffset: number;
  kind: QuarantineKind;
  feed: string;
  reason: string;
  message: string;
  company: string;
  type: string;
  document: string;
  currency: string;
  amount: string | null;
  receivedAt: string;
  /** The record as delivered; bytes that are no UTF-8 are shown as U+FFFD. */
  raw: string;
}

/** Of a quarantine row `q`: which column or field was wrong, of all lines of a record alike; empty where the whole was. */
export const COLUMN = `regexp_replace(q.path, '\\[\\d+\\]', '[]', 'g')`;

const WAITING = `not exists (select from tieout.quarantine_step s
  where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed'))`;

/** Which of the waiting records are meant; all of its conditions hold. */
export interface QuarantineFilter {
  company?: string;
  /** Of one of these. */
  companies?: readonly string[];
  reason?: string;
  feed?: string;
  /** Came in on this day (UTC) or later. */
  since?: string;
}

/** The conditions over `q` and `b`; their values are added to `values`. */
function conditions(
  { company, companies, reason, feed, since }: QuarantineFilter,
  values: unknown[],
): string {
  const holds = (condition: string, value: string | undefined): string =>
    value === undefined ? '' : ` and ${condition} $${values.push(value)}`;
  return `${WAITING}${holds('q.company =', company)}${companies === undefined ? '' : ` and q.company = any($${values.push(companies)})`}${holds('q.reason =', reason)}${holds('q.feed =', feed)}${holds('b.received_at >=', since === undefined ? undefined : `${since}T00:00:00Z`)}`;
}

/** Waiting records that had the same reason and wrong column. */
export interface QuarantineSum {
  reason: string;
  /** Empty where the record as a whole was refused. */
  column: string;
  records: number;
}

/** What waits, summed, most frequent first. */
export async function waitingSums(
  client: pg.ClientBase | pg.Pool,
  filter: QuarantineFilter = {},
): Promise<QuarantineSum[]> {
  const values: unknown[] = [];
  const found = await client.query<QuarantineSum>(
    `select q.reason, ${COLUMN} as "column", count(*)::int as records from tieout.quarantine q join tieout.batch b using (batch_id)
      where ${conditions(filter, values)} group by 1, 2 order by 3 desc, 1, 2`,
    values,
  );
  return found.rows;
}

/** Ids of all waiting records that a filter takes. */
export async function waitingIdsWhere(
  client: pg.ClientBase | pg.Pool,
  filter: QuarantineFilter,
): Promise<string[]> {
  const values: unknown[] = [];
  const found = await client.query<{ id: string }>(
    `select q.quarantine_id as id from tieout.quarantine q join tieout.batch b using (batch_id) where ${conditions(filter, values)} order by 1`,
    values,
  );
  return found.rows.map(({ id }) => id);
}

/** Records that wait, oldest first; `after` is the id of the last one seen. */
export async function waitingRecords(
  client: pg.ClientBase | pg.Pool,
  filter: QuarantineFilter = {},
  after = '0',
  limit = 1000,
): Promise<QuarantinedRecord[]> {
  const values: unknown[] = [after, limit];
  const answer = await client.query<Omit<QuarantinedRecord, 'raw'> & { raw: Buffer }>(
    `select q.quarantine_id as id, q.batch_id as batch, b.path, q.position::int as position, q.byte_offset::float8 as "byteOffset",
            q.kind, q.feed, q.reason, q.message, q.company, q.type, q.document, q.currency, q.amount,
            b.received_at as "receivedAt", q.raw
       from tieout.quarantine q join tieout.batch b using (batch_id)
      where q.quarantine_id > $1 and ${conditions(filter, values)} order by q.quarantine_id limit $2`,
    values,
  );
  return answer.rows.map((row) => ({ ...row, raw: row.raw.toString('utf8') }));
}

/** A record to be read again. */
export interface ReplayRecord {
  id: string;
  kind: QuarantineKind;
  feed: string;
  raw: Buffer;
  /** Of its first extract: it decides which version of a ledger line is newer. */
  extractedAt: string | null;
}

/**
 * The waiting records with these ids (all, where none are named). The other refused lines of a document come with one:
 * a document is taken whole or not at all.
 */
export async function replayRecords(
  client: pg.ClientBase | pg.Pool,
  ids: readonly string[],
): Promise<ReplayRecord[]> {
  const answer = await client.query<ReplayRecord>(
    `with named as (select * from tieout.quarantine q where ($1::bigint[] = '{}' or quarantine_id = any($1)) and ${WAITING})
     select q.quarantine_id as id, q.kind, q.feed, q.raw, b.extracted_at as "extractedAt"
       from tieout.quarantine q join tieout.batch b using (batch_id)
      where ${WAITING} and (q.quarantine_id in (select quarantine_id from named)
         or q.kind = 'ledger' and q.document <> '' and exists (select from named n
              where (n.kind, n.batch_id, n.company, n.document) = (q.kind, q.batch_id, q.company, q.document)))
      order by q.quarantine_id`,
    [ids],
  );
  return answer.rows;
}

/** A delivery of which some records were taken and some wait. */
export interface HalfRead {
  batch: string;
  path: string;
  received: number;
  waiting: number;
  reasons: { reason: string; n: number }[];
}

/** Files with records in quarantine, newest first. */
export async function halfRead(client: pg.ClientBase | pg.Pool): Promise<HalfRead[]> {
  const found = await client.query<HalfRead>(
    `select b.batch_id as batch, b.path, b.received::int as received, sum(w.n)::int as waiting,
            json_agg(json_build_object('reason', w.reason, 'n', w.n) order by w.n desc, w.reason) as reasons
       from (select q.batch_id, q.reason, count(*) as n from tieout.quarantine q where ${WAITING} group by 1, 2) w
       join tieout.batch b using (batch_id) group by 1, 2, 3 order by b.batch_id desc`,
  );
  return found.rows;
}

/** Which of these ids wait in quarantine. */
export async function waitingIds(client: pg.ClientBase | pg.Pool, ids: readonly string[]): Promise<string[]> {
  const answer = await client.query<{ id: string }>(
    `select q.quarantine_id as id from tieout.quarantine q where q.quarantine_id = any($1::bigint[]) and ${WAITING} order by 1`,
    [ids],
  );
  return answer.rows.map(({ id }) => id);
}

const NEXT_STEP = `coalesce((select max(s.step) from tieout.quarantine_step s where s.quarantine_id = n.id), 0) + 1`;

/**
 * Notes what a replay made of each record; called where `stage_refused` says which of them were refused again, by id as
 * their position.
 */
export async function storeReplaySteps(
  client: pg.ClientBase,
  ids: readonly string[],
  batchId: string,
  at: string,
): Promise<void> {
  await client.query(
    `insert into tieout.quarantine_step (quarantine_id, step, outcome, batch_id, why, at)
     select n.id, ${NEXT_STEP}, case when r.position is null then 'replayed' else 'refused-again' end, $2::bigint,
            coalesce(r.message, ''), $3::timestamptz
       from unnest($1::bigint[]) as n (id)
       left join (select position, min(message) as message from stage_refused group by position) r on r.position = n.id`,
    [ids, batchId, at],
  );
}

/** Puts records aside, by a decision. */
export async function storeDismissals(
  client: pg.ClientBase,
  ids: readonly string[],
  decisionId: string,
  why: string,
  at: string,
): Promise<void> {
  await client.query(
    `insert into tieout.quarantine_step (quarantine_id, step, outcome, decision_id, why, at)
     select n.id, ${NEXT_STEP}, 'dismissed', $2::bigint, $3, $4::timestamptz from unnest($1::bigint[]) as n (id)`,
    [ids, decisionId, why, at],
  );
}
