// Where postings stand now, with their amount and document, for whoever just sent them: the outcome of a step is not told
// from memory, but as it was stored.
import type pg from 'pg';

export interface SentPosting {
  journal: string;
  erp: string;
  company: string;
  state: string;
  document: string;
  why: string;
  /** Debit total in company currency, decimal text. */
  amount: string;
  currency: string;
}

/** By their keys, in the order of their references. */
export async function sentPostings(
  client: pg.ClientBase | pg.Pool,
  keys: readonly string[],
): Promise<SentPosting[]> {
  const found = await client.query<SentPosting>(
    `select p.posting_reference as journal, p.erp, p.company, p.state, p.document_id as document, p.why, t.amount, t.currency
       from tieout.posting p
       join lateral (select sum(l.company_amount) filter (where l.side = 'debit') as amount, min(l.company_currency) as currency
                       from tieout.journal_line l where l.journal_id = p.journal_id) t on true
      where p.posting_key = any($1) order by 1`,
    [keys],
  );
  return found.rows;
}
