// Corrections whose target is not here: what they take back, or would replace, still counts.
import type pg from 'pg';
import type { WaitingCorrection } from '../../../exceptions/corrections.ts';
import { standingSql } from './standing.ts';

/**
 * Every correction that waits at a horizon (null: now), oldest first. A correction of a correction that waits is not among
 * them: its target is here, and the first of the chain says what is missing.
 */
export async function waitingCorrections(
  client: pg.ClientBase | pg.Pool,
  to: string | null,
): Promise<WaitingCorrection[]> {
  const found = await client.query<WaitingCorrection>(
    `with at as (select coalesce($1::bigint, (select max(batch_id) from tieout.batch), 0) as horizon),
     candidate as (select source, id from tieout.event where standing = 'waiting'
       union select source, id from tieout.event_standing where standing = 'waiting')
     select e.source, e.id, e.company, e.type, replace(e.business_key, E'\\x1f', ' ') as key, e.correction,
            e.corrects_source as "targetSource", e.corrects_id as "targetId",
            e.business_date::text as "businessDate", e.accounting_date::text as "accountingDate"
       from at cross join candidate c join tieout.event e on e.source = c.source and e.id = c.id
      where e.corrects_id is not null and e.batch_id <= at.horizon and ${standingSql('e', 'at.horizon')} = 'waiting'
        and not exists (select from tieout.event t where t.source = e.corrects_source and t.id = e.corrects_id and t.batch_id <= at.horizon)
      order by e.business_date, e.source, e.id`,
    [to],
  );
  return found.rows;
}
