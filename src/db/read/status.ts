// What is going on, counted: for `tieout status` and the metrics. Every query reads small or derived tables only.
import type pg from 'pg';
import { counts } from '../withdrawn.ts';

export interface Counts {
  runs: { kind: string; state: string; n: number }[];
  exceptions: { reason: string; n: number }[];
  journals: { state: string; n: number }[];
  records: { kind: string; outcome: string; n: number }[];
  quarantined: number;
  slots: { job: string; state: string; n: number }[];
}

export async function readCounts(client: pg.ClientBase | pg.Pool): Promise<Counts> {
  const found = await client.query<Counts>(
    `select (select coalesce(json_agg(r), '[]') from (select kind, state, count(*) as n from tieout.run group by 1, 2 order by 1, 2) r) as runs,
      (select coalesce(json_agg(x), '[]') from (
         select s.reason, count(*) as n from tieout.open_exception o
         join lateral (select reason, status from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on s.status = 'open'
         group by 1 order by 1) x) as exceptions,
      (select coalesce(json_agg(p), '[]') from (select state, count(*) as n from tieout.posting group by 1 order by 1) p) as journals,
      (select coalesce(json_agg(b), '[]') from (
         select kind, outcome, sum(n)::bigint as n from tieout.batch, lateral (values ('accepted', accepted), ('duplicate', duplicates), ('skipped', skipped), ('quarantined', quarantined)) v(outcome, n)
         group by 1, 2 order by 1, 2) b) as records,
      (select count(*)::int from tieout.quarantine q where not exists (
         select from tieout.quarantine_step s where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed'))) as quarantined,
      (select coalesce(json_agg(j), '[]') from (select job, state, count(*) as n from tieout.job_slot group by 1, 2 order by 1, 2) j) as slots`,
  );
  return found.rows[0] ?? { runs: [], exceptions: [], journals: [], records: [], quarantined: 0, slots: [] };
}

/** Runs, newest first, without those of single decisions. */
export async function readLastRuns(
  client: pg.ClientBase | pg.Pool,
  limit: number,
): Promise<Record<'run' | 'state' | 'asOf' | 'maker' | 'startedAt' | 'completedAt', string | null>[]> {
  const found = await client.query<
    Record<'run' | 'state' | 'asOf' | 'maker' | 'startedAt' | 'completedAt', string | null>
  >(
    `select run_id as run, state, as_of as "asOf", maker, started_at as "startedAt", completed_at as "completedAt"
     from tieout.run where kind = 'reconcile' order by run_id desc limit $1`,
    [limit],
  );
  return found.rows;
}

export interface FeedReach {
  company: string;
  ledgers: string[];
  /** Day up to which the ledger is complete. */
  reach: string;
}

/** The furthest day that complete extracts of a company reached, by ledgers. */
export async function readReach(
  client: pg.ClientBase | pg.Pool,
  company: { code: string; timeZone: string },
): Promise<FeedReach[]> {
  const found = await client.query<FeedReach>(
    `select $1::text as company, ledgers, max(least(coalesce(date_to, 'infinity'::date), (coalesce(extracted_at, received_at) at time zone $2)::date - 1)) as reach
     from tieout.batch b where kind = 'ledger' and complete and refused = '' and ${counts('b')} and (companies = '{}' or $1 = any(companies)) group by ledgers order by ledgers`,
    [company.code, company.timeZone],
  );
  return found.rows;
}
