// Ledger lines on accounts that no reconciliation has (unit 0): counted and summed beside the tie-out, so that money that is
// compared with nothing is seen. Each run over all reconciliations adds what arrived since the one before.
import type pg from 'pg';

const OUTSIDE = `l.unit = 0 and l.side = 'L' and l.scope <> 'void'`;
const SUMS = 'company, ledger, account, currency, accounting_date';

/** In the run's own transaction. @param from last batch that was counted before */
export async function addOutside(
  client: pg.ClientBase,
  { runId, from, to }: { runId: string; from: string; to: string },
): Promise<void> {
  await client.query(
    `insert into tieout.outside (${SUMS}, run_id, lines, amount)
     select ${SUMS}, $1, sum(lines), sum(amount) from (
       select ${SUMS}, 1 as lines, amount from tieout.line l where l.batch_id > $2 and l.batch_id <= $3 and ${OUTSIDE}
       union all
       select ${SUMS.replaceAll(/\w+/g, 'l.$&')}, -1, -l.amount from tieout.line_end e join tieout.line l on l.unit = e.unit and l.line_id = e.line_id
        where e.unit = 0 and e.batch_id > $2 and e.batch_id <= $3 and l.batch_id <= $3 and ${OUTSIDE}) each
     group by ${SUMS} having sum(lines) <> 0 or sum(amount) <> 0`,
    [runId, from, to],
  );
}

/** The last batch that effective runs have counted up to; '0' where there was none. */
export async function outsideHorizon(client: pg.ClientBase): Promise<string> {
  const found = await client.query<{ horizon: string }>(
    `select coalesce(max(horizon), 0) as horizon from tieout.run
      where kind = 'reconcile' and state = 'completed' and undone_by is null and only_name = ''`,
  );
  return found.rows[0]?.horizon ?? '0';
}

export interface OutsideSum {
  company: string;
  ledger: string;
  account: string;
  currency: string;
  lines: string;
  amount: string;
}

/** What lies outside the rulebook at a cut. */
export async function outsideSums(
  client: pg.ClientBase,
  { runId, asOf }: { runId: string; asOf: string },
): Promise<OutsideSum[]> {
  const found = await client.query<OutsideSum>(
    `select company, ledger, account, currency, sum(lines) as lines, sum(amount) as amount from tieout.outside
      where run_id <= $1 and accounting_date <= $2 group by 1, 2, 3, 4 having sum(lines) <> 0 order by 1, 2, 3, 4`,
    [runId, asOf],
  );
  return found.rows;
}
