// The proofs of the ERP's balances, kept up by each run over all reconciliations: a new balance is proven from the running
// totals of its period; every other one changes by what the new batches brought or ended before it was read, mostly by
// nothing. So a run reads no old period. Where the last run no longer says what was settled (controls/scope.ts), all are
// proven anew. A run over one reconciliation, decisions and undo leave the table alone. `verify` holds it against proof.ts.
import type pg from 'pg';
import type { Settled } from './controls/scope.ts';
import { arrived, BALANCE_KEY, belongs, COUNTED, type Proof, proofsOf } from './proof.ts';

/** What is new to the run: runs and batches after those of `from`, up to its own. */
export interface NewToRun {
  runId: string;
  from: Settled;
  to: string;
}

/** In the run's own transaction, after its running totals. */
export async function keepProofs(client: pg.ClientBase, { runId, from, to }: NewToRun): Promise<void> {
  if (from.horizon === '0') await client.query('delete from tieout.balance_proof');
  else if (await mayMove(client, from.horizon, to)) await moveKept(client, from.horizon, to);
  await proveNew(client, [runId, from.runId, from.horizon, to]);
}

/** Whether anything new is older than a kept balance, or ended. Mostly not; and to find that out, no line is read. */
async function mayMove(client: pg.ClientBase, from: string, to: string): Promise<boolean> {
  const found = await client.query<{ moves: boolean }>(
    `select exists (select from tieout.batch x where x.batch_id > $1 and x.batch_id <= $2 and ${BRINGS_OLD})
         or exists (select from tieout.balance_proof) and exists (select from tieout.line_end e where e.batch_id > $1 and e.batch_id <= $2) as moves`,
    [from, to],
  );
  return found.rows[0]?.moves === true;
}

/** Batch `x` holds lines that stood in the ERP when some kept balance was read. */
const BRINGS_OLD = `x.kind in ('ledger', 'replay', 'rederive') and exists (select from tieout.balance_proof)
            and (x.kind = 'rederive' or x.extracted_at is null or x.extracted_at <= (select max(extracted_at) from tieout.balance_proof))`;

/**
 * Adds to the kept balances what stood in the ERP when they were read and was not known: new lines from their arrival until
 * their end, less older ones from their end on. Lines of extracts younger than every balance are not read.
 */
async function moveKept(client: pg.ClientBase, from: string, to: string): Promise<void> {
  await client.query(
    `with moved as materialized (
       select since, until, company, ledger, account, currency, period, location, dimension, sum(amount) as amount from (
         select coalesce(${arrived('l', 'x')}, '-infinity') as since,
                case when e.batch_id is null then 'infinity' when e.kind = 'rederived' then '-infinity' else coalesce(z.extracted_at, '-infinity') end as until,
                l.company, l.ledger, l.account, l.currency, l.period, l.location, l.dimension, l.amount
           from tieout.batch x join tieout.line l on l.batch_id = x.batch_id
           left join tieout.line_end e on e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= $2
           left join tieout.batch z on z.batch_id = e.batch_id
          where x.batch_id > $1 and x.batch_id <= $2 and l.batch_id > $1 and l.batch_id <= $2 and ${COUNTED}
            and ${BRINGS_OLD}
         union all
         select greatest(${arrived('l', 'y')}, case when e.kind <> 'rederived' then x.extracted_at end, '-infinity'), 'infinity',
                l.company, l.ledger, l.account, l.currency, l.period, l.location, l.dimension, -l.amount
           from tieout.batch x join tieout.line_end e on e.batch_id = x.batch_id
           join tieout.line l on l.unit = e.unit and l.line_id = e.line_id join tieout.batch y on y.batch_id = l.batch_id
          where x.batch_id > $1 and x.batch_id <= $2 and e.batch_id > $1 and e.batch_id <= $2 and l.batch_id <= $1 and ${COUNTED}
            and x.kind in ('ledger', 'replay', 'rederive')) each
       group by since, until, company, ledger, account, currency, period, location, dimension),
     change as (
       select ${BALANCE_KEY.replaceAll(/\w+/g, 'b.$&')}, sum(m.amount) as amount
         from moved m join tieout.balance_proof b on ${belongs('m', 'b')} and m.since <= b.extracted_at and m.until > b.extracted_at
        group by 1, 2, 3, 4, 5, 6, 7 having sum(m.amount) <> 0)
     update tieout.balance_proof b set computed = b.computed + c.amount from change c
      where (${BALANCE_KEY.replaceAll(/\w+/g, 'b.$&')}) = (${BALANCE_KEY.replaceAll(/\w+/g, 'c.$&')})`,
    [from, to],
  );
}

/** Proves the balances that are new, and all of an account that is compared for the first time. */
async function proveNew(
  client: pg.ClientBase,
  values: readonly [string, string, string, string],
): Promise<void> {
  const wanted = `
  touched as (
    select ${BALANCE_KEY} from tieout.erp_balance where batch_id > $3 and batch_id <= $4
    union
    select ${BALANCE_KEY.replaceAll(/\w+/g, 'b.$&')}
      from (select distinct company, ledger, account from tieout.balance where run_id > $2 and run_id <= $1) a
      join tieout.erp_balance b on b.company = a.company and b.ledger = a.ledger and b.account = a.account and b.batch_id <= $4
     where not exists (select from tieout.balance_proof p where p.company = a.company and p.ledger = a.ledger and p.account = a.account)),
  wanted as materialized (
    select b.*, $4::bigint as horizon
      from touched t cross join lateral (
        select * from tieout.erp_balance b
         where (${BALANCE_KEY.replaceAll(/\w+/g, 'b.$&')}) = (${BALANCE_KEY.replaceAll(/\w+/g, 't.$&')}) and b.batch_id <= $4
         order by b.extracted_at desc limit 1) b
     where exists (select from tieout.balance l where l.account = b.account and l.company = b.company and l.ledger = b.ledger))`;
  await client.query(
    `insert into tieout.balance_proof (${BALANCE_KEY}, closing, computed, extracted_at)
     select ${BALANCE_KEY}, closing, computed, extracted_at from (${proofsOf(wanted)}) p order by ${BALANCE_KEY}
     on conflict (${BALANCE_KEY}) do update
       set closing = excluded.closing, computed = excluded.computed, extracted_at = excluded.extracted_at`,
    [...values],
  );
}

const PROOF = `${BALANCE_KEY}, closing, computed, difference`;

/** Balances that the lines do not come to, in order of their keys. */
export async function keptDifferences(client: pg.ClientBase): Promise<Proof[]> {
  const found = await client.query<Proof>(
    `select ${PROOF} from tieout.balance_proof where difference <> 0 order by ${BALANCE_KEY}`,
  );
  return found.rows;
}

/** An account in one currency. */
export interface ProvenAccount {
  company: string;
  ledger: string;
  account: string;
  currency: string;
}

/**
 * Each account's balances of its latest period and of the last before anything is wrong, and all that differ: other ones that
 * hold say nothing more.
 */
export async function keptProofs(
  client: pg.ClientBase,
  accounts: readonly (ProvenAccount & {
    /** First period whose balance was refused, '' for none. */ refused: string;
  })[],
): Promise<Proof[]> {
  const found = await client.query<Proof>(
    `select ${PROOF.replaceAll(/\w+/g, 'p.$&')}
       from jsonb_to_recordset($1::jsonb) as r(company text, ledger text, account text, currency text, refused text)
       cross join lateral (
         select p.period from tieout.balance_proof p where p.company = r.company and p.ledger = r.ledger and p.account = r.account and p.currency = r.currency
          order by p.period desc limit 1) last
       cross join lateral (
         select least(min(p.period), nullif(r.refused, '') collate "C") as period from tieout.balance_proof p
          where p.company = r.company and p.ledger = r.ledger and p.account = r.account and p.currency = r.currency and p.difference <> 0) bad
       left join lateral (
         select p.period from tieout.balance_proof p where p.company = r.company and p.ledger = r.ledger and p.account = r.account and p.currency = r.currency
            and p.period < bad.period order by p.period desc limit 1) good on true
       join tieout.balance_proof p on p.company = r.company and p.ledger = r.ledger and p.account = r.account and p.currency = r.currency and p.period in (last.period, good.period)
     union
     select ${PROOF} from tieout.balance_proof where difference <> 0
     order by ${BALANCE_KEY}`,
    [JSON.stringify(accounts)],
  );
  return found.rows;
}

/** All of them, for `verify`. */
export async function allKept(client: pg.ClientBase): Promise<Proof[]> {
  const found = await client.query<Proof>(
    `select ${PROOF} from tieout.balance_proof order by ${BALANCE_KEY}`,
  );
  return found.rows;
}
