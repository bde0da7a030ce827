// Open cases in the order of importance, each with the items that it holds. Amounts are company amounts, so that what a case
// does to several accounts can be compared with what is material.
import type pg from 'pg';

/** What one company's cases are measured by. */
export interface CaseMeasure {
  currency: string;
  /** Decimal text, more than zero. */
  materiality: string;
  /** First and last day of the period that the as-of day is in. */
  from: string;
  to: string;
  /** Numbers of the accounts that are closed into profit. */
  income: readonly string[];
}

export interface CaseOrder {
  runId: string;
  asOf: string;
  /** Days until due by reason, for what no person has dated. */
  dueDays: Readonly<Record<string, number>>;
  companies: Readonly<Record<string, CaseMeasure>>;
}

/** The parts of a case's importance, as decimal text; `total` is their sum. */
export interface Importance {
  amount: string;
  profit: string;
  overdue: string;
  close: string;
  person: string;
  total: string;
}

export interface StoredCase extends Importance {
  id: string;
  kind: 'event' | 'document' | 'matter';
  subject: string;
  company: string;
  name: string;
  eventType: string | null;
  openedOn: string;
  openedRun: string;
  /** Last run in which one of its items changed. */
  changedRun: string;
  items: string[];
  /** Size of the problem: the largest difference that it leaves on one account. Null where no amount is at stake. */
  size: string | null;
  /** What the ledger's profit is too high (+) or too low (-); null where it owns no line. */
  profitEffect: string | null;
  currency: string;
  dueDate: string;
  status: 'open' | 'waiting' | 'accepted';
  assignee: string;
  /** Until when it waits. */
  until: string | null;
  waitsFor: 'wait' | 'correctSource' | null;
  comments: number;
  rootCause: string;
  /** Hash of what the case is now: its items with their reasons, statuses and amounts. */
  seen: string;
}

/**
 * importance = amount / materiality + |profit effect| / materiality (each at most 10)
 *   + days past due (at most 5) + nearness of the close (5 where the period is over, else 5 less the days left)
 *   + 3 where a person has to do something.
 */
const IMPORTANCE = `
  least(10, coalesce(k.size, 0) / q.materiality) as amount_part,
  least(10, abs(coalesce(k.profit, 0)) / q.materiality) as profit_part,
  least(5, greatest(0, $2::date - k.due))::numeric as overdue_part,
  (case when k.day < q.from_day then 5 else greatest(0, 5 - (q.to_day - $2::date)) end)::numeric as close_part,
  (case when k.open = 0 or w.until is not null then 0 else 3 end)::numeric as person_part`;

/** Open and accepted cases; those that need a person first, then by importance, age and id. */
export async function readCases(client: pg.ClientBase, order: CaseOrder): Promise<StoredCase[]> {
  const found = await client.query<StoredCase>(
    `with measure as (
       select company, currency, materiality::numeric, "from"::date as from_day, "to"::date as to_day, income
       from jsonb_to_recordset($4::jsonb) as m(company text, currency text, materiality text, "from" text, "to" text, income text[])),
     item as materialized (
       select c.case_id, o.exception_id, o.class, s.run_id, s.reason, s.status, s.exposure, s.currency, s.business_date, s.root_cause, i.opened_on,
              coalesce(s.due_date, i.opened_on + coalesce(($3::jsonb->>s.reason)::int, 5)) as due
       from tieout.open_exception o
       join tieout.exception_item i on i.exception_id = o.exception_id
       join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id and s.run_id <= $1 order by s.run_id desc limit 1) s on true
       join lateral (select case_id from tieout.case_item c where c.exception_id = o.exception_id and c.run_id <= $1 order by c.run_id desc limit 1) c on true
       where s.status <> 'closed'),
     cell as materialized (
       select i.case_id, l.company, l.account, sum(case l.side when 'L' then l.company_amount else -l.company_amount end) as amount
       from item i join tieout.exception_leg g on g.exception_id = i.exception_id and g.ended_run is null
       join tieout.line l on l.unit = g.unit and l.line_id = g.line_id group by 1, 2, 3),
     leg_size as (
       select c.case_id, max(abs(c.amount)) as size,
              -coalesce(sum(c.amount) filter (where c.account = any(m.income)), 0) as profit
       from cell c join tieout.case_subject cs on cs.case_id = c.case_id join measure m on m.company = c.company
       where c.company = cs.company or not exists (select from cell x where x.case_id = c.case_id and x.company = cs.company)
       group by 1),
     held as (
       select case_id, array_agg(exception_id order by status desc, reason = 'TIMING', exception_id) as items, count(*) filter (where status = 'open') as open,
              min(due) filter (where reason <> 'TIMING' or status = 'accepted') as due, min(due) as any_due, min(coalesce(business_date, opened_on)) as day, max(run_id) as changed,
              max(abs(exposure)) as exposure, max(root_cause) as root_cause, bool_or(reason <> 'TIMING') as matters,
              encode(substring(sha256(convert_to(string_agg(concat_ws(' ', exception_id, reason, status, trim_scale(exposure)), E'\\x1f' order by exception_id), 'UTF8')) from 1 for 16), 'hex') as seen_items
       from item group by 1),
     kase as (
       select h.*, coalesce(z.size, h.exposure) as size, z.profit, coalesce(h.due, h.any_due) as due_day from held h left join leg_size z on z.case_id = h.case_id)
     select k.case_id as id, cs.kind, cs.subject, cs.company, cs.name, e.type as "eventType", cs.opened_on as "openedOn", cs.opened_run as "openedRun",
            k.changed as "changedRun", k.items, k.size, k.profit as "profitEffect", coalesce(q.currency, '') as currency, k.due as "dueDate",
            case when k.open = 0 then 'accepted' when w.until is not null then 'waiting' else 'open' end as status,
            coalesce(a.assignee, '') as assignee, w.until, w.action as "waitsFor", coalesce(n.comments, 0)::int as comments, k.root_cause as "rootCause", k.seen,
            ${['amount', 'profit', 'overdue', 'close', 'person'].map((part) => `round(${part}_part, 1)::text as ${part}`).join(', ')},
            round(amount_part + profit_part + overdue_part + close_part + person_part, 1)::text as total
     from (select k.case_id, k.items, k.open, k.due_day as due, k.day, k.changed, k.size, k.profit, k.root_cause,
                  encode(substring(sha256(convert_to(k.seen_items || ' ' || coalesce(trim_scale(k.size)::text, ''), 'UTF8')) from 1 for 16), 'hex') as seen
           from kase k where k.matters) k
     join tieout.case_subject cs on cs.case_id = k.case_id
     left join tieout.event e on cs.kind = 'event' and e.source = split_part(cs.subject, E'\\x1f', 1) and e.id = split_part(cs.subject, E'\\x1f', 2)
     left join measure m on m.company = cs.company
     cross join lateral (select coalesce(m.currency, '') as currency, coalesce(m.materiality, 100) as materiality, coalesce(m.from_day, $2::date) as from_day, coalesce(m.to_day, $2::date) as to_day) q
     left join lateral (select assignee from tieout.case_step s where s.case_id = k.case_id and s.action in ('assign', 'notMine') order by s.decision_id desc limit 1) a on true
     left join lateral (select count(*) as comments from tieout.case_step s where s.case_id = k.case_id and s.action = 'comment') n on true
     left join lateral (select x.until, x.action from (
         select * from tieout.case_step s where s.case_id = k.case_id and s.action in ('wait', 'correctSource', 'reopen') order by s.decision_id desc limit 1) x
       where x.action <> 'reopen' and x.until > $2::date and x.seen = k.seen) w on true
     cross join lateral (select ${IMPORTANCE}) p
     order by person_part = 0, amount_part + profit_part + overdue_part + close_part + person_part desc, cs.opened_on, k.case_id`,
    [
      order.runId,
      order.asOf,
      JSON.stringify(order.dueDays),
      JSON.stringify(Object.entries(order.companies).map(([company, measure]) => ({ company, ...measure }))),
    ],
  );
  return found.rows;
}

/** One thing that people said of a case. */
export interface CaseStep {
  decision: string;
  at: string;
  by: string;
  action: string;
  assignee: string;
  until: string | null;
  why: string;
}

/** What people said of a case, oldest first. */
export async function readCaseSteps(client: pg.ClientBase, caseId: string): Promise<CaseStep[]> {
  const found = await client.query<CaseStep>(
    `select 'D' || d.decision_id as decision, to_char(d.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, d.actor as by, s.action, s.assignee, s.until, d.why
     from tieout.case_step s join tieout.decision d on d.decision_id = s.decision_id where s.case_id = $1 order by d.decision_id`,
    [caseId],
  );
  return found.rows;
}

/** How the items of a case went from run to run, oldest first: the reason and status that each had, and when it left. */
export interface CaseChange {
  run: string;
  asOf: string;
  exception: string;
  reason: string;
  status: string;
  /** The case it came from or went to; '' where it was always this one's. */
  other: string;
}

export async function readCaseChanges(client: pg.ClientBase, caseId: string): Promise<CaseChange[]> {
  const found = await client.query<CaseChange>(
    `with mine as (select distinct exception_id from tieout.case_item where case_id = $1)
     select s.run_id as run, r.as_of as "asOf", s.exception_id as exception, s.reason,
            case when c.case_id <> $1 then 'moved' else s.status end as status, case when c.case_id <> $1 then c.case_id else '' end as other
     from mine m join tieout.exception_state s on s.exception_id = m.exception_id join tieout.run r on r.run_id = s.run_id
     join lateral (select case_id from tieout.case_item c where c.exception_id = s.exception_id and c.run_id <= s.run_id order by c.run_id desc limit 1) c on true
     order by s.run_id, s.exception_id`,
    [caseId],
  );
  return found.rows;
}
