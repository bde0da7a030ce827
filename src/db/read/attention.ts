// Whether anything waits for a person: an open exception that does not clear itself, a refused record, a journal that waits.
// One that the ERP refused waits until it is proposed anew or what it booked is settled; the state itself is final.
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
            (select count(*) from tieout.posting p where p.state in ('AWAITING_APPROVAL', 'NEEDS_HUMAN', 'CONFLICT', 'DUPLICATE_FOUND', 'POSTED_NOT_SEEN')
               or (p.state = 'REJECTED' and exists (
                     select from tieout.journal_source s join tieout.exception_leg g on g.unit = s.unit and g.line_id = s.line_id and g.ended_run is null
                      where s.journal_id = p.journal_id)
                   and not exists (select from tieout.journal j join tieout.journal n on n.subject = j.subject and n.revision > j.revision
                                    where j.journal_id = p.journal_id))) as journals`,
    [selfClearing],
  );
  const row = found.rows[0];
  return {
    exceptions: Number(row?.exceptions ?? 0),
    quarantined: Number(row?.quarantined ?? 0),
    journals: Number(row?.journals ?? 0),
  };
}
