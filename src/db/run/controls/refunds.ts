// Refunds held against what was shipped, per shipment, or per order where a refund names no shipment. Only sales that
// something new touches are read, and those that were left open: refunds without their sale, sales refunded too much.
import type pg from 'pg';
import { REFUND } from '../../../events/refund.ts';
import { SHIPMENT } from '../../../events/shipment.ts';
import type { OverRefund, UnsoldRefund } from '../../../exceptions/refunds.ts';
import { typeSql } from '../../eventTypes.ts';
import type { ControlScope } from './scope.ts';
import { eventsJsonSql, standsSql } from './standing.ts';

const SHIPMENT_TYPE = typeSql(SHIPMENT);
const REFUND_TYPE = typeSql(REFUND);

/** Puts the sales to look at into the temporary table `control_sale`. */
export async function touchSales(client: pg.ClientBase, { from, to }: ControlScope): Promise<void> {
  await client.query(
    `create temporary table control_sale (company text not null, sale text collate "C" not null, id text collate "C" not null, primary key (company, sale)) on commit drop`,
  );
  await client.query(
    // A plain shipment only settles what is watched; a correction of one may unsettle what was not.
    `with touched as materialized (
       select e.company, e.type, e.business_key from tieout.event e
       where e.batch_id > $1 and e.batch_id <= $2 and (e.type = ${REFUND_TYPE} or (e.type = ${SHIPMENT_TYPE} and e.correction is not null))
       union
       select e.company, e.type, e.business_key from tieout.event_standing s join tieout.event e on e.source = s.source and e.id = s.id
       where s.batch_id > $1 and s.batch_id <= $2 and e.type in (${REFUND_TYPE}, ${SHIPMENT_TYPE})),
     concerned as materialized (
       select e.company, e.concerns as sale from touched t
       join tieout.event e on e.business_key = t.business_key and e.type = t.type and e.company = t.company where e.batch_id <= $2
       union
       select company, 'shipment' || E'\\x1f' || business_key from touched where type = ${SHIPMENT_TYPE}
       union
       select company, key from tieout.watched where control = 'refunds'),
     orders as (
       select c.company, s.concerns as sale from concerned c
       join tieout.event s on s.business_key = split_part(c.sale, E'\\x1f', 2) and s.type = ${SHIPMENT_TYPE} and s.company = c.company
       where c.sale like 'shipment%')
     insert into control_sale (company, sale, id)
     select company, sale, split_part(sale, E'\\x1f', 2) from (select * from concerned union select * from orders) x
     -- An order is held against its shipments only where a refund names nothing narrower.
     where sale <> '' and (sale not like 'order%' or exists (
       select from tieout.event r where r.concerns = x.sale and r.concerns <> '' and r.company = x.company and r.type = ${REFUND_TYPE}))`,
    [from, to],
  );
  await client.query('analyze control_sale');
}

const STANDS = (e: string): string => standsSql(e, '$1', '$2');
/** Shipments of the sales in `control_sale` that stand. */
const SOLD = `select g.company, g.sale, s.source, s.id, s.payload->'data' as data from control_sale g
       join tieout.event s on s.business_key = g.id and s.type = ${SHIPMENT_TYPE} and s.company = g.company
       where g.sale like 'shipment%' and ${STANDS('s')}
       union all
       select g.company, g.sale, s.source, s.id, s.payload->'data' from control_sale g
       join tieout.event s on s.concerns = g.sale and s.concerns <> '' and s.type = ${SHIPMENT_TYPE} and s.company = g.company
       where g.sale like 'order%' and ${STANDS('s')}`;
const REFUNDED = `select g.company, g.sale, e.source, e.id, e.business_key, e.business_date, e.payload->'data' as data from control_sale g
       join tieout.event e on e.concerns = g.sale and e.concerns <> '' and e.company = g.company and e.type = ${REFUND_TYPE} where ${STANDS('e')}`;

/**
 * Refunds whose sale is not shipped, whatever their age. Those without receipt, and of what was sold before the start,
 * need none.
 */
export async function unsoldRefunds(client: pg.ClientBase, scope: ControlScope): Promise<UnsoldRefund[]> {
  const found = await client.query<UnsoldRefund>(
    `with refund as materialized (${REFUNDED}), sold as materialized (${SOLD})
     select r.company, r.sale, r.source, r.id, r.business_key as "refundId", r.business_date as "businessDate",
            r.data->>'total' as total, r.data->>'currency' as currency
     from refund r
     where not exists (select from sold s where s.company = r.company and s.sale = r.sale)
       and coalesce(r.data->>'noReceipt', 'false') <> 'true' and coalesce((r.data->>'originalSaleDate')::date, $3::date) >= $3::date
     order by r.company collate "C", r.business_key, r.source, r.id`,
    [scope.to, scope.asOf, scope.startDate],
  );
  return found.rows;
}

/** Sales of which more was refunded than shipped: in total, or a line in quantity or net where refunds name it. */
export async function overRefunded(client: pg.ClientBase, scope: ControlScope): Promise<OverRefund[]> {
  const found = await client.query<OverRefund>(
    // A refund that names the order counts with those that name one of its shipments.
    `with sold as materialized (${SOLD}),
     refund as materialized (select distinct on (company, sale, source, id) * from (
       ${REFUNDED}
       union all
       select g.company, g.sale, e.source, e.id, e.business_key, e.business_date, e.payload->'data' from control_sale g
       join tieout.event s on s.concerns = g.sale and s.concerns <> '' and s.company = g.company and s.type = ${SHIPMENT_TYPE}
       join tieout.event e on e.concerns = 'shipment' || E'\\x1f' || s.business_key and e.concerns <> '' and e.company = g.company and e.type = ${REFUND_TYPE}
       where g.sale like 'order%' and ${STANDS('e')}) x),
     sums as (
       select company, sale, currency, sum(sold) as sold, sum(refunded) as refunded from (
         select company, sale, data->>'currency' as currency, (data->>'total')::numeric as sold, 0 as refunded, true as of_sale from sold
         union all select company, sale, data->>'currency', 0, (data->>'total')::numeric, false from refund) x
       group by company, sale, currency having bool_or(of_sale) and not bool_and(of_sale)),
     line as (
       select company, sale, line, sum(quantity) as sold, sum(net) as sold_net, sum(back) as refunded, sum(back_net) as refunded_net from (
         select s.company, s.sale, l->>'lineId' as line, (l->>'quantity')::numeric as quantity, (l->>'net')::numeric as net, 0 as back, 0 as back_net
         from sold s cross join json_array_elements(s.data->'lines') l
         union all
         select r.company, r.sale, l->>'originalLineId', 0, 0, (l->>'quantity')::numeric, (l->>'net')::numeric
         from refund r cross join json_array_elements(r.data->'lines') l where l->>'originalLineId' is not null) x
       group by company, sale, line having sum(back) > sum(quantity) or sum(back_net) > sum(net)),
     lines as (
       select company, sale, json_agg(json_build_object('line', line, 'sold', trim_scale(sold)::text, 'refunded', trim_scale(refunded)::text,
                'soldNet', trim_scale(sold_net)::text, 'refundedNet', trim_scale(refunded_net)::text) order by line collate "C") as lines
       from line group by company, sale)
     select t.company, t.sale, t.currency, trim_scale(t.sold)::text as sold, trim_scale(t.refunded)::text as refunded, coalesce(n.lines, '[]'::json) as lines,
            (select json_agg(json_build_object('source', r.source, 'id', r.id, 'refundId', r.business_key) order by r.business_key, r.source, r.id)
             from refund r where r.company = t.company and r.sale = t.sale) as refunds,
            (select ${eventsJsonSql('s')} from sold s where s.company = t.company and s.sale = t.sale) as shipments,
            (select max(r.business_date) from refund r where r.company = t.company and r.sale = t.sale) as "businessDate"
     from sums t left join lines n on n.company = t.company and n.sale = t.sale
     where (t.refunded > t.sold or n.lines is not null)
     order by t.company collate "C", t.sale, t.currency collate "C"`,
    [scope.to, scope.asOf],
  );
  return found.rows;
}

/** Sales with an event that counts only after the day of the run: they must be looked at again. */
export async function laterSales(
  client: pg.ClientBase,
  scope: ControlScope,
): Promise<{ company: string; sale: string }[]> {
  const found = await client.query<{ company: string; sale: string }>(
    `select g.company, g.sale from control_sale g where exists (
       select from tieout.event e where e.concerns = g.sale and e.concerns <> '' and e.company = g.company and e.batch_id <= $1
         and (e.accounting_date > $2 or exists (select from tieout.event k where k.corrects_source = e.source and k.corrects_id = e.id
              and k.batch_id <= $1 and k.accounting_date > $2)))
       or (g.sale like 'shipment%' and exists (
       select from tieout.event e where e.business_key = g.id and e.type = ${SHIPMENT_TYPE} and e.company = g.company and e.batch_id <= $1 and e.accounting_date > $2))`,
    [scope.to, scope.asOf],
  );
  return found.rows;
}
