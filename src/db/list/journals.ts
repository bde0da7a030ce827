// Journals, newest first, with the state of their posting and what each needs next.
import type pg from 'pg';
import { type Listed, listed, type Listing, SOURCES } from './listing.ts';

export interface ListedJournal extends pg.QueryResultRow {
  journal: string;
  postingReference: string;
  state: string;
  kind: string;
  company: string;
  ledger: string;
  erp: string;
  postingDate: string;
  /** Sum of debits of its first currency. */
  amount: string;
  currency: string;
  lines: number;
  events: number;
  references: string;
  document: string;
  run: string;
  text: string;
  why: string;
}

export function listJournals(
  client: pg.ClientBase,
  { units, reference, limit }: Listing & { units: readonly string[] | null },
): Promise<Listed<ListedJournal>> {
  const chosen =
    reference === undefined
      ? ''
      : `and (p.posting_reference = upper($2::text) or p.document_id = $2::text
           or j.journal_id in (select k.journal_id from tieout.journal_line k where k.reference = $2::text)
           or j.journal_id in (select s.journal_id from (${SOURCES}) o join tieout.journal_source s on s.event_source = o.source and s.event_id = $2::text))`;
  return listed(
    client,
    `select j.journal_id as journal, p.posting_reference as "postingReference", p.state, j.kind, j.company, j.ledger, j.erp, j.posting_date as "postingDate",
            t.amount, t.currency, t.lines, (select count(distinct (s.event_source, s.event_id))::int from tieout.journal_source s
              where s.journal_id = j.journal_id and s.event_id is not null) as events,
            t.references, p.document_id as document, j.run_id as run, j.text, p.why
     from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
     join lateral (select min(currency) as currency, count(*)::int as lines,
         coalesce(sum(amount) filter (where side = 'debit' and currency = (select min(currency) from tieout.journal_line where journal_id = j.journal_id)), 0) as amount,
         coalesce(string_agg(distinct nullif(reference, ''), ', '), '') as references
       from tieout.journal_line where journal_id = j.journal_id) t on true
     where ($1::bigint[] is null or exists (select from tieout.journal_source s where s.journal_id = j.journal_id and s.unit = any($1))) ${chosen}
     order by j.journal_id desc`,
    reference === undefined ? [units] : [units, reference],
    limit,
  );
}
