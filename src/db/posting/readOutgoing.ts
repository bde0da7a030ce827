// A stored journal as it leaves: the same value for every attempt, because neither journal nor lines ever change.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import { Fault } from '../../errors.ts';
import { minorUnits } from '../../money/currencies.ts';
import { decimal, fixed } from '../../money/decimal.ts';
import type { OutgoingJournal } from '../../posting/outgoing.ts';

interface HeadRow {
  posting_key: string;
  posting_reference: string;
  company: string;
  ledger: string;
  posting_date: string;
  document_date: string;
  fiscal_year: string;
  period: string;
  text: string;
  reversal_of: string | null;
  reversal_of_document: string | null;
  lines: LineRow[];
}
interface LineRow {
  line: number;
  account: string;
  location: string;
  dimension: string;
  side: 'debit' | 'credit';
  currency: string;
  amount: string;
  company_currency: string;
  company_amount: string;
  reference: string;
  text: string;
}

/** Reads one journal with its lines, amounts at their currency's scale. */
export async function readOutgoing(
  client: pg.ClientBase | pg.Pool,
  journalId: string,
): Promise<OutgoingJournal> {
  const found = await client.query<HeadRow>(
    `select p.posting_key, p.posting_reference, j.company, j.ledger, j.posting_date, j.document_date, j.fiscal_year, j.period, j.text,
            o.posting_reference as reversal_of, o.document_id as reversal_of_document,
            (select json_agg(json_build_object('line', l.line, 'account', l.account, 'location', l.location, 'dimension', l.dimension,
                      'side', l.side, 'currency', l.currency, 'amount', l.amount::text, 'company_currency', l.company_currency,
                      'company_amount', l.company_amount::text, 'reference', l.reference, 'text', l.text) order by l.line)
               from tieout.journal_line l where l.journal_id = j.journal_id) as lines
       from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
       left join tieout.posting o on o.journal_id = j.reverses
      where j.journal_id = $1`,
    [journalId],
  );
  const row = found.rows[0];
  if (row === undefined) throw new Fault(`journal ${journalId} is not there`);
  return {
    postingKey: row.posting_key,
    postingReference: row.posting_reference,
    company: row.company,
    ledger: row.ledger,
    postingDate: isoDate(row.posting_date),
    documentDate: isoDate(row.document_date),
    fiscalYear: row.fiscal_year,
    period: row.period,
    text: row.text,
    reversalOf: row.reversal_of ?? '',
    reversalOfDocument: row.reversal_of_document ?? '',
    lines: row.lines.map((line) => ({
      line: line.line,
      account: line.account,
      location: line.location,
      dimension: line.dimension,
      side: line.side,
      currency: line.currency,
      amount: atScale(line.amount, line.currency),
      companyCurrency: line.company_currency,
      companyAmount: atScale(line.company_amount, line.company_currency),
      reference: line.reference,
      text: line.text,
    })),
  };
}

function atScale(amount: string, currency: string): string {
  const scale = minorUnits(currency);
  if (scale === undefined) throw new Fault(`a journal in the unknown currency ${currency}`);
  return fixed(decimal(amount), scale);
}
