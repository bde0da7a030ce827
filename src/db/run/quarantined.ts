// What sits in quarantine is not tied: how many refused records, and how much where it could be read, belong to a row of
// the tie-out. Only records that nobody replayed or dismissed count.
import type pg from 'pg';

export interface QuarantinedSum {
  company: string;
  account: string;
  currency: string;
  count: string;
  amount: string;
}

/** By company, account and currency; '' where a record did not tell. */
export async function quarantinedSums(client: pg.ClientBase, horizon: string): Promise<QuarantinedSum[]> {
  const found = await client.query<QuarantinedSum>(
    `select q.company, coalesce(a.account, '') as account, q.currency, count(*) as count, coalesce(sum(abs(q.amount)), 0) as amount
     from tieout.quarantine q left join lateral unnest(case when q.accounts = '{}' then array[''] else q.accounts end) a(account) on true
     where q.batch_id <= $1 and q.kind in ('event', 'ledger', 'opening') and not exists (select from tieout.quarantine_step s where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed'))
     group by q.company, a.account, q.currency`,
    [horizon],
  );
  return found.rows;
}

/** Companies and ledgers in which each reconciliation has lines at all. */
export async function reconciledLedgers(
  client: pg.ClientBase | pg.Pool,
): Promise<{ reconciliation: string; company: string; ledger: string }[]> {
  const found = await client.query<{ reconciliation: string; company: string; ledger: string }>(
    'select distinct reconciliation, company, ledger from tieout.unit order by 1, 2, 3',
  );
  return found.rows;
}
