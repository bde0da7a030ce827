// The tax engine's events of documents whose clearing did not come to zero, and of those whose revisions have a gap.
import type pg from 'pg';
import type { AssessmentFacts } from '../../../exceptions/assessed.ts';
import { REFUND } from '../../../events/refund.ts';
import { SHIPMENT } from '../../../events/shipment.ts';
import { TAX_ASSESSED } from '../../../events/taxAssessed.ts';
import { typeSql } from '../../eventTypes.ts';
import type { ControlScope } from './scope.ts';
import { eventsJsonSql, standingSql, standsSql } from './standing.ts';

/** Documents with a new assessment that waits for an earlier revision: nothing of it is in the lines. */
export async function touchGaps(client: pg.ClientBase, scope: ControlScope, control: string): Promise<void> {
  await client.query(
    `insert into control_key (control, company, reference)
     select distinct $3, e.company, split_part(e.concerns, E'\\x1f', 2) from (
       select source, id from tieout.event where batch_id > $1 and batch_id <= $2 and standing = 'waiting'
       union select source, id from tieout.event_standing where batch_id > $1 and batch_id <= $2 and standing = 'waiting') w
     join tieout.event e on e.source = w.source and e.id = w.id
     where e.type = ${typeSql(TAX_ASSESSED)} and e.concerns <> ''
     on conflict do nothing`,
    [scope.from, scope.to, control],
  );
}

/** Facts of every document in `control_key` of this control that is not settled; documents as they are compared. */
export async function assessmentFacts(
  client: pg.ClientBase,
  scope: ControlScope,
  control: string,
): Promise<AssessmentFacts[]> {
  const found = await client.query<AssessmentFacts>(
    `select k.company, k.reference as document, coalesce(a.assessed, '[]'::json) as assessed, coalesce(a.waiting, '[]'::json) as waiting,
            coalesce(c.captured, '[]'::json) as captured
     from control_key k
     cross join lateral (
       select ${eventsJsonSql('x')} filter (where x.stands) as assessed,
              json_agg(json_build_object('source', x.source, 'id', x.id, 'because', x.because, 'businessDate', x.business_date) order by x.business_date, x.source, x.id)
                filter (where x.standing = 'waiting') as waiting
       from (select e.source, e.id, e.business_date, ${standsSql('e', '$1', '$2')} as stands, ${standingSql('e', '$1')} as standing,
                    coalesce((select s.because from tieout.event_standing s where s.source = e.source and s.id = e.id and s.batch_id <= $1 order by s.episode desc limit 1), e.because) as because
             from tieout.event e where e.concerns = 'document' || E'\\x1f' || k.reference and e.concerns <> '' and e.company = k.company and e.type = ${typeSql(TAX_ASSESSED)}
               and e.batch_id <= $1 and e.accounting_date <= $2) x) a
     cross join lateral (
       select ${eventsJsonSql('e')} as captured from tieout.event e
       where e.business_key = k.reference and e.company = k.company and e.type in (${typeSql(SHIPMENT, REFUND)}) and ${standsSql('e', '$1', '$2')}) c
     where k.control = $3
     order by k.company, k.reference`,
    [scope.to, scope.asOf, control],
  );
  return found.rows;
}
