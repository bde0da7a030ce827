// Journals that wait for the second person's word.
import type pg from 'pg';

export interface AwaitingJournal {
  postingReference: string;
  company: string;
  text: string;
  /** Debit total in company currency, decimal text. */
  amount: string;
  currency: string;
}

/** In the order of their references, so that who works through the list gets the same one twice. */
export async function listAwaiting(client: pg.ClientBase | pg.Pool): Promise<AwaitingJournal[]> {
  const found = await client.query<{
    posting_reference: string;
    company: string;
    text: string;
    amount: string;
    currency: string;
  }>(
    `select p.posting_reference, p.company, j.text,
            sum(l.company_amount) filter (where l.side = 'debit') as amount, min(l.company_currency) as currency
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id join tieout.journal_line l on l.journal_id = j.journal_id
      where p.state = 'AWAITING_APPROVAL'
      group by p.posting_key, j.journal_id order by p.posting_reference`,
  );
  return found.rows.map(({ posting_reference: postingReference, ...row }) => ({ postingReference, ...row }));
}
