// Accounts that are gone from a full extract, found once when it comes in: from what it ended, so that a night without such an
// account reads no line. A change of format (accounts padded with zeros) is the usual cause, and no reason to call a month
// missing.
import type pg from 'pg';

const NOTE_LOST = `
  with ended as materialized (
    select l.company, l.ledger, l.account, l.fiscal_year, l.document,
           coalesce(s.company = l.company and s.ledger = l.ledger and s.account = l.account and s.accounting_date between $2 and $3, false) as stays
      from tieout.line_end e join tieout.line l on l.unit = e.unit and l.line_id = e.line_id
      left join tieout.line s on s.unit = e.successor_unit and s.line_id = e.successor_line
     where e.batch_id = $1 and e.kind in ('vanished', 'corrected') and l.batch_id <> $1 and l.origin = 'ledger' and l.scope <> 'void'
       and l.accounting_date between $2 and $3),
  gone as materialized (
    select company, ledger, account, count(distinct (fiscal_year, document)) as documents from ended group by 1, 2, 3
    having count(distinct (fiscal_year, document)) >= 2 and not bool_or(stays))
  insert into tieout.account_lost (batch_id, company, ledger, account, documents, date_from, date_to)
  select $1, g.company, g.ledger, g.account, g.documents, $2, $3 from gone g
    -- One account after the other, until its first line: an account that lives shows it soon.
    left join lateral (
      select true as lives from tieout.line l
       where l.side = 'L' and l.origin = 'ledger' and l.scope <> 'void' and l.account = g.account and l.company = g.company and l.ledger = g.ledger
         and l.accounting_date between $2 and $3
         and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id) limit 1) a on true
   where a.lives is null
   order by 2, 3, 4`;

/** Notes the accounts of which a full extract of these days has left no line alive. */
export async function noteLostAccounts(
  client: pg.ClientBase,
  batchId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await client.query(NOTE_LOST, [batchId, from, to]);
}

const STILL_LOST = `not exists (select from tieout.account_back k where k.lost_by = x.batch_id and k.company = x.company
  and k.ledger = x.ledger and k.account = x.account`;
const NOTE_BACK = `
  insert into tieout.account_back (lost_by, company, ledger, account, batch_id)
  select x.batch_id, x.company, x.ledger, x.account, $1 from tieout.account_lost x
   where x.batch_id < $1 and ${STILL_LOST}) and exists (
     select from tieout.line_end e
       join tieout.line o on o.unit = e.unit and o.line_id = e.line_id and o.company = x.company and o.ledger = x.ledger and o.account = x.account
       join tieout.line n on n.document = o.document and n.company = o.company and n.ledger = o.ledger and n.fiscal_year = o.fiscal_year
        and n.account = o.account and n.side = 'L' and n.scope <> 'void' and n.batch_id = $1
      where e.batch_id = x.batch_id)`;

/** Notes the lost accounts of which this batch brings a lost document again. */
export async function noteAccountsBack(client: pg.ClientBase, batchId: string): Promise<void> {
  const lost = await client.query(`select from tieout.account_lost x where ${STILL_LOST}) limit 1`);
  if (lost.rowCount !== 0) await client.query(NOTE_BACK, [batchId]);
}

/** An account that a full extract has lost, and that is not back. */
export interface LostAccount {
  company: string;
  ledger: string;
  account: string;
  batchId: string;
  documents: number;
  from: string;
  to: string;
}

/** The accounts that are lost, the first loss of each; of batches up to the horizon, where there is one. */
export async function lostAccounts(
  client: pg.ClientBase | pg.Pool,
  horizon?: string,
): Promise<LostAccount[]> {
  const found = await client.query<LostAccount>(
    `select distinct on (company, ledger, account) company, ledger, account, batch_id as "batchId", documents, date_from as "from", date_to as "to"
       from tieout.account_lost x
      where ($1::bigint is null or x.batch_id <= $1) and ${STILL_LOST}
        and (k.batch_id is null or $1::bigint is null or k.batch_id <= $1))
      order by company, ledger, account, batch_id`,
    [horizon ?? null],
  );
  return found.rows;
}

/** Why nothing is called missing on such an account: the end of a sentence. */
export function lostWords({ account, batchId, documents, from, to }: LostAccount): string {
  return `account ${account} is gone from the full extract of batch ${batchId}, which lacks all of its ${documents} documents dated ${from} to ${to}`;
}
