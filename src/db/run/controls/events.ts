// Events that no rule takes, that state a fact twice, or that came after close. What such an event is can change later (a
// rule is added, the winner is voided), so open items are looked at again.
import type pg from 'pg';
import type { ControlItem } from '../../../exceptions/control.ts';
import { type ControlScope, type Row, toItem } from './scope.ts';

export async function eventControls(client: pg.ClientBase, scope: ControlScope): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    `with candidate as (
       select source, id from tieout.event where batch_id > $1 and batch_id <= $2 and (standing in ('no_rule', 'duplicate') or date_reason <> '')
       union
       select source, id from tieout.event_standing where batch_id > $1 and batch_id <= $2
       union
       select s.detail->>'source', s.detail->>'id' from tieout.open_exception o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
       where o.class = 'control' and s.reason in ('NO_RULE', 'DUPLICATE_FACT', 'LATE_EVENT')),
     known as (
       select e.source, e.id, e.type, e.company, e.business_date, e.accounting_date, e.date_reason,
              e.type || ' ' || replace(e.business_key, E'\\x1f', ' ') as fact,
              coalesce(s.standing, e.standing) as standing, coalesce(s.because, e.because) as because,
              case when e.payload->'data'->>'total' ~ '^-?[0-9]+([.][0-9]+)?$' then abs((e.payload->'data'->>'total')::numeric)::text end as exposure,
              coalesce(e.payload->'data'->>'currency', '') as currency,
              json_build_object('source', e.source, 'id', e.id, 'type', e.type, 'references', json_build_array(replace(e.business_key, E'\\x1f', ' ')))::text as detail
       from candidate c join tieout.event e on e.source = c.source and e.id = c.id
       left join lateral (select standing, because from tieout.event_standing s where s.source = e.source and s.id = e.id and s.batch_id <= $2
                          order by episode desc limit 1) s on true
       where e.batch_id <= $2)
     select case standing when 'no_rule' then 'NO_RULE' else 'DUPLICATE_FACT' end as reason, source || E'\\x1f' || id as subject, company,
            case standing when 'no_rule' then format('%s: no posting rule takes it. %s', fact, because)
                 else format('%s is stated twice; %s %s does not count. %s', fact, source, id, because) end as why,
            detail, exposure, currency, business_date
     from known where standing in ('no_rule', 'duplicate', 'superseded')
     union all
     select 'LATE_EVENT', source || E'\\x1f' || id, company,
            format('%s happened on %s but arrived after close; it counts on %s (%s)', fact, business_date, accounting_date, date_reason),
            detail, exposure, currency, business_date
     from known where date_reason <> '' and standing in ('derived', 'zero', 'none', 'no_rule')
     order by 1, 2`,
    [scope.from, scope.to],
  );
  return found.rows.map(toItem);
}
