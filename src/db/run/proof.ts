// The proof against the ERP's own balances: opening + the lines of the period (in scope and out of it) = closing. What an
// extract brought after the balance was read does not count against it.
import type pg from 'pg';
import type { ControlItem } from '../../exceptions/control.ts';
import { readTicks, showTicks } from '../../matching/ticks.ts';

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

/** The latest balance of each account and period known up to the horizon, against the running totals up to the run. */
export async function proofs(client: pg.ClientBase, runId: string, horizon: string): Promise<Proof[]> {
  const found = await client.query<Proof>(
    `with latest as (
       select distinct on (company, ledger, account, location, dimension, currency, period) * from tieout.erp_balance where batch_id <= $2
       order by company, ledger, account, location, dimension, currency, period, extracted_at desc),
     wanted as (select b.* from latest b where exists (select from tieout.balance t where t.company = b.company and t.ledger = b.ledger and t.account = b.account)
                or b.opening <> b.closing),
     lines as (
       select b.company, b.ledger, b.account, b.location, b.dimension, b.currency, b.period, coalesce(sum(t.amount), 0) as amount
       from wanted b left join tieout.balance t on t.company = b.company and t.ledger = b.ledger and t.account = b.account and t.currency = b.currency
         and t.period = b.period and t.side = 'L' and t.origin = 'ledger' and t.scope <> 'void' and t.run_id <= $1
         and (b.location = '' or t.location = b.location) and (b.dimension = '' or t.dimension = b.dimension)
       group by 1, 2, 3, 4, 5, 6, 7),
     since as (select min(extracted_at) as oldest from wanted),
     -- Lines of extracts that are younger than some balance, each once. One join for both kinds, with an "or", was a
     -- nested loop over all lines: 170 s at 30,000 lines.
     arrived as materialized (
       select x.extracted_at, l.unit, l.line_id, l.company, l.ledger, l.account, l.currency, l.period, l.location, l.dimension, l.amount
         from tieout.batch x join tieout.line l on l.batch_id = x.batch_id
        where x.kind = 'ledger' and x.extracted_at > (select oldest from since) and x.batch_id <= $2 and l.origin = 'ledger' and l.scope <> 'void'
       union all
       -- A line that a changed rulebook moved is as old as the extract that brought it.
       select i.extracted_at, l.unit, l.line_id, l.company, l.ledger, l.account, l.currency, l.period, l.location, l.dimension, l.amount
         from tieout.batch x join tieout.ledger_identity i on i.batch_id = x.batch_id
         join tieout.line l on l.unit = i.unit and l.line_id = i.line_id and l.batch_id = i.batch_id
        where x.kind = 'rederive' and i.extracted_at > (select oldest from since) and x.batch_id <= $2 and l.origin = 'ledger' and l.scope <> 'void'),
     later as (
       select b.company, b.ledger, b.account, b.location, b.dimension, b.currency, b.period, sum(l.amount) as amount
       from wanted b join arrived l on l.extracted_at > b.extracted_at and l.company = b.company and l.ledger = b.ledger and l.account = b.account
         and l.currency = b.currency and l.period = b.period and (b.location = '' or l.location = b.location) and (b.dimension = '' or l.dimension = b.dimension)
        where not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= $2)
       group by 1, 2, 3, 4, 5, 6, 7)
     select w.company, w.ledger, w.account, w.location, w.dimension, w.currency, w.period, w.closing,
            w.opening + l.amount - coalesce(r.amount, 0) as computed, w.closing - (w.opening + l.amount - coalesce(r.amount, 0)) as difference
     from wanted w join lines l using (company, ledger, account, location, dimension, currency, period)
     left join later r using (company, ledger, account, location, dimension, currency, period)
     where exists (select from tieout.unit u join tieout.balance t on t.unit = u.unit where t.company = w.company and t.ledger = w.ledger and t.account = w.account)
     order by w.company, w.ledger, w.account, w.location, w.dimension, w.currency, w.period`,
    [runId, horizon],
  );
  return found.rows;
}

const shown = (amount: string, currency: string): string => showTicks(readTicks(amount), currency);

/** `BALANCE_DIFFERENCE` for each balance that our lines do not come to. */
export function balanceDifferences(found: readonly Proof[]): ControlItem[] {
  return found
    .filter((proof) => !/^-?0(?:\.0*)?$/.test(proof.difference))
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
