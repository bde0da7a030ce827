// Extracts that were refused whole stay an item until one of the same scope is taken.
import type pg from 'pg';
import type { ControlItem } from '../../../exceptions/control.ts';
import { type ControlScope, type Row, toItem } from './scope.ts';

/** The figures that a control file may give, in words: those that are there. */
function figures(side: 'expected' | 'found'): string {
  const of = (name: string): string => `'${name} ' || (b.control->'${side}'->>'${name}')`;
  return `concat_ws(', ', ${of('rows')}, ${of('debit')}, ${of('credit')}, ${of('companies')}, ${of('ledgers')}, ${of('accounts')}, ${of('from')}, ${of('to')})`;
}

/** Extracts that were refused whole, until one of the same scope is taken. */
export async function refusedExtracts(client: pg.ClientBase, scope: ControlScope): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    `select 'BATCH_INCOMPLETE' as reason, b.sha256 as subject, coalesce(b.companies[1], '') as company,
            format('%s was refused whole: its control file says %s; the file holds %s', b.path, ${figures('expected')}, ${figures('found')}) as why, json_build_object('path', b.path, 'batch', b.batch_id::text)::text as detail,
            null as exposure, '' as currency, b.date_to as business_date
     from tieout.batch b where b.refused <> '' and b.batch_id <= $1 and not exists (
       select from tieout.batch c where c.refused = '' and c.kind = b.kind and c.feed = b.feed and c.batch_id > b.batch_id and c.batch_id <= $1
         and (c.path = b.path or (c.mode, c.companies, c.ledgers, c.accounts, c.date_from, c.date_to) is not distinct from (b.mode, b.companies, b.ledgers, b.accounts, b.date_from, b.date_to)))
     order by subject`,
    [scope.to],
  );
  return found.rows.map(toItem);
}
