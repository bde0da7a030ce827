// What became of one delivered event, of one batch: for senders that ask.
import type pg from 'pg';

/** An event as it stands now. */
export interface StoredEventState {
  type: string;
  company: string;
  businessDate: string;
  accountingDate: string;
  /** Why the accounting date is not the business date; '' where it is. */
  dateReason: string;
  /** derived, zero, none, no_rule, lifecycle, duplicate, waiting or superseded. */
  standing: string;
  because: string;
  contentHash: string;
  batch: string;
  receivedAt: string;
}

/** Undefined where it is not stored. */
export async function storedEvent(
  client: pg.Pool,
  source: string,
  id: string,
): Promise<StoredEventState | undefined> {
  const found = await client.query<StoredEventState>(
    `select e.type, e.company, e.business_date as "businessDate", e.accounting_date as "accountingDate",
            e.date_reason as "dateReason", coalesce(s.standing, e.standing) as standing, coalesce(s.because, e.because) as because,
            encode(e.content_hash, 'hex') as "contentHash", e.batch_id as batch, b.received_at as "receivedAt"
       from tieout.event e join tieout.batch b using (batch_id)
       left join lateral (select standing, because from tieout.event_standing s
          where s.source = e.source and s.id = e.id order by s.episode desc limit 1) s on true
      where e.source = $1 and e.id = $2`,
    [source, id],
  );
  return found.rows[0];
}

/** A refusal of an event of that identity. */
export interface RefusedState {
  quarantine: string;
  batch: string;
  receivedAt: string;
  company: string;
  reason: string;
  path: string;
  expected: string;
  found: string;
  /** `waiting`, or what became of it: replayed, dismissed. */
  state: string;
}

const STATE = `coalesce((select s.outcome from tieout.quarantine_step s
  where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed') order by s.step desc limit 1), 'waiting')`;

/** Oldest first, the first hundred. */
export async function refusedEvents(client: pg.Pool, source: string, id: string): Promise<RefusedState[]> {
  const found = await client.query<RefusedState>(
    `select q.quarantine_id as quarantine, q.batch_id as batch, b.received_at as "receivedAt", q.company, q.reason, q.path, q.expected,
            q.found, ${STATE} as state
       from tieout.quarantine q join tieout.batch b using (batch_id)
      where q.event_id = $2 and q.event_source = $1 and q.event_id <> '' order by q.quarantine_id limit 100`,
    [source, id],
  );
  return found.rows;
}

/** A delivery and what became of its records. */
export interface BatchState {
  batch: string;
  kind: string;
  feed: string;
  path: string;
  sha256: string;
  receivedAt: string;
  receivedBy: string;
  companies: string[];
  received: number;
  accepted: number;
  duplicates: number;
  skipped: number;
  quarantined: number;
}

export async function batchState(client: pg.Pool, batch: string): Promise<BatchState | undefined> {
  const found = await client.query<BatchState>(
    `select batch_id as batch, kind, feed, path, sha256, received_at as "receivedAt", received_by as "receivedBy", companies,
            received::int as received, accepted::int as accepted, duplicates::int as duplicates, skipped::int as skipped,
            quarantined::int as quarantined
       from tieout.batch where batch_id = $1`,
    [batch],
  );
  return found.rows[0];
}
