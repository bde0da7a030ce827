// Sums of expected lines that should come to zero: tax clearing per document, goods in transit per transfer. New lines are
// summed first; only keys that do not come to zero by themselves, and those that were not zero before, are looked up by
// their reference in what is stored. `<> 0` and `<> ''` beside an equation let the planner use a partial index.
import type pg from 'pg';
import type { Uncleared } from '../../../exceptions/clearing.ts';
import type { ControlScope } from './scope.ts';

/** An account of a control reconciliation in one company. */
export interface ControlAccount {
  control: string;
  company: string;
  number: string;
  /** Whether its key has the line's dimension and location besides the reference. */
  byDimension: boolean;
  byLocation: boolean;
}

const KEYS = `case when a.by_dimension then l.dimension else '' end as dimension, case when a.by_location then l.location else '' end as location`;
const LIVE = `l.side = 'E' and l.scope <> 'void' and not exists (
  select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= $2)`;

/**
 * Puts the references to look at into the temporary table `control_key`.
 * @param gaps control and account numbers aside: documents whose assessments wait for an earlier revision
 */
export async function touchKeys(
  client: pg.ClientBase,
  scope: ControlScope,
  accounts: readonly ControlAccount[],
): Promise<void> {
  await client.query(
    `create temporary table control_account (control text not null, company text collate "C" not null, number text collate "C" not null, by_dimension boolean not null, by_location boolean not null) on commit drop;
     create temporary table control_key (control text not null, company text collate "C" not null, reference text collate "C" not null, primary key (control, company, reference)) on commit drop`,
  );
  await client.query(
    `insert into control_account select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::boolean[])`,
    [
      accounts.map((account) => account.control),
      accounts.map((account) => account.company),
      accounts.map((account) => account.number),
      accounts.map((account) => account.byDimension),
      accounts.map((account) => account.byLocation),
    ],
  );
  await client.query('analyze control_account');
  await client.query(
    `insert into control_key (control, company, reference)
     select control, company, reference from (
       select a.control, l.company, l.ledger, l.reference, ${KEYS}, l.currency, sum(l.amount) as amount, bool_or(l.accounting_date > $3) as later
       from tieout.line l join control_account a on a.company = l.company and a.number = l.account
       where l.batch_id > $1 and l.batch_id <= $2 and l.reference <> '' and ${LIVE}
       group by a.control, l.company, l.ledger, l.reference, 5, 6, l.currency) fresh
     where amount <> 0 or later
     union
     select a.control, l.company, l.reference from tieout.line_end x
     join tieout.line l on l.unit = x.unit and l.line_id = x.line_id and l.side = 'E' and l.reference <> ''
     join control_account a on a.company = l.company and a.number = l.account
     where x.batch_id > $1 and x.batch_id <= $2 and l.batch_id <= $1
     union
     select control, company, key from tieout.watched where control in (select control from control_account)`,
    [scope.from, scope.to, scope.asOf],
  );
  await client.query('analyze control_key');
}

/** What is not zero on the day of the run, or will change after it, per control, reference, ledger, currency and key. */
export async function unclearedKeys(client: pg.ClientBase, scope: ControlScope): Promise<Uncleared[]> {
  const found = await client.query<Uncleared>(
    `select k.control, k.company, k.reference, s.ledger, s.dimension, s.location, s.currency, trim_scale(s.amount)::text as amount,
            s.first_on as "firstOn", s.later, s.fact
     from control_key k cross join lateral (
       select l.ledger, ${KEYS}, l.currency, coalesce(sum(l.amount) filter (where l.accounting_date <= $1), 0) as amount, min(l.business_date) as first_on,
              bool_or(l.accounting_date > $1) as later, coalesce(min(l.further->>'transferId'), k.reference) as fact
       from tieout.line l join control_account a on a.control = k.control and a.company = l.company and a.number = l.account
       where l.reference_hash = hashtextextended(k.reference, 0) and l.reference_hash <> 0 and l.reference = k.reference and l.company = k.company and l.batch_id <= $2 and ${LIVE}
       group by l.ledger, 2, 3, l.currency) s
     where s.amount <> 0 or s.later
     order by k.control collate "C", k.company, k.reference, s.ledger, s.currency, s.dimension, s.location`,
    [scope.asOf, scope.to],
  );
  return found.rows;
}
