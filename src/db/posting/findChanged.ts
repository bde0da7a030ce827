// Confirmed postings that the ledger no longer shows as they were confirmed. Asked only of documents whose lines arrived,
// ended or were reversed since the last run: the confirmed past is never read again.
import type pg from 'pg';

import { readMoved } from './readMoved.ts';

export interface ChangedPosting {
  postingKey: string;
  fence: string;
  to: 'POSTED_NOT_SEEN' | 'CONFLICT' | 'REVERSED_IN_ERP';
  why: string;
  document: string;
}

/** Of references in $2, up to batch $1. */
const CHANGED = `with held as materialized (
       select p.posting_key, p.posting_reference, p.fence, p.document_id as document, j.journal_id, j.company, j.ledger
         from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
        where p.state = 'CONFIRMED' and p.posting_reference = any($2) order by p.posting_key for update of p),
     live as materialized (
       select h.posting_key, h.journal_id, l.*
         from held h join tieout.line l on l.posting_reference = h.posting_reference and l.posting_reference <> '' and l.side = 'L'
        where l.batch_id <= $1 and l.scope <> 'void'
          and not exists (select from tieout.line_end x where x.unit = l.unit and x.line_id = l.line_id and x.batch_id <= $1)),
     -- A second document of our reference is the ledger's fault, and one entered anew stands in for the first.
     own as materialized (
       select v.* from live v join held h using (posting_key)
        where v.document = h.document or not exists (select from live o where o.posting_key = v.posting_key and o.document = h.document)),
     sums as (
       select posting_key, account, currency, sum(amount) as amount, sum(company_amount) as company_amount,
              count(*) as lines, bool_and(company_amount is not null) as known from own group by 1, 2, 3),
     sent as (
       select h.posting_key, k.account, k.currency, sum(case k.side when 'debit' then k.amount else -k.amount end) as amount,
              sum(case k.side when 'debit' then k.company_amount else -k.company_amount end) as company_amount, bool_or(k.currency <> k.company_currency) as foreign
         from held h join tieout.journal_line k on k.journal_id = h.journal_id group by 1, 2, 3),
     back as (
       select o.posting_key, string_agg(distinct r.document, ', ') as documents
         from (select distinct posting_key, journal_id, document, company, ledger from own) o
         cross join lateral (select * from tieout.line l where l.reversal_of = o.document and l.reversal_of <> '' and l.company = o.company
             and l.ledger = o.ledger and l.side = 'L' and l.batch_id <= $1 and l.scope <> 'void') r
        where not exists (select from tieout.line_end x where x.unit = r.unit and x.line_id = r.line_id and x.batch_id <= $1)
          and not exists (select from tieout.journal a join tieout.posting q on q.journal_id = a.journal_id
                           where a.reverses = o.journal_id and q.posting_reference = r.posting_reference)
        group by o.posting_key)
     select h.posting_key, h.fence, h.document, not exists (select from own o where o.posting_key = h.posting_key) as gone, b.documents as reversed_by,
            case
              when exists (select from own o where o.posting_key = h.posting_key and (o.company, o.ledger) <> (h.company, h.ledger))
                then 'stands in another company or ledger'
              when exists (select from sums s full join sent t using (posting_key, account, currency)
                            where posting_key = h.posting_key and coalesce(s.amount, 0) <> coalesce(t.amount, 0))
                then 'has other accounts or amounts than we sent'
              when exists (select from own o where o.posting_key = h.posting_key and not exists (
                             select from tieout.journal_line k where k.journal_id = h.journal_id and k.account = o.account and k.currency = o.currency
                                and o.location in ('', k.location) and o.dimension in ('', k.dimension)))
                then 'stands at another place than we sent'
              when exists (select from sums s join sent t using (posting_key, account, currency)
                            where posting_key = h.posting_key and t.foreign and s.known and abs(s.company_amount - t.company_amount) > 0.01 * s.lines)
                then 'has other amounts in company currency than we sent'
              when exists (select from own o join tieout.line_end e on e.successor_unit = o.unit and e.successor_line = o.line_id and e.batch_id <= $1
                             join tieout.line was on was.unit = e.unit and was.line_id = e.line_id
                            where o.posting_key = h.posting_key and (was.fiscal_year, was.period) <> (o.fiscal_year, o.period))
                then 'was moved to another period'
            end as off
       from held h left join back b using (posting_key) order by h.posting_key`;

/** @param horizon last batch of the run @param runId the run itself, which is not complete yet */
export async function findChanged(
  client: pg.ClientBase,
  runId: string,
  horizon: string,
): Promise<ChangedPosting[]> {
  const touched = await readMoved(client, runId, horizon);
  if (touched.length === 0) return [];
  const found = await client.query<{
    posting_key: string;
    fence: string;
    document: string;
    gone: boolean;
    reversed_by: string | null;
    off: string | null;
  }>(CHANGED, [horizon, touched]);
  return found.rows.flatMap((row) => {
    const { posting_key: postingKey, fence, document } = row;
    const changed = verdict(row);
    return changed === undefined ? [] : [{ postingKey, fence, document, ...changed }];
  });
}

function verdict(row: {
  document: string;
  gone: boolean;
  reversed_by: string | null;
  off: string | null;
}): Pick<ChangedPosting, 'to' | 'why'> | undefined {
  const { document, gone, reversed_by: reversal, off } = row;
  if (gone) return { to: 'POSTED_NOT_SEEN', why: `document ${document} is not in the ledger any more` };
  if (reversal !== null)
    return {
      to: 'REVERSED_IN_ERP',
      why: `the ledger shows document ${reversal}, which reverses ${document}`,
    };
  return off === null ? undefined : { to: 'CONFLICT', why: `document ${document}, once confirmed, ${off}` };
}
