// What the sending machine would take up, for a look before it does.
import type pg from 'pg';

export interface ApprovedJournal {
  postingReference: string;
  journalId: string;
  erp: string;
  company: string;
  ledger: string;
  state: string;
  text: string;
  postingDate: string;
  /** Debit total in company currency, decimal text. */
  amount: string;
  currency: string;
}

/** Journals that would be sent, in the order in which they would be claimed. */
export async function listApproved(
  client: pg.ClientBase | pg.Pool,
  erps: readonly string[],
): Promise<ApprovedJournal[]> {
  const found = await client.query<{
    posting_reference: string;
    journal_id: string;
    erp: string;
    company: string;
    ledger: string;
    state: string;
    text: string;
    posting_date: string;
    amount: string;
    currency: string;
  }>(
    `select p.posting_reference, p.journal_id, p.erp, p.company, j.ledger, p.state, j.text, j.posting_date,
            sum(l.company_amount) filter (where l.side = 'debit') as amount, min(l.company_currency) as currency
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id join tieout.journal_line l on l.journal_id = j.journal_id
      where p.state in ('APPROVED', 'RETRY_WAIT') and p.erp = any($1)
      group by p.posting_key, j.journal_id order by p.due_at, p.posting_key`,
    [erps],
  );
  return found.rows.map((row) => ({
    postingReference: row.posting_reference,
    journalId: row.journal_id,
    erp: row.erp,
    company: row.company,
    ledger: row.ledger,
    state: row.state,
    text: row.text,
    postingDate: row.posting_date,
    amount: row.amount,
    currency: row.currency,
  }));
}
