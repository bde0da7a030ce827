// The events of transfers between companies that something new touches, and of those that were left open: what was shipped
// by one company and what the other received, by article.
import type pg from 'pg';
import { BETWEEN_COMPANIES, type CompanyTransfer } from '../../../exceptions/companyTransfers.ts';
import { TRANSFER_RECEIVED, TRANSFER_SHIPPED } from '../../../events/transfer.ts';
import { typeSql } from '../../eventTypes.ts';
import type { ControlScope } from './scope.ts';
import { eventsJsonSql, standsSql } from './standing.ts';

const SHIPPED = typeSql(TRANSFER_SHIPPED);
const RECEIVED = typeSql(TRANSFER_RECEIVED);
const STANDS = (e: string): string => standsSql(e, '$2', '$3');
/** Receipts of transfer `k`: their business keys begin with the transfer and its separator; U+0020 follows U+001F. */
const RECEIPTS = `from tieout.event e where e.business_key >= (k.transfer || E'\\x1f') collate "C" and e.business_key <= (k.transfer || ' ') collate "C"
  and e.type = ${RECEIVED} and e.payload->'data'->>'fromCompany' = k.seller`;
const SHIPMENTS = `from tieout.event e where e.business_key = k.transfer collate "C" and e.type = ${SHIPPED} and e.company = k.seller`;

/** In order of seller and transfer. */
export async function companyTransfers(
  client: pg.ClientBase,
  scope: ControlScope,
): Promise<CompanyTransfer[]> {
  const found = await client.query<CompanyTransfer>(
    `with touched as materialized (
       select e.company, e.type, e.business_key from tieout.event e
        where e.batch_id > $1 and e.batch_id <= $2 and e.type in (${SHIPPED}, ${RECEIVED})
       union
       select e.company, e.type, e.business_key from tieout.event_standing s join tieout.event e on e.source = s.source and e.id = s.id
        where s.batch_id > $1 and s.batch_id <= $2 and e.type in (${SHIPPED}, ${RECEIVED})),
     -- By way of all events of the same key: one that takes another back need not name the partner.
     key as materialized (
       select case e.type when ${SHIPPED} then e.company else e.payload->'data'->>'fromCompany' end as seller, split_part(e.business_key, E'\\x1f', 1) as transfer
         from touched t join tieout.event e on e.business_key = t.business_key and e.type = t.type and e.company = t.company
        where e.batch_id <= $2 and e.payload->'data'->>(case e.type when ${SHIPPED} then 'toCompany' else 'fromCompany' end) <> e.company
       union
       select company, key from tieout.watched where control = $4)
     select k.seller, k.transfer, coalesce(s.buyer, r.buyer) as buyer, coalesce(s.currency, r.currency) as currency, s.price,
            s.shipped_on as "shippedOn", r.received_on as "receivedOn", r.final_on as "finalOn",
            coalesce(s.events, '[]'::json) as shipped, coalesce(r.events, '[]'::json) as received, coalesce(d.differ, '[]'::json) as differ,
            exists (select ${SHIPMENTS} and e.batch_id <= $2 and e.accounting_date > $3)
              or exists (select ${RECEIPTS} and e.batch_id <= $2 and e.accounting_date > $3) as later
       from key k
       cross join lateral (
         select min(e.business_date) as shipped_on, max(e.payload->'data'->>'toCompany') as buyer, max(e.payload->'data'->>'currency') as currency,
                trim_scale(sum((e.payload->'data'->>'transferPrice')::numeric))::text as price, ${eventsJsonSql('e')} as events ${SHIPMENTS} and ${STANDS('e')}) s
       cross join lateral (
         select max(e.business_date) as received_on, max(e.company) as buyer, max(e.payload->'data'->>'currency') as currency,
                max(e.business_date) filter (where (e.payload->'data'->>'final')::boolean) as final_on, ${eventsJsonSql('e')} as events ${RECEIPTS} and ${STANDS('e')}) r
       cross join lateral (
         select json_agg(json_build_object('sku', x.sku, 'shipped', trim_scale(x.sent)::text, 'received', trim_scale(x.come)::text) order by x.sku collate "C") as differ
           from (select sku, sum(sent) as sent, sum(come) as come from (
                   select l->>'sku' as sku, (l->>'quantity')::numeric as sent, 0 as come
                     from (select e.payload ${SHIPMENTS} and ${STANDS('e')}) p cross join json_array_elements(p.payload->'data'->'lines') l
                   union all
                   select l->>'sku', 0, (l->>'quantity')::numeric
                     from (select e.payload ${RECEIPTS} and ${STANDS('e')}) p cross join json_array_elements(p.payload->'data'->'lines') l) y
                  group by sku having sum(sent) <> sum(come)) x) d
      where s.events is not null or r.events is not null or exists (select ${SHIPMENTS} and e.batch_id <= $2 and e.accounting_date > $3)
      order by k.seller collate "C", k.transfer collate "C"`,
    [scope.from, scope.to, scope.asOf, BETWEEN_COMPANIES],
  );
  return found.rows;
}
