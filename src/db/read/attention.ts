// Whether anything waits for a person: an open exception that does not clear itself, a refused record, a journal that waits.
import type pg from 'pg';

export interface Attention {
  exceptions: number;
  quarantined: number;
  journals: number;
}

export async function readAttention(
  client: pg.ClientBase | pg.Pool,
  selfClearing: readonly string[],
): Promise<Attention> {
  const found = await client.query<{ exceptions: string; quarantined: string; journals: string }>(
    `select (select count(*) from tieout.open_exception o
             join lateral (select reason, status from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
             where s.status = 'open' and s.reason <> all($1)) as exceptions,
            (select count(*) from tieout.quarantine q where not exists (
               select from tieout.quarantine_step s where s.quarantine_id = q.quarantine_id and s.outcome in ('replayed', 'dismissed'))) as quarantined,
            (select count(*) from tieout.posting p where p.state in ('AWAITING_APPROVAL', 'NEEDS_HUMAN', 'CONFLICT', 'DUPLICATE_FOUND', 'POSTED_NOT_SEEN', 'REJECTED', 'INVALID')) as journals`,
    [selfClearing],
  );
  const row = found.rows[0];
  return {
    exceptions: Number(row?.exceptions ?? 0),
    quarantined: Number(row?.quarantined ?? 0),
    journals: Number(row?.journals ?? 0),
  };
}
