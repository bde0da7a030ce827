// The proof against the ERP's own balances: opening + the lines of the period (in scope and out of it) = closing. A balance
// counts the lines that stood in the ERP when it was read: what an extract brought later does not count against it, and
// what a later extract ended does. Here from scratch, for `verify` and cuts of the past; a run keeps it up (keptProofs.ts).
import type pg from 'pg';
import type { ControlItem } from '../../exceptions/control.ts';
import { readTicks, showTicks } from '../../money/ticks.ts';

/** One balance of the ERP against our lines. */
export interface Proof {
  company: string;
  ledger: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  period: string;
  closing: string;
  computed: string;
  difference: string;
}

/** What tells one balance from another; the latest extracted one counts. */
export const BALANCE_KEY = 'company, ledger, account, location, dimension, currency, period';

/** Lines that the ERP's balances are made of. */
export const COUNTED = `l.unit > 0 and l.origin = 'ledger' and l.scope <> 'void'`;

/** Line, place or change `l` belongs to balance `b`. */
export const belongs = (l: string, b: string): string =>
  `${l}.company = ${b}.company and ${l}.ledger = ${b}.ledger and ${l}.account = ${b}.account and ${l}.currency = ${b}.currency
     and ${l}.period = ${b}.period and (${b}.location = '' or ${l}.location = ${b}.location) and (${b}.dimension = '' or ${l}.dimension = ${b}.dimension)`;

/**
 * When the ERP had line `l` of batch `x`: at its extract. One that a changed rulebook moved is as old as the extract that
 * brought it. Null where nobody said; such a line has always been there.
 */
export const arrived = (l: string, x: string): string =>
  `case ${x}.kind when 'rederive' then (
     select i.extracted_at from tieout.ledger_identity i where i.company = ${l}.company and i.ledger = ${l}.ledger and i.fiscal_year = ${l}.fiscal_year
       and i.document = ${l}.document and i.line = ${l}.line and i.unit = ${l}.unit and i.line_id = ${l}.line_id and i.batch_id = ${l}.batch_id)
   else ${x}.extracted_at end`;

/**
 * The proofs of the balances in CTE `wanted` (columns of `erp_balance`, and `horizon`: the last batch whose lines are in the
 * running totals of its account), up to run `$1`. The totals hold what lives now; CTE `shift` holds by how much that is
 * more than what a balance read in [since, until) could count. Of old extracts it reads only what is younger than the
 * oldest balance. Lines that live and lines that ended are two joins: one with an "or" was a nested loop over all lines
 * (170 s at 30,000).
 */
export const proofsOf = (wanted: string): string => `
  with ${wanted},
  oldest as (select min(extracted_at) as moment from wanted),
  young as (select min(batch_id) as first from tieout.batch where extracted_at > (select moment from oldest)),
  held as materialized (
    -- By account and period, in any plan: joined freely, PostgreSQL 15 read the totals of all periods for the balances of one.
    select t.company, t.ledger, t.account, t.currency, t.period, t.location, t.dimension, sum(t.amount) as amount
    from (select distinct account, period from wanted) w
    cross join lateral (select * from tieout.balance t where t.account = w.account and t.period = w.period offset 0) t
    where t.side = 'L' and t.origin = 'ledger' and t.scope <> 'void' and t.run_id <= $1
    group by 1, 2, 3, 4, 5, 6, 7),
  lines as (
    select ${BALANCE_KEY.replaceAll(/\w+/g, 'b.$&')}, coalesce(sum(t.amount), 0) as amount
    from wanted b left join held t on ${belongs('t', 'b')}
    group by 1, 2, 3, 4, 5, 6, 7),
  shift as materialized (
    select since, until, batch_id, ended, company, ledger, account, currency, period, location, dimension, sum(amount) as amount from (
      -- Came after the balance was read, and lives.
      select '-infinity'::timestamptz as since, a.moment as until, l.batch_id, e.batch_id as ended,
             l.company, l.ledger, l.account, l.currency, l.period, l.location, l.dimension, l.amount
        from tieout.batch x join tieout.line l on l.batch_id = x.batch_id
        cross join lateral (select ${arrived('l', 'x')} as moment) a
        left join tieout.line_end e on e.unit = l.unit and e.line_id = l.line_id
       where x.extracted_at > (select moment from oldest) and l.batch_id >= (select first from young) and a.moment > (select moment from oldest) and ${COUNTED}
      union all
      -- Was there when the balance was read, and ended after it.
      select coalesce(${arrived('l', 'y')}, '-infinity'), x.extracted_at, e.batch_id, null,
             l.company, l.ledger, l.account, l.currency, l.period, l.location, l.dimension, -l.amount
        from tieout.batch x join tieout.line_end e on e.batch_id = x.batch_id and e.kind <> 'rederived'
        join tieout.line l on l.unit = e.unit and l.line_id = e.line_id join tieout.batch y on y.batch_id = l.batch_id
       where x.extracted_at > (select moment from oldest) and e.batch_id >= (select first from young) and ${COUNTED}) each
    group by since, until, batch_id, ended, company, ledger, account, currency, period, location, dimension),
  later as (
    select ${BALANCE_KEY.replaceAll(/\w+/g, 'b.$&')}, sum(s.amount) as amount
    from wanted b join shift s on ${belongs('s', 'b')} and s.since <= b.extracted_at and s.until > b.extracted_at
      and s.batch_id <= b.horizon and (s.ended is null or s.ended > b.horizon)
    group by 1, 2, 3, 4, 5, 6, 7)
  select ${BALANCE_KEY}, w.closing, w.opening + l.amount - coalesce(r.amount, 0) as computed,
         w.closing - (w.opening + l.amount - coalesce(r.amount, 0)) as difference, w.extracted_at
  from wanted w join lines l using (${BALANCE_KEY}) left join later r using (${BALANCE_KEY})`;

/** Accounts that have been compared up to run `$1`, each with the last batch that its reconciliation has seen. */
const SEEN = `
  looked as (
    select k.reconciliation, max(k.horizon_to) as horizon from tieout.run_reconciliation k join tieout.run r on r.run_id = k.run_id
    where k.run_id <= $1 and (r.state = 'completed' or k.run_id = $1) and (r.undone_by is null or r.undone_by > $1) group by k.reconciliation),
  seen as (
    -- An account that a changed rulebook moved to another reconciliation is seen by its present one, the further of the two.
    select t.company, t.ledger, t.account, max(k.horizon) as horizon
    from (select distinct unit, company, ledger, account from tieout.balance where run_id <= $1) t
    join tieout.unit u on u.unit = t.unit join looked k on k.reconciliation = u.reconciliation group by 1, 2, 3)`;

/** The latest balance of each account, place and period against the lines, as run `runId` knew them; in order of their keys. */
export async function proofs(client: pg.ClientBase, runId: string): Promise<Proof[]> {
  const wanted = `${SEEN},
  wanted as (
    select distinct on (${BALANCE_KEY}) b.*, s.horizon
    from tieout.erp_balance b join seen s using (company, ledger, account) where b.batch_id <= s.horizon
    order by ${BALANCE_KEY}, b.extracted_at desc)`;
  const found = await client.query<Proof>(
    `${proofsOf(wanted)} order by ${BALANCE_KEY.replaceAll(/\w+/g, '$& collate "C"')}`,
    [runId],
  );
  return found.rows;
}

const shown = (amount: string, currency: string): string => showTicks(readTicks(amount), currency);

/** True where the balance is what the lines come to. */
export const holds = ({ difference }: Proof): boolean => /^-?0(?:\.0*)?$/.test(difference);

/** `BALANCE_DIFFERENCE` for each balance that our lines do not come to. */
export function balanceDifferences(found: readonly Proof[]): ControlItem[] {
  return found
    .filter((proof) => !holds(proof))
    .map((proof) => ({
      reason: 'BALANCE_DIFFERENCE',
      subject: [
        proof.company,
        proof.ledger,
        proof.account,
        proof.location,
        proof.dimension,
        proof.currency,
        proof.period,
      ].join('\u001f'),
      company: proof.company,
      why: `account ${proof.account}${proof.location === '' ? '' : ` at ${proof.location}`}, period ${proof.period}: the ERP closes at ${shown(proof.closing, proof.currency)} ${proof.currency}, its lines come to ${shown(proof.computed, proof.currency)}`,
      detail: {
        account: proof.account,
        period: proof.period,
        closing: proof.closing,
        computed: proof.computed,
      },
      exposure: proof.difference.replace(/^-/, ''),
      currency: proof.currency,
      businessDate: null,
    }));
}
