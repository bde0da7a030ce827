// Whether an account has lines, counted or out of scope, in a later period than the one that its balances prove.
import type pg from 'pg';
import type { ProvenAccount } from './keptProofs.ts';

/** The accounts that have, of those given with the last period that is proven. */
export async function accountsGoneOn(
  client: pg.ClientBase,
  { runId, asOf }: { runId: string; asOf: string },
  proven: readonly (ProvenAccount & { period: string })[],
): Promise<ProvenAccount[]> {
  const found = await client.query<ProvenAccount>(
    `select r.company, r.ledger, r.account, r.currency
       from jsonb_to_recordset($1::jsonb) as r(company text, ledger text, account text, currency text, period text)
      where exists (
        select from tieout.balance t
         where t.account = r.account and t.period > r.period collate "C" and t.company = r.company and t.ledger = r.ledger and t.currency = r.currency
           and t.side = 'L' and t.origin = 'ledger' and t.scope <> 'void' and t.run_id <= $2 and t.accounting_date <= $3
         group by t.period having sum(t.lines) <> 0)`,
    [JSON.stringify(proven), runId, asOf],
  );
  return found.rows;
}
