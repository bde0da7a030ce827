// Whether the machine has work, and when next: what the posting loop sleeps by.
import type pg from 'pg';

import type { CompanyDays } from './companyDay.ts';
import { dayIn } from './companyDay.ts';
import { IN_WORK } from './stateLists.ts';

/** Milliseconds until the next posting is due (0: now); undefined where the machine has none at all. */
export async function nextDueMs(
  client: pg.ClientBase | pg.Pool,
  erps: readonly string[],
  days: CompanyDays,
): Promise<number | undefined> {
  const next = await client.query<{ ms: number | null }>(
    `select (extract(epoch from min(greatest(p.due_at, p.lease_until, '2000-01-01')) - now()) * 1000)::float8 as ms
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
      where p.state in ${IN_WORK} and p.erp = any($1)
        and not (p.state in ('APPROVED', 'RETRY_WAIT') and exists (
                select from tieout.brake_on b where b.company = j.company and b.ledger = j.ledger))
        and (j.reverses is null or (j.posting_date <= ${dayIn('p.company', 2)} and exists (
              select from tieout.posting o where o.journal_id = j.reverses and o.state in ('POSTED', 'CONFIRMED'))))`,
    [erps, [...days.keys()], [...days.values()]],
  );
  const ms = next.rows[0]?.ms ?? null;
  return ms === null ? undefined : Math.max(0, Math.ceil(ms));
}

/** How many postings are in each state that is not the end of one: a run reads no settled ones. */
export async function countOpenPostings(client: pg.ClientBase): Promise<Record<string, number>> {
  const counted = await client.query<{ state: string; n: string }>(
    `select state, count(*) as n from tieout.posting where state not in ('CONFIRMED', 'CANCELLED') group by state order by state`,
  );
  return Object.fromEntries(counted.rows.map((row) => [row.state, Number(row.n)]));
}

/** How many postings are in each state. */
export async function countPostings(client: pg.ClientBase | pg.Pool): Promise<Record<string, number>> {
  const counted = await client.query<{ state: string; n: string }>(
    'select state, count(*) as n from tieout.posting group by state order by state',
  );
  return Object.fromEntries(counted.rows.map((row) => [row.state, Number(row.n)]));
}
