// What is wrong with a match although its amounts agree: the period, or the company amounts.
import type pg from 'pg';
import type { ControlItem } from '../../../exceptions/control.ts';
import type { PersistPart } from '../persist.ts';
import { POSTING_PASS } from '../postings.ts';
import { type Row, toItem } from './scope.ts';

/** Matches across a period's end, and matches whose company amounts differ although the transaction amounts agree. */
export async function matchControls(
  client: pg.ClientBase,
  parts: readonly PersistPart[],
  reconciliations: readonly string[],
): Promise<ControlItem[]> {
  const fresh = parts.map(
    ({ names }) => `select f.unit, f.match_id from ${names.found} f
       where not f.suggested and (f.pass_no >= 0 or f.pass_no = ${POSTING_PASS} and f.off_period) and (f.off_period or (f.e_ticks = f.l_ticks and f.e_company <> f.l_company))
       union `,
  );
  const found = await client.query<Row>(
    `with suspects (unit, match_id) as (
       ${fresh.join('')}
       select (s.detail->>'unit')::bigint, (s.detail->>'matchId')::bigint from tieout.open_exception o
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by run_id desc limit 1) s on true
       join tieout.unit u on u.unit = (s.detail->>'unit')::bigint and u.reconciliation = any($1)
       where o.class = 'control' and s.reason in ('WRONG_PERIOD', 'FX_VARIANCE')),
     seen as (
       -- Match by match: the planner takes half of all matches for suspects, and would read all lines (19 s for a million).
       select x.unit, x.match_id, x.currency, abs(x.ledger) as amount, x.company_variance, x.variance, d.*
       from suspects s
       cross join lateral (select * from tieout.match x where x.unit = s.unit and x.match_id = s.match_id offset 0) x
       cross join lateral (
         select count(*) as lines, min(l.company) as company,
                string_agg(distinct l.period, ', ') filter (where l.side = 'E') as expected_period, string_agg(distinct l.period, ', ') filter (where l.side = 'L') as ledger_period,
                min(l.document || '/' || l.line) as document, min(nullif(l.reference, '')) as reference, min(l.business_date) as business_date,
                min(l.company_currency) as company_currency, bool_and(l.company_amount is not null) as known,
                min(coalesce(l.event_source, '') || E'\\x1f' || coalesce(l.event_id, '') || E'\\x1f' || l.account || E'\\x1f' || l.location || E'\\x1f' || l.dimension || E'\\x1f' || coalesce(l.ordinal, 0)) filter (where l.side = 'E') as anchor
           from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
          where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null) d
       where d.lines > 0)
     select 'WRONG_PERIOD' as reason, anchor as subject, company,
            format('%s is booked in period %s; its event belongs to %s', coalesce(document, reference), ledger_period, expected_period) as why,
            json_build_object('unit', unit::text, 'matchId', match_id::text)::text as detail, amount::text as exposure, currency, business_date
     from seen where expected_period is distinct from ledger_period and ledger_period is not null
     union all
     select 'FX_VARIANCE', anchor, company, format('%s: %s amounts agree, company amounts differ by %s %s', coalesce(document, reference), currency, trim_scale(company_variance), company_currency),
            json_build_object('unit', unit::text, 'matchId', match_id::text)::text, abs(company_variance)::text, company_currency, business_date
     from seen where variance = 0 and company_variance <> 0 and known
     order by 1, 2`,
    [reconciliations],
  );
  return found.rows.map(toItem);
}
