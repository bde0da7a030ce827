// Balances of the ERP that were refused (most often because they do not add up by themselves) and not delivered again since:
// what they were to prove is not proven.
import type pg from 'pg';

export interface RefusedBalance {
  company: string;
  account: string;
  currency: string;
  period: string;
  /** What it is off by itself; null where that is not why it was refused. */
  difference: string | null;
}

/** Up to a batch; those that were replayed or dismissed, or followed by one that was accepted, are settled. */
export async function refusedBalances(client: pg.ClientBase, horizon: string): Promise<RefusedBalance[]> {
  const found = await client.query<RefusedBalance>(
    `select q.company, a.account, q.currency, q.document as period, q.amount as difference
       from tieout.quarantine q cross join lateral unnest(q.accounts) a(account)
      where q.kind = 'balance' and q.batch_id <= $1
        and not exists (select from tieout.quarantine_step s where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed'))
        and not exists (select from tieout.erp_balance b where b.company = q.company and b.account = a.account and b.currency = q.currency
                          and b.period = q.document and b.batch_id > q.batch_id and b.batch_id <= $1)
      order by 1, 2, 3, 4`,
    [horizon],
  );
  return found.rows;
}
