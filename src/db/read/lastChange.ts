// What tells that something a person sees of cases and journals may have changed.
import type pg from 'pg';

export interface LastChange {
  /** The last run that was no decision. */
  run: string;
  /** It, the last decision, and the journals that wait for one. */
  stamp: string;
}

export async function lastChange(client: pg.ClientBase | pg.Pool): Promise<LastChange> {
  const found = await client.query<LastChange>(
    `select run, concat_ws(' ', run, (select max(decision_id) from tieout.decision),
       (select concat_ws(' ', count(*), max(state_since)) from tieout.posting where state = 'AWAITING_APPROVAL')) as stamp
     from (select coalesce(max(run_id), 0)::text as run from tieout.run where completed_at is not null and kind <> 'decision') r`,
  );
  return found.rows[0] ?? { run: '0', stamp: '' };
}
