// The ledger's own faults: documents that do not balance, and lines that an extract no longer holds.
import type pg from 'pg';
import type { ControlItem } from '../../../exceptions/control.ts';
import { type ControlScope, type Row, toItem } from './scope.ts';

/** Documents that do not balance, where extracts say that documents are whole. */
export async function unbalancedDocuments(
  client: pg.ClientBase,
  scope: ControlScope,
): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    `with fresh as (
       select l.company, l.ledger, l.fiscal_year, l.document
       from tieout.line l join tieout.batch b on b.batch_id = l.batch_id and b.whole_documents
       where l.batch_id > $1 and l.batch_id <= $2 and l.origin = 'ledger' and l.scope <> 'void'
       group by 1, 2, 3, 4
       having sum(coalesce(l.company_amount, l.amount)) <> 0 or bool_or(l.company_amount is null)
       union
       select l.company, l.ledger, l.fiscal_year, l.document from tieout.line_end e join tieout.line l on l.unit = e.unit and l.line_id = e.line_id
       where e.batch_id > $1 and e.batch_id <= $2 and l.origin = 'ledger'
       union
       select s.detail->>'company', s.detail->>'ledger', s.detail->>'fiscalYear', s.detail->>'document' from tieout.open_exception o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
       where o.class = 'control' and s.reason = 'UNBALANCED_DOCUMENT'),
     summed as (
       select f.company, f.ledger, f.fiscal_year, f.document, t.currency, t.amount, t.lines, t.business_date
       from fresh f join lateral (
         select case when known then l.company_currency else l.currency end as currency, sum(case when known then l.company_amount else l.amount end) as amount,
                count(*) as lines, min(l.business_date) as business_date
         from (select l.*, bool_and(l.company_given or l.currency = l.company_currency) over () as known from tieout.line l
               where l.document = f.document and l.company = f.company and l.ledger = f.ledger and l.fiscal_year = f.fiscal_year and l.origin = 'ledger'
                 and l.scope <> 'void' and l.batch_id <= $2
                 and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= $2)) l
         group by 1) t on t.amount <> 0)
     select 'UNBALANCED_DOCUMENT' as reason, company || E'\\x1f' || ledger || E'\\x1f' || fiscal_year || E'\\x1f' || document || E'\\x1f' || currency as subject, company,
            format('document %s has %s lines that sum to %s %s instead of zero', document, lines, trim_scale(amount), currency) as why,
            json_build_object('company', company, 'ledger', ledger, 'fiscalYear', fiscal_year, 'document', document)::text as detail,
            abs(amount)::text as exposure, currency, business_date
     from summed order by subject`,
    [scope.from, scope.to],
  );
  return found.rows.map(toItem);
}

/** Ledger lines that a full extract no longer holds, until they come back. */
export async function vanishedLines(client: pg.ClientBase, scope: ControlScope): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    `with gone as (
       select e.unit, e.line_id from tieout.line_end e where e.kind = 'vanished' and e.batch_id > $1 and e.batch_id <= $2
       union
       select (s.detail->>'unit')::bigint, (s.detail->>'lineId')::bigint from tieout.open_exception o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
       where o.class = 'control' and s.reason = 'LEDGER_LINE_VANISHED')
     select 'LEDGER_LINE_VANISHED' as reason, concat_ws(E'\\x1f', l.company, l.ledger, l.fiscal_year, l.document, l.line) as subject, l.company,
            format('%s/%s (account %s, %s %s) was in an earlier extract and is no longer delivered', l.document, l.line, l.account, trim_scale(l.amount), l.currency) as why,
            json_build_object('unit', l.unit::text, 'lineId', l.line_id::text, 'account', l.account, 'document', l.document, 'line', l.line)::text as detail,
            abs(l.amount)::text as exposure, l.currency, l.business_date
     from gone g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
     where not exists (select from tieout.ledger_identity i where i.company = l.company and i.ledger = l.ledger and i.fiscal_year = l.fiscal_year
                       and i.document = l.document and i.line = l.line and i.line_id > l.line_id and i.batch_id <= $2)
     order by subject`,
    [scope.from, scope.to],
  );
  return found.rows.map(toItem);
}
