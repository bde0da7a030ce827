// Control exceptions that belong to postings: refused by the ERP, no answer, not seen in a later extract, refused by the
// policy for closed periods; and what was refused or given up, yet came. They open and close with the posting, in whatever
// run notices.
import type pg from 'pg';

import { exceptionId } from '../../exceptions/identity.ts';
import { POSTING_REASONS } from '../../rulebook/reasons.ts';
import { DEAD } from './stateLists.ts';

interface Wanted {
  reason: string;
  subject: string;
  company: string;
  why: string;
  currency: string;
  exposure: string | null;
  business_date: string | null;
  detail: unknown;
}

/** Brings the items of postings to what postings and verdicts say now. Unchanged ones write nothing. */
export async function syncPostingItems(client: pg.ClientBase, runId: string, asOf: string): Promise<void> {
  const wanted = await client.query<Wanted>(
    `select case p.state when 'REJECTED' then 'POST_REJECTED' when 'POSTED_NOT_SEEN' then 'POSTED_NOT_SEEN' else 'POST_UNKNOWN' end as reason,
            p.posting_reference as subject, p.company, p.state || ': ' || p.why || coalesce('; yet the ledger shows it as ' || p.late, '') as why, t.currency, t.exposure, p.document_date as business_date,
            jsonb_build_object('posting', p.posting_reference, 'state', p.state, 'code', p.code, 'document', p.document_id) as detail
       -- By their states first: most postings are confirmed, and none of those is read.
       from (select p.*, j.document_date, late.documents as late
               from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
               left join lateral (select string_agg(distinct l.document, ', ' order by l.document) as documents
                                    from tieout.line l
                                   where p.state in ${DEAD} and l.posting_reference = p.posting_reference
                                     and l.posting_reference <> '' and l.side = 'L' and l.scope <> 'void'
                                     and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id)) late on true
              where p.state in ('UNKNOWN', 'NEEDS_HUMAN', 'CONFLICT', 'DUPLICATE_FOUND', 'POSTED_NOT_SEEN', 'CANCELLED', 'INVALID', 'REJECTED')
                and (p.state not in ${DEAD}
                  or late.documents is not null
                  or (p.state = 'REJECTED' and not exists (
                        select from tieout.journal n where n.subject = j.subject and n.revision > j.revision)
                      and exists (select from tieout.journal_source s
                                    join tieout.exception_leg g on g.unit = s.unit and g.line_id = s.line_id and g.ended_run is null
                                   where s.journal_id = j.journal_id)))) p
       join lateral (select min(l.company_currency) as currency, sum(l.company_amount) filter (where l.side = 'debit') as exposure
                       from tieout.journal_line l where l.journal_id = p.journal_id) t on true
     union all
     select 'CLOSED_PERIOD', v.event_source || ' ' || v.event_id, v.company, v.why, t.currency, t.exposure, t.business_date,
            jsonb_build_object('source', v.event_source, 'id', v.event_id, 'references', t.referred)
       -- The latest verdict, found from those that can make an item: most events were proposed long ago.
       from (select * from tieout.proposal p where p.verdict = 'closedPeriod' and not exists (
               select from tieout.proposal later where later.event_source = p.event_source and later.event_id = p.event_id
                  and later.company = p.company and later.run_id > p.run_id)) v
       join lateral (select min(l.company_currency) as currency, sum(l.company_amount) filter (where l.amount > 0) as exposure, min(l.business_date) as business_date,
                              coalesce(array_agg(distinct l.reference) filter (where l.reference <> ''), '{}') as referred
                       from tieout.line l
                       join tieout.exception_leg g on g.unit = l.unit and g.line_id = l.line_id and g.ended_run is null
                      where l.event_source = v.event_source and l.event_id = v.event_id and l.company = v.company) t on t.business_date is not null`,
  );
  const items = JSON.stringify(
    wanted.rows.map((row) => {
      // The subject without the reason: an item that goes from unknown to not seen keeps its owner and age.
      const anchor = `${row.reason === 'CLOSED_PERIOD' ? 'CLOSED_PERIOD' : 'POSTING'}\u001f${row.subject}`;
      return { ...row, anchor, exception_id: exceptionId('control', anchor) };
    }),
  );
  await store(client, runId, asOf, items);
}

async function store(client: pg.ClientBase, runId: string, asOf: string, items: string): Promise<void> {
  await client.query(
    `insert into tieout.exception_item (exception_id, class, anchor, unit, company, opened_run, opened_on)
     select w.exception_id, 'control', w.anchor, 0, w.company, $2, $3
       from jsonb_to_recordset($1::jsonb) as w(exception_id text, anchor text, company text)
      order by 1 on conflict do nothing`,
    [items, runId, asOf],
  );
  await client.query(
    `insert into tieout.exception_state (exception_id, run_id, reason, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause, decision_id)
     select w.exception_id, $2, w.reason, case when k.stays then 'accepted' else 'open' end, w.why, w.detail,
            w.exposure, coalesce(w.currency, ''), w.business_date, coalesce(s.owner, ''), s.due_date, coalesce(s.root_cause, ''), case when k.stays then s.decision_id end
       from jsonb_to_recordset($1::jsonb) as w(exception_id text, reason text, why text, detail jsonb, exposure numeric, currency text, business_date date)
       left join lateral (select * from tieout.exception_state s where s.exception_id = w.exception_id order by s.run_id desc limit 1) s on true
       cross join lateral (select coalesce(s.status = 'accepted' and s.reason = w.reason, false) as stays) k
      where s.exception_id is null or s.status = 'closed' or (s.reason, s.why) is distinct from (w.reason, w.why)
      order by 1
     on conflict (exception_id, run_id) do nothing`,
    [items, runId],
  );
  await client.query(
    `insert into tieout.open_exception (exception_id, class)
     select w.exception_id, 'control' from jsonb_to_recordset($1::jsonb) as w(exception_id text) order by 1 on conflict do nothing`,
    [items],
  );
  await client.query(
    // From the few open control items, one by one: joined freely, every item was compared (19 s beside 50,000 open ones).
    `with control as materialized (select o.exception_id from tieout.open_exception o where o.class = 'control'),
     gone as (
       delete from tieout.open_exception o where o.exception_id in (
         select c.exception_id from control c
           cross join lateral (select i.anchor from tieout.exception_item i where i.exception_id = c.exception_id offset 0) i
          where (i.anchor like 'POSTING' || chr(31) || '%' or i.anchor like 'CLOSED_PERIOD' || chr(31) || '%')
            and c.exception_id not in (select w.exception_id from jsonb_to_recordset($1::jsonb) as w(exception_id text)))
       returning o.exception_id)
     insert into tieout.exception_state (exception_id, run_id, reason, also, status, why, detail, exposure, currency, business_date, owner, due_date, root_cause)
     select s.exception_id, $2, s.reason, s.also, 'closed', s.why, s.detail, s.exposure, s.currency, s.business_date, s.owner, s.due_date, s.root_cause
       from gone g join lateral (select * from tieout.exception_state s where s.exception_id = g.exception_id order by s.run_id desc limit 1) s on s.reason = any($3)
      order by 1
     on conflict (exception_id, run_id) do nothing`,
    [items, runId, POSTING_REASONS],
  );
}
