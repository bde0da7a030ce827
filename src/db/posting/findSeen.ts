// What the ledger says about our postings: documents that carry a posting's reference, with whether their amounts are
// the journal's; and complete later extracts that do not hold them.
import type pg from 'pg';

import type { PostingState } from '../../posting/states.ts';
import { counts } from '../withdrawn.ts';

export interface SeenPosting {
  postingKey: string;
  postingReference: string;
  state: PostingState;
  fence: string;
  documents: string[];
  /** One document, in the journal's company, ledger and places, with its net amounts on every account and currency. */
  same: boolean;
  /** What a document is apart from the net amounts, in words; '' for nothing. */
  off: string;
  /** Companies and ledgers other than the journal's where a document of it stands. */
  elsewhere: string[];
}

const SEEN = `with waiting as materialized (
       select p.posting_key, p.posting_reference, p.state, p.fence, p.journal_id from tieout.posting p
        where p.state in ('POSTED', 'POSTED_NOT_SEEN', 'SENT', 'UNKNOWN', 'RETRY_WAIT', 'NEEDS_HUMAN')
        order by p.posting_key for update of p),
     seen as (
       select w.posting_key, l.document, l.account, l.currency, l.company, l.ledger, l.fiscal_year, sum(l.amount) as amount
         from waiting w join tieout.line l on l.posting_reference = w.posting_reference and l.posting_reference <> '' and l.side = 'L'
        where l.batch_id <= $1 and l.scope <> 'void'
          and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= $1)
        group by w.posting_key, l.document, l.account, l.currency, l.company, l.ledger, l.fiscal_year),
     sent as (
       select w.posting_key, k.account, k.currency, sum(case k.side when 'debit' then k.amount else -k.amount end) as amount
         from waiting w join tieout.journal_line k on k.journal_id = w.journal_id
        where w.posting_key in (select posting_key from seen)
        group by w.posting_key, k.account, k.currency),
     live as (
       select w.posting_key, w.journal_id, l.account, l.currency, l.location, l.dimension, l.company_amount
         from waiting w join tieout.line l on l.posting_reference = w.posting_reference and l.posting_reference <> '' and l.side = 'L'
        where l.batch_id <= $1 and l.scope <> 'void'
          and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= $1)),
     misplaced as (
       select v.posting_key from live v where not exists (
         select from tieout.journal_line k where k.journal_id = v.journal_id and k.account = v.account and k.currency = v.currency
            and v.location in ('', k.location) and v.dimension in ('', k.dimension))),
     -- Rounded line by line: a cent each.
     revalued as (
       select a.posting_key
         from (select posting_key, journal_id, account, currency, sum(company_amount) as amount, count(*) as lines from live
                group by 1, 2, 3, 4 having bool_and(company_amount is not null)) a
        where abs(a.amount - (select sum(case k.side when 'debit' then k.company_amount else -k.company_amount end) from tieout.journal_line k
                               where k.journal_id = a.journal_id and k.account = a.account and k.currency = a.currency and k.currency <> k.company_currency)) > 0.01 * a.lines),
     off as (
       select coalesce(a.posting_key, b.posting_key) as posting_key
         from (select posting_key, account, currency, sum(amount) as amount from seen group by 1, 2, 3) a
         full join sent b on b.posting_key = a.posting_key and b.account = a.account and b.currency = a.currency
        where coalesce(a.amount, 0) <> coalesce(b.amount, 0))
     select w.posting_key, w.posting_reference, w.state, w.fence, d.documents, d.elsewhere,
            d.count = 1 and cardinality(d.elsewhere) = 0 and not exists (select from off where off.posting_key = w.posting_key)
              and w.posting_key not in (select posting_key from misplaced) and w.posting_key not in (select posting_key from revalued) as same,
            case when exists (select from off where off.posting_key = w.posting_key) then 'has other accounts or amounts than we sent'
                 when w.posting_key in (select posting_key from misplaced) then 'stands at another place than we sent'
                 when w.posting_key in (select posting_key from revalued) then 'has other amounts in company currency than we sent' end as off
       from waiting w
       join (select s.posting_key, array_agg(distinct s.document order by s.document) as documents, count(distinct (s.company, s.fiscal_year, s.document)) as count,
                    coalesce(array_agg(distinct s.company || '/' || s.ledger) filter (where (s.company, s.ledger) <> (j.company, j.ledger)), '{}') as elsewhere
               from seen s join waiting w using (posting_key) join tieout.journal j on j.journal_id = w.journal_id group by s.posting_key) d
         on d.posting_key = w.posting_key
      order by w.posting_reference`;

/** Postings whose reference is on live ledger lines up to the horizon and that are not CONFIRMED yet. */
export async function findSeen(client: pg.ClientBase, horizon: string): Promise<SeenPosting[]> {
  const found = await client.query<{
    posting_key: string;
    posting_reference: string;
    state: PostingState;
    fence: string;
    documents: string[];
    same: boolean;
    off: string | null;
    elsewhere: string[];
  }>(SEEN, [horizon]);
  return found.rows.map((row) => ({
    postingKey: row.posting_key,
    postingReference: row.posting_reference,
    state: row.state,
    fence: row.fence,
    documents: row.documents,
    same: row.same,
    off: row.off ?? '',
    elsewhere: row.elsewhere,
  }));
}

export interface NotSeenPosting {
  postingKey: string;
  fence: string;
  extract: string;
}

/** POSTED postings that a complete extract, taken after they were posted and over their dates and accounts, does not hold. */
export async function findNotSeen(client: pg.ClientBase, horizon: string): Promise<NotSeenPosting[]> {
  const found = await client.query<{ posting_key: string; fence: string; extract: string }>(
    `select p.posting_key, p.fence, b.path as extract
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
       cross join lateral (
         select b.path from tieout.batch b
          where b.kind = 'ledger' and b.complete and b.refused = '' and ${counts('b')} and b.batch_id <= $1 and b.extracted_at > p.state_since
            and (b.companies = '{}' or j.company = any(b.companies)) and (b.ledgers = '{}' or j.ledger = any(b.ledgers))
            and (b.date_from is null or b.date_from <= j.posting_date) and (b.date_to is null or b.date_to >= j.posting_date)
            and not exists (select from tieout.journal_line k where k.journal_id = j.journal_id
                             and ((b.accounts <> '{}' and k.account <> all(b.accounts)) or k.account = any(b.refused_accounts)))
          -- By the index of moments: in order of batches, each posting read all extracts of the past.
          order by b.extracted_at, b.batch_id limit 1) b
      where p.state = 'POSTED'
        and not exists (select from tieout.line l where l.posting_reference = p.posting_reference and l.posting_reference <> '' and l.side = 'L' and l.batch_id <= $1
                          and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= $1))
      order by p.posting_key`,
    [horizon],
  );
  return found.rows.map((row) => ({ postingKey: row.posting_key, fence: row.fence, extract: row.extract }));
}
