// The events of transfers that did not come to zero in transit: what was shipped, what arrived, whether the receiver says
// that nothing more comes.
import type pg from 'pg';
import { TRANSFER_RECEIVED, TRANSFER_SHIPPED } from '../../../events/transfer.ts';
import type { TransferFacts } from '../../../exceptions/transit.ts';
import { typeSql } from '../../eventTypes.ts';
import type { ControlScope } from './scope.ts';
import { standsSql } from './standing.ts';

/** Facts by company and transfer, in the order asked. */
export async function transferFacts(
  client: pg.ClientBase,
  scope: ControlScope,
  transfers: readonly { company: string; fact: string }[],
): Promise<TransferFacts[]> {
  if (transfers.length === 0) return [];
  const found = await client.query<TransferFacts>(
    // U+0020 follows U+001F: every key that begins with the transfer and its separator.
    `select t.company, t.fact as transfer, s.shipped_on as "shippedOn", r.received_on as "receivedOn", coalesce(r.final, false) as final, r.final_on as "finalOn",
            coalesce(s.events, '[]'::json) as shipped, coalesce(r.events, '[]'::json) as received
     from unnest($3::text[], $4::text[]) with ordinality as t (company, fact, place)
     cross join lateral (
       select min(e.business_date) as shipped_on, json_agg(json_build_object('source', e.source, 'id', e.id) order by e.source, e.id) as events
       from tieout.event e where e.business_key = t.fact collate "C" and e.type = ${typeSql(TRANSFER_SHIPPED)} and e.company = t.company and ${standsSql('e', '$1', '$2')}) s
     cross join lateral (
       select max(e.business_date) as received_on, bool_or((e.payload->'data'->>'final')::boolean) as final,
              max(e.business_date) filter (where (e.payload->'data'->>'final')::boolean) as final_on,
              json_agg(json_build_object('source', e.source, 'id', e.id) order by e.source, e.id) as events
       from tieout.event e where e.business_key >= (t.fact || E'\\x1f') collate "C" and e.business_key <= (t.fact || ' ') collate "C"
         and e.type = ${typeSql(TRANSFER_RECEIVED)} and e.company = t.company and ${standsSql('e', '$1', '$2')}) r
     order by t.place`,
    [scope.to, scope.asOf, transfers.map(({ company }) => company), transfers.map(({ fact }) => fact)],
  );
  return found.rows;
}
