// What tells that something a person sees of cases and journals may have changed: the last run, the last decision,
// and the journals that wait for one.
import type pg from 'pg';

export async function lastChange(client: pg.ClientBase | pg.Pool): Promise<string> {
  const found = await client.query<{ stamp: string }>(
    `select concat_ws(' ', (select max(run_id) from tieout.run where completed_at is not null), (select max(decision_id) from tieout.decision),
       (select concat_ws(' ', count(*), max(state_since)) from tieout.posting where state = 'AWAITING_APPROVAL')) as stamp`,
  );
  return found.rows[0]?.stamp ?? '';
}
