// Refused records as a run's report shows them: those up to its horizon that nobody had put right or aside by then.
import type pg from 'pg';

/** A refused record; `excerpt` is its beginning, bytes that are no UTF-8 shown as U+FFFD. */
export interface RefusedRecord {
  id: string;
  kind: string;
  feed: string;
  path: string;
  position: number;
  reason: string;
  message: string;
  expected: string;
  found: string;
  company: string;
  accounts: string[];
  document: string;
  currency: string;
  amount: string | null;
  receivedAt: string;
  excerpt: string;
}

const PAGE = 1_000;
const EXCERPT_BYTES = 240;

/** Oldest first. */
export async function* readRefused(
  client: pg.ClientBase,
  { horizon, until }: { horizon: string; until: string | null },
): AsyncGenerator<RefusedRecord> {
  let after = '0';
  for (;;) {
    const found = await client.query<Omit<RefusedRecord, 'excerpt'> & { raw: Buffer }>(
      `select q.quarantine_id as id, q.kind, q.feed, b.path, q.position::float8 as position, q.reason, q.message, q.expected, q.found, q.company,
              q.accounts, q.document, q.currency, q.amount, b.received_at as "receivedAt", substring(q.raw from 1 for $4) as raw
       from tieout.quarantine q join tieout.batch b using (batch_id)
       where q.quarantine_id > $1 and q.batch_id <= $2 and not exists (
         select from tieout.quarantine_step s where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed')
           and ($3::timestamptz is null or s.at < $3))
       order by q.quarantine_id limit ${PAGE}`,
      [after, horizon, until, EXCERPT_BYTES],
    );
    for (const { raw, ...record } of found.rows) yield { ...record, excerpt: raw.toString('utf8') };
    const last = found.rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
