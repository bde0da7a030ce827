// What an approval would let go: journals with their lines and events, for the person who is about to say yes.
import type pg from 'pg';

export interface PreviewedJournal {
  journal: string;
  state: string;
  kind: string;
  company: string;
  ledger: string;
  postingDate: string;
  period: string;
  text: string;
  /** None of them may approve it. */
  makers: string[];
  /** Why it waits. */
  why: string;
  /** Debit total in company currency, decimal text. */
  debit: string;
  currency: string;
  lines: {
    line: number;
    side: 'debit' | 'credit';
    account: string;
    location: string;
    amount: string;
    currency: string;
    reference: string;
  }[];
  /** How many events and other lines are behind it, and the first of their names. */
  sources: number;
  sourceNames: string[];
}

const NAMED = 3;

/**
 * @param journals references or numbers; undefined: every one that waits for approval
 * @param companies undefined: of all
 */
export async function readPreview(
  client: pg.ClientBase | pg.Pool,
  journals: readonly string[] | undefined,
  companies: readonly string[] | undefined,
): Promise<PreviewedJournal[]> {
  const found = await client.query<PreviewedJournal>(
    `select p.posting_reference as journal, p.state, j.kind, j.company, j.ledger, j.posting_date as "postingDate", j.period, j.text, j.makers, p.why,
            k.debit, k.currency, k.lines, coalesce(s.n, 0)::int as sources, coalesce(s.names, '{}') as "sourceNames"
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
       join lateral (
         select sum(company_amount) filter (where side = 'debit') as debit, min(company_currency) as currency,
                json_agg(json_build_object('line', line, 'side', side, 'account', account, 'location', location, 'amount', amount::text,
                                           'currency', currency, 'reference', reference) order by line) as lines
           from tieout.journal_line where journal_id = j.journal_id) k on true
       left join lateral (
         select count(*) as n, (array_agg(name order by name))[1:${NAMED}] as names
           from (select distinct coalesce(nullif(coalesce(x.event_id, l.event_id), ''), nullif(l.document, ''), 'match ' || x.match_id) as name
                   from tieout.journal_source x left join tieout.line l on l.unit = x.unit and l.line_id = x.line_id
                  where x.journal_id = j.journal_id) n) s on true
      where case when $1::text[] is null then p.state = 'AWAITING_APPROVAL'
                 else p.posting_reference = any($1) or p.journal_id::text = any($1) end
        and ($2::text[] is null or j.company = any($2))
      order by j.company, j.kind, p.posting_reference`,
    [journals === undefined ? null : journals.map((id) => id.toUpperCase()), companies ?? null],
  );
  return found.rows;
}
