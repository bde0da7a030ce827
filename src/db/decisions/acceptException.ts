// Keeps a difference as accepted: its legs stay what they are, only the status changes; a match alone ends a leg.
import type pg from 'pg';

/** Returns false where no open exception has that id (or a unique beginning of it). */
export async function acceptException(
  client: pg.ClientBase,
  id: string,
  runId: string,
  decisionId: string,
): Promise<boolean> {
  const done = await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, also, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause, decision_id)
     select s.exception_id, $2, s.reason, s.also, 'accepted', s.why, s.detail, s.exposure, s.currency, s.business_date, s.owner, s.due_date, s.root_cause, $3
     from tieout.open_exception o
     join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
     where o.exception_id = $1 and s.status = 'open'`,
    [id, runId, decisionId],
  );
  return done.rowCount === 1;
}

/** Full ids of live exceptions that begin with the given text. */
export async function exceptionsLike(client: pg.ClientBase, beginning: string): Promise<string[]> {
  if (!/^[0-9a-f]{4,32}$/.test(beginning)) return [];
  const found = await client.query<{ exception_id: string }>(
    `select exception_id from tieout.open_exception where exception_id like $1 || '%' order by 1 limit 3`,
    [beginning],
  );
  return found.rows.map((row) => row.exception_id);
}
