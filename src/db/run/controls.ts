// Control exceptions that are facts about events and ledger lines: each query finds what stands at the horizon of the run,
// from what is new and from the items that were open before, so that none of them reads the history.
import type pg from 'pg';
import type { ControlItem } from './items.ts';
import type { PersistPart } from './persist.ts';

export interface ControlScope {
  runId: string;
  asOf: string;
  /** Batches after `from` up to `to` are new to this run. */
  from: string;
  to: string;
}

type Row = Record<string, string | null>;

function toItem(row: Row): ControlItem {
  return {
    reason: row.reason ?? '',
    subject: row.subject ?? '',
    company: row.company ?? '',
    why: row.why ?? '',
    detail:
      row.detail === null || row.detail === undefined
        ? {}
        : (JSON.parse(row.detail) as Record<string, unknown>),
    exposure: row.exposure ?? null,
    currency: row.currency ?? '',
    businessDate: row.business_date ?? null,
  };
}

/** Events that no rule takes, that state a fact twice, or that came after close. */
export async function eventControls(client: pg.ClientBase, scope: ControlScope): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    `with latest as (
       select e.source, e.id, e.type, e.company, e.business_key, e.business_date, e.accounting_date, e.date_reason, e.payload,
              coalesce(s.standing, e.standing) as standing, coalesce(s.because, e.because) as because
       from tieout.event e
       left join lateral (select standing, because from tieout.event_standing s where s.source = e.source and s.id = e.id and s.batch_id <= $1 order by episode desc limit 1) s on true
       where e.batch_id <= $1 and e.standing in ('no_rule', 'duplicate')
       union all
       select e.source, e.id, e.type, e.company, e.business_key, e.business_date, e.accounting_date, e.date_reason, e.payload, s.standing, s.because
       from tieout.event_standing s join tieout.event e on e.source = s.source and e.id = s.id
       where s.batch_id <= $1 and s.standing = 'superseded' and e.standing not in ('no_rule', 'duplicate'))
     select case standing when 'no_rule' then 'NO_RULE' else 'DUPLICATE_FACT' end as reason, source || E'\\x1f' || id as subject, company,
            case standing when 'no_rule' then format('%s %s: no posting rule takes it. %s', type, replace(business_key, E'\\x1f', ' '), because)
                 else format('%s %s is stated twice; %s %s does not count. %s', type, replace(business_key, E'\\x1f', ' '), source, id, because) end as why,
            json_build_object('source', source, 'id', id, 'type', type)::text as detail,
            case when payload->'data'->>'total' ~ '^-?[0-9]+([.][0-9]+)?$' then abs((payload->'data'->>'total')::numeric)::text end as exposure,
            coalesce(payload->'data'->>'currency', '') as currency, business_date
     from latest where standing in ('no_rule', 'duplicate', 'superseded')
     union all
     select 'LATE_EVENT', source || E'\\x1f' || id, company,
            format('%s %s happened on %s but arrived after close; it counts on %s (%s)', type, replace(business_key, E'\\x1f', ' '), business_date, accounting_date, date_reason),
            json_build_object('source', source, 'id', id, 'type', type)::text,
            case when payload->'data'->>'total' ~ '^-?[0-9]+([.][0-9]+)?$' then abs((payload->'data'->>'total')::numeric)::text end,
            coalesce(payload->'data'->>'currency', ''), business_date
     from tieout.event where date_reason <> '' and batch_id <= $1
     order by 1, 2`,
    [scope.to],
  );
  return found.rows.map(toItem);
}

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
         from (select l.*, bool_and(l.company_amount is not null and l.company_currency <> '') over () as known from tieout.line l
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

/** Extracts that were refused whole, until one of the same scope is taken. */
export async function refusedExtracts(client: pg.ClientBase, scope: ControlScope): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    `select 'BATCH_INCOMPLETE' as reason, b.sha256 as subject, coalesce(b.companies[1], '') as company,
            format('%s was refused: %s', b.path, b.refused) as why, json_build_object('path', b.path, 'batch', b.batch_id::text)::text as detail,
            null as exposure, '' as currency, b.date_to as business_date
     from tieout.batch b where b.refused <> '' and b.batch_id <= $1 and not exists (
       select from tieout.batch c where c.refused = '' and c.kind = b.kind and c.feed = b.feed and c.batch_id > b.batch_id and c.batch_id <= $1
         and (c.path = b.path or (c.mode, c.companies, c.ledgers, c.accounts, c.date_from, c.date_to) is not distinct from (b.mode, b.companies, b.ledgers, b.accounts, b.date_from, b.date_to)))
     order by subject`,
    [scope.to],
  );
  return found.rows.map(toItem);
}

/** Matches across a period's end, and matches whose company amounts differ although the transaction amounts agree. */
export async function matchControls(
  client: pg.ClientBase,
  scope: ControlScope,
  part: PersistPart,
): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    `with suspects as (
       select f.unit, f.match_id from ${part.names.found} f
       where not f.suggested and f.pass_no >= 0 and (f.off_period or (f.e_ticks = f.l_ticks and f.e_company <> f.l_company))
       union
       select (s.detail->>'unit')::bigint, (s.detail->>'matchId')::bigint from tieout.open_exception o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
       join tieout.unit u on u.unit = (s.detail->>'unit')::bigint and u.reconciliation = $2
       where o.class = 'control' and s.reason in ('WRONG_PERIOD', 'FX_VARIANCE')),
     seen as (
       select x.unit, x.match_id, min(l.company) as company, x.currency, max(abs(x.ledger)) as amount, max(x.company_variance) as company_variance, max(x.variance) as variance,
              string_agg(distinct l.period, ', ') filter (where l.side = 'E') as expected_period, string_agg(distinct l.period, ', ') filter (where l.side = 'L') as ledger_period,
              min(l.document || '/' || l.line) as document, min(nullif(l.reference, '')) as reference, min(l.business_date) as business_date,
              min(l.company_currency) as company_currency, bool_and(l.company_amount is not null) as known,
              min(coalesce(l.event_source, '') || E'\\x1f' || coalesce(l.event_id, '') || E'\\x1f' || l.account || E'\\x1f' || l.location || E'\\x1f' || l.dimension || E'\\x1f' || coalesce(l.ordinal, 0)) filter (where l.side = 'E') as anchor
       from suspects s join tieout.match x on x.unit = s.unit and x.match_id = s.match_id
       join tieout.match_member m on m.unit = s.unit and m.match_id = s.match_id and m.released_run is null
       join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
       where $1::bigint is not null group by x.unit, x.match_id, x.currency)
     select 'WRONG_PERIOD' as reason, anchor as subject, company,
            format('%s is booked in period %s; its event belongs to %s', coalesce(document, reference), ledger_period, expected_period) as why,
            json_build_object('unit', unit::text, 'matchId', match_id::text)::text as detail, amount::text as exposure, currency, business_date
     from seen where expected_period is distinct from ledger_period and ledger_period is not null
     union all
     select 'FX_VARIANCE', anchor, company, format('%s: %s amounts agree, company amounts differ by %s %s', coalesce(document, reference), currency, trim_scale(company_variance), company_currency),
            json_build_object('unit', unit::text, 'matchId', match_id::text)::text, abs(company_variance)::text, company_currency, business_date
     from seen where variance = 0 and company_variance <> 0 and known
     order by 1, 2`,
    [scope.runId, part.reconciliation.name],
  );
  return found.rows.map(toItem);
}
