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

/** Opens an accepted one again, as it was: same id, same age. Returns false where it is not accepted. */
export async function reopenException(
  client: pg.ClientBase,
  id: string,
  runId: string,
  decisionId: string,
): Promise<boolean> {
  const done = await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, also, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause, decision_id)
     select s.exception_id, $2, s.reason, s.also, 'open', s.why, s.detail, s.exposure, s.currency, s.business_date, s.owner, s.due_date, s.root_cause, $3
     from tieout.open_exception o
     join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
     where o.exception_id = $1 and s.status = 'accepted'`,
    [id, runId, decisionId],
  );
  return done.rowCount === 1;
}

/** What accepting an exception would keep. */
export interface AcceptableAmount {
  id: string;
  company: string;
  /** Positive; null where a line has no company amount, or a control item tells none. */
  amount: string | null;
  /** '' = the company's; a control item tells its exposure in a currency of its own. */
  currency: string;
  /** Reason and amounts as a person agrees to them. */
  said: string;
}

/**
 * The largest amount that each exception leaves on one account, in the currency of its company where it has lines. Lines on both sides of one
 * account net; what is short here and over there does not.
 */
export async function amountsOf(client: pg.ClientBase, ids: readonly string[]): Promise<AcceptableAmount[]> {
  const found = await client.query<AcceptableAmount>(
    `select i.exception_id as id, i.company,
            (case when i.class = 'difference' then m.amount else abs(s.exposure) end)::text as amount,
            case when i.class = 'difference' then '' else s.currency end as currency,
            concat_ws(' ', s.reason, trim_scale(s.exposure), s.currency) as said
       from tieout.open_exception o join tieout.exception_item i using (exception_id)
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
       left join lateral (
         select case when bool_and(cell.known) then max(abs(cell.amount)) end as amount
           from (select l.account, l.unit, bool_and(l.company_amount is not null) as known,
                        sum(case l.side when 'L' then l.company_amount else -l.company_amount end) as amount
                   from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
                  where g.exception_id = o.exception_id and g.ended_run is null group by l.account, l.unit) cell) m on true
      where o.exception_id = any($1) order by 1`,
    [[...ids]],
  );
  return found.rows;
}
