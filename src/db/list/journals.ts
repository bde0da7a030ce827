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
  /** Of its first currency, as `debit` and `credit` are. */
  currency: string;
  debit: string;
  credit: string;
  lines: number;
  /** Of its lines, without repeats. */
  references: string[];
  eventIds: { source: string; id: string }[];
  /** The ERP's number; empty until it is known. */
  document: string;
  revision: number;
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
            t.currency, t.debit, t.credit, t.lines, t.references,
            (select coalesce(json_agg(json_build_object('source', e.event_source, 'id', e.event_id) order by e.event_source, e.event_id), '[]')
               from (select distinct s.event_source, s.event_id from tieout.journal_source s
                 where s.journal_id = j.journal_id and s.event_id is not null) e) as "eventIds",
            p.document_id as document, j.revision, j.run_id as run, j.text, p.why
     from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
     join lateral (select min(first) as currency, count(*)::int as lines,
         coalesce(sum(amount) filter (where side = 'debit' and currency = first), 0) as debit,
         coalesce(sum(amount) filter (where side = 'credit' and currency = first), 0) as credit,
         coalesce(array_agg(distinct reference order by reference) filter (where reference <> ''), '{}') as references
       from (select *, min(currency) over () as first from tieout.journal_line where journal_id = j.journal_id) k) t on true
     where ($1::bigint[] is null or exists (select from tieout.journal_source s where s.journal_id = j.journal_id and s.unit = any($1))) ${chosen}
     order by j.journal_id desc`,
    reference === undefined ? [units] : [units, reference],
    limit,
  );
}
