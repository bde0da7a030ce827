// The invariants of the whole database as queries: each returns what breaks it, nothing where it holds. They read
// everything and recompute from facts, so they are for `tieout verify` and after heavy tests, not for a run.
import type pg from 'pg';
import { without } from './without.ts';

export interface Invariant {
  name: string;
  /** Rows of one text column `evidence`; at most a handful are shown. */
  sql: string;
}

const LIVE_STANDING = `(select coalesce((select s.standing from tieout.event_standing s where s.source = e.source and s.id = e.id order by s.episode desc limit 1), e.standing))`;
const SUPPORT = `
  last as (select coalesce(max(run_id), 0) as run_id, coalesce((array_agg(horizon order by run_id desc))[1], 0) as horizon from tieout.run where state = 'completed'),
  seen as (select rr.reconciliation, (array_agg(rr.horizon_to order by rr.run_id desc))[1] as horizon, (array_agg(rr.as_of order by rr.run_id desc))[1] as as_of
           from tieout.run_reconciliation rr join tieout.run r using (run_id) where r.state = 'completed' and r.undone_by is null group by rr.reconciliation)`;

export const INVARIANTS: readonly Invariant[] = [
  {
    name: '1 received = accepted + duplicates + skipped + quarantined, per batch',
    sql: `select format('batch %s (%s): %s received, %s + %s + %s + %s', batch_id, path, received, accepted, duplicates, skipped, quarantined) as evidence
          from tieout.batch where received <> accepted + duplicates + skipped + quarantined
          union all
          select format('batch %s counts %s quarantined records, %s are stored', b.batch_id, b.quarantined, count(q.quarantine_id))
          from tieout.batch b left join tieout.quarantine q on q.batch_id = b.batch_id
          group by b.batch_id, b.quarantined having b.quarantined < count(q.quarantine_id)`,
  },
  {
    name: '2 each accepted event has expected lines, or says why not',
    sql: `select format('event %s %s is %s and has no line', e.source, e.id, 'derived') as evidence from tieout.event e
          where ${LIVE_STANDING} = 'derived' and not exists (select from tieout.line l where l.event_source = e.source and l.event_id = e.id)
          union all
          select format('event %s %s is %s and has live lines', e.source, e.id, s.standing) from tieout.event e, lateral (select ${LIVE_STANDING} as standing) s
          where s.standing in ('zero', 'none', 'lifecycle', 'no_rule', 'duplicate', 'waiting', 'superseded')
            and exists (select from tieout.line l where l.event_source = e.source and l.event_id = e.id
                        and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id))`,
  },
  {
    name: '3 each line in scope has one home, up to the last completed run',
    sql: `with ${SUPPORT},
          scoped as (select l.unit, l.line_id from tieout.line l join tieout.unit u on u.unit = l.unit join seen s on s.reconciliation = u.reconciliation
                     where l.scope = 'in' and l.batch_id <= s.horizon and l.accounting_date <= s.as_of
                       and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= s.horizon)),
          homes as (select unit, line_id, count(*) as n from (
                      select unit, line_id from tieout.match_member where released_run is null
                      union all select unit, line_id from tieout.exception_leg where ended_run is null) h group by 1, 2)
          select format('line %s of unit %s has %s homes', line_id, unit, coalesce(h.n, 0)) as evidence
          from scoped left join homes h using (unit, line_id) where coalesce(h.n, 0) <> 1`,
  },
  {
    name: '4 debits = credits per journal, in transaction and company currency',
    sql: `select format('journal %s: %s %s off', journal_id, sum(case side when 'debit' then amount else -amount end), currency) as evidence
          from tieout.journal_line group by journal_id, currency having sum(case side when 'debit' then amount else -amount end) <> 0
          union all
          select format('journal %s: %s %s off in company currency', journal_id, sum(case side when 'debit' then company_amount else -company_amount end), company_currency)
          from tieout.journal_line group by journal_id, company_currency having sum(case side when 'debit' then company_amount else -company_amount end) <> 0`,
  },
  {
    name: '5 the law of the tie-out, per cell, from lines, matches and legs themselves',
    sql: `with ${SUPPORT},
          scoped as (select l.* from tieout.line l join tieout.unit u on u.unit = l.unit join seen s on s.reconciliation = u.reconciliation
                     where l.scope = 'in' and l.batch_id <= s.horizon and l.accounting_date <= s.as_of
                       and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= s.horizon)),
          lines as (select unit, account, currency, sum(case side when 'L' then amount else -amount end) as amount from scoped group by 1, 2, 3),
          variances as (select x.unit, x.account, x.currency, sum(x.variance) as amount from tieout.match x
                        where exists (select from tieout.match_member m where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null) group by 1, 2, 3),
          legs as (select l.unit, l.account, l.currency, sum(case l.side when 'L' then l.amount else -l.amount end) as amount
                   from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id where g.ended_run is null group by 1, 2, 3)
          select format('unit %s account %s %s: lines %s, variances %s, legs %s', unit, account, currency, coalesce(n.amount, 0), coalesce(v.amount, 0), coalesce(g.amount, 0)) as evidence
          from lines n full join variances v using (unit, account, currency) full join legs g using (unit, account, currency)
          where coalesce(n.amount, 0) <> coalesce(v.amount, 0) + coalesce(g.amount, 0)`,
  },
  {
    name: '5b the variance of each match is what its lines leave',
    sql: `select format('match %s of unit %s says %s, its lines leave %s', x.match_id, x.unit, x.variance, sum(case l.side when 'L' then l.amount else -l.amount end)) as evidence
          from tieout.match x join tieout.match_member m on m.unit = x.unit and m.match_id = x.match_id and m.released_run is null
          join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
          group by x.unit, x.match_id, x.variance having x.variance <> sum(case l.side when 'L' then l.amount else -l.amount end)`,
  },
  {
    name: '6 at most one ERP document per posting key; no expected line in two live journals',
    sql: `select format('posting %s is %s without a document', posting_reference, state) as evidence from tieout.posting where state in ('POSTED', 'CONFIRMED') and document_id = ''
          union all
          -- A second document that is on record as such, was settled by two persons, or was reversed is known.
          select format('posting %s is in the ledger as %s', p.posting_reference, string_agg(distinct l.company || ' ' || l.document, ', '))
          from tieout.posting p join tieout.line l on l.posting_reference = p.posting_reference and l.posting_reference <> '' and l.side = 'L' and l.scope <> 'void'
          where p.state not in ('CONFLICT', 'DUPLICATE_FOUND')
            and not exists (select from tieout.resolution r where r.posting_key = p.posting_key)
            and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id)
            and not exists (select from tieout.line r where r.reversal_of = l.document and r.company = l.company and r.ledger = l.ledger and r.side = 'L')
          group by p.posting_reference having count(distinct (l.company, l.fiscal_year, l.document)) > 1
          union all
          select format('line %s of unit %s is in %s live journals', line_id, unit, count(*)) from tieout.journal_source where ended is null and line_id is not null group by unit, line_id having count(*) > 1
          union all
          select format('%s is named by %s live journals', external_key, count(*)) from tieout.journal_source where ended is null group by external_key having count(*) > 1`,
  },
  {
    name: '8 running balances are sums from scratch',
    sql: `with ${SUPPORT},
          scratch as (select l.unit, l.account, l.currency, l.side, l.scope, count(*) as lines, sum(l.amount) as amount from tieout.line l join tieout.unit u on u.unit = l.unit
                      join seen s on s.reconciliation = u.reconciliation
                      where l.batch_id <= s.horizon and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= s.horizon)
                      group by 1, 2, 3, 4, 5),
          running as (select unit, account, currency, side, scope, sum(lines) as lines, sum(amount) as amount from tieout.balance group by 1, 2, 3, 4, 5)
          select format('unit %s account %s %s side %s scope %s: running %s lines %s, from scratch %s lines %s', unit, account, currency, side, scope, coalesce(r.lines, 0), coalesce(r.amount, 0), coalesce(s.lines, 0), coalesce(s.amount, 0)) as evidence
          from scratch s full join running r using (unit, account, currency, side, scope)
          where coalesce(r.lines, 0) <> coalesce(s.lines, 0) or coalesce(r.amount, 0) <> coalesce(s.amount, 0)`,
  },
  {
    name: '12 no ledger line outside the rulebook is uncounted',
    sql: `with seen as (select coalesce(max(horizon), 0) as horizon from tieout.run where kind = 'reconcile' and state = 'completed' and undone_by is null and only_name = ''),
          scratch as (select l.company, l.ledger, l.account, l.currency, count(*) as lines, sum(l.amount) as amount from tieout.line l cross join seen s
                      where l.unit = 0 and l.side = 'L' and l.scope <> 'void' and l.batch_id <= s.horizon
                        and not exists (select from tieout.line_end x where x.unit = 0 and x.line_id = l.line_id and x.batch_id <= s.horizon)
                      group by 1, 2, 3, 4),
          running as (select company, ledger, account, currency, sum(lines) as lines, sum(amount) as amount from tieout.outside group by 1, 2, 3, 4)
          select format('%s/%s account %s %s: counted %s in %s lines, from scratch %s in %s', company, ledger, account, currency, coalesce(r.amount, 0), coalesce(r.lines, 0), coalesce(s.amount, 0), coalesce(s.lines, 0)) as evidence
          from scratch s full join running r using (company, ledger, account, currency)
          where coalesce(r.lines, 0) <> coalesce(s.lines, 0) or coalesce(r.amount, 0) <> coalesce(s.amount, 0)`,
  },
  {
    name: '8b totals of matches are sums from scratch',
    sql: `with scratch as (select x.unit, x.account, x.currency, count(distinct x.match_id) as matches, sum(case l.side when 'L' then l.amount else -l.amount end) as variance,
                      count(*) filter (where l.side = 'E') as e, count(*) filter (where l.side = 'L') as l
                      from tieout.match_member m join tieout.match x on x.unit = m.unit and x.match_id = m.match_id join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
                      where m.released_run is null group by 1, 2, 3),
          running as (select unit, account, currency, sum(matches) as matches, sum(variance) as variance, sum(expected_lines) as e, sum(ledger_lines) as l from tieout.match_total group by 1, 2, 3)
          select format('unit %s account %s %s: running %s matches, from scratch %s', unit, account, currency, coalesce(r.matches, 0), coalesce(s.matches, 0)) as evidence
          from scratch s full join running r using (unit, account, currency)
          where (coalesce(r.matches, 0), coalesce(r.variance, 0), coalesce(r.e, 0), coalesce(r.l, 0)) is distinct from (coalesce(s.matches, 0), coalesce(s.variance, 0), coalesce(s.e, 0), coalesce(s.l, 0))`,
  },
  {
    name: '8c what runs carry forward are the sums of their deltas',
    sql: `with carried as (
            select unit, account, currency, side::text || origin || scope as part, lines, amount, company_amount from tieout.cell_total
            union all select unit, account, currency, 'matches', matches, variance, company_variance from tieout.cell_match),
          summed as (
            select unit, account, currency, side::text || origin || scope as part, sum(lines) as lines, sum(amount) as amount, sum(company_amount) as company_amount from tieout.balance group by 1, 2, 3, 4
            union all select unit, account, currency, 'matches', sum(matches), sum(variance), sum(company_variance) from tieout.match_total group by 1, 2, 3)
          select format('unit %s account %s %s %s: carried %s lines %s, deltas %s lines %s', unit, account, currency, part, c.lines, c.amount, s.lines, s.amount) as evidence
          from carried c full join summed s using (unit, account, currency, part)
          where (coalesce(c.lines, 0), coalesce(c.amount, 0), coalesce(c.company_amount, 0)) is distinct from (coalesce(s.lines, 0), coalesce(s.amount, 0), coalesce(s.company_amount, 0))`,
  },
  {
    name: '12b no open item without its case, but what only waits for its time',
    sql: `select format('exception %s (%s) is in no case', o.exception_id, s.reason) from tieout.open_exception o
          join lateral (select reason from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
          where s.reason <> 'TIMING' and not exists (select from tieout.case_item c where c.exception_id = o.exception_id)
          union all
          select format('exception %s is in case %s, which is not there', c.exception_id, c.case_id) from tieout.case_item c
          where not exists (select from tieout.case_subject k where k.case_id = c.case_id)`,
  },
  {
    name: '3c open items are the lines without a match',
    sql: `select format('line %s of unit %s is matched and an open item', o.line_id, o.unit) as evidence from tieout.open_item o
          where exists (select from tieout.match_member m where m.unit = o.unit and m.line_id = o.line_id and m.released_run is null)
          union all
          select format('open item %s of unit %s does not have the side of its line', o.line_id, o.unit) from tieout.open_item o
          join tieout.line l on l.unit = o.unit and l.line_id = o.line_id where l.side <> o.side
          union all
          select format('line %s of unit %s has an open leg and is no open item', g.line_id, g.unit) from tieout.exception_leg g
          where g.ended_run is null and not exists (select from tieout.open_item o where o.unit = g.unit and o.line_id = g.line_id)`,
  },
];

/** Evidence against one invariant, at most five rows; empty where it holds. */
export async function checkInvariant(client: pg.ClientBase, invariant: Invariant): Promise<string[]> {
  // All is read, so sets are hashed. Asked for five rows of a query, the planner looked the homes of each line up one by one
  // (six minutes for 200,000 lines on PostgreSQL 15 without statistics).
  const found = await without<{ evidence: string }>(
    client,
    ['nestloop'],
    `with found as materialized (${invariant.sql}) select * from found limit 5`,
  );
  return found.rows.map((row) => row.evidence);
}

/** What the live exceptions of a reason are about. */
export async function subjectsOf(client: pg.ClientBase, reason: string): Promise<ReadonlySet<string>> {
  const found = await client.query<{ anchor: string }>(
    `select i.anchor from tieout.open_exception o join tieout.exception_item i using (exception_id) join lateral (
       select reason from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
     where s.reason = $1`,
    [reason],
  );
  return new Set(found.rows.map(({ anchor }) => anchor));
}
