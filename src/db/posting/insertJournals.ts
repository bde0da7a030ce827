// Stores journals with their lines, sources, totals and postings (state DRAFT), many in one statement each. The unique
// indexes of journal_source refuse a line that is in a live journal already; then nothing of the transaction stays.
import type pg from 'pg';

import type { Draft } from '../../posting/draft.ts';
import { accountTotals } from '../../posting/limits.ts';

/** A draft with its names. */
export interface NamedDraft {
  draft: Draft;
  journalId: string;
  subject: string;
  revision: number;
  postingKey: string;
  postingReference: string;
  payloadHash: string;
  makers: readonly string[];
  /** Resolved `reverses`. */
  reverses: string | null;
}

const AT_ONCE = 500;

/** Draws `count` journal ids. */
export async function drawJournalIds(client: pg.ClientBase, count: number): Promise<string[]> {
  const drawn = await client.query<{ id: string }>(
    `select nextval('tieout.journal_id') as id from generate_series(1, $1)`,
    [count],
  );
  return drawn.rows.map((row) => row.id);
}

export async function insertJournals(
  client: pg.ClientBase,
  runId: string,
  rulebookHash: string,
  drafts: readonly NamedDraft[],
): Promise<void> {
  for (let from = 0; from < drafts.length; from += AT_ONCE) {
    await insertSome(client, runId, rulebookHash, drafts.slice(from, from + AT_ONCE));
  }
}

async function insertSome(
  client: pg.ClientBase,
  runId: string,
  rulebookHash: string,
  drafts: readonly NamedDraft[],
): Promise<void> {
  const rows = JSON.stringify(
    drafts.map((named) => ({ ...named, draft: { ...named.draft, lines: [], sources: [] } })),
  );
  await client.query(
    `insert into tieout.journal (journal_id, subject, revision, kind, erp, company, ledger, posting_date, document_date, fiscal_year, period,
       text, reverses, grouping, mode, rules, rulebook_hash, run_id, decision_id, makers, payload_hash, notes)
     select (r->>'journalId')::bigint, r->>'subject', (r->>'revision')::int, d->>'kind', d->>'erp', d->>'company', d->>'ledger',
            (d->>'postingDate')::date, (d->>'documentDate')::date, d->>'fiscalYear', d->>'period', d->>'text', (r->>'reverses')::bigint,
            d->>'grouping', d->>'mode', array(select jsonb_array_elements_text(d->'rules')), $2, $3, (d->>'decisionId')::bigint,
            array(select jsonb_array_elements_text(r->'makers')), r->>'payloadHash', array(select jsonb_array_elements_text(d->'notes'))
       from jsonb_array_elements($1::jsonb) as r cross join lateral (select r->'draft') as x(d)
      order by (r->>'journalId')::bigint`,
    [rows, rulebookHash, runId],
  );
  await client.query(
    `insert into tieout.journal_line (journal_id, line, side, account, location, dimension, currency, amount, company_currency, company_amount, reference, text, clears)
     select "journalId", line, side, account, location, dimension, currency, amount, "companyCurrency", "companyAmount", reference, text, clears
       from jsonb_to_recordset($1::jsonb) as l("journalId" bigint, line int, side text, account text, location text, dimension text, currency text,
            amount numeric, "companyCurrency" text, "companyAmount" numeric, reference text, text text, clears boolean)`,
    [
      JSON.stringify(
        drafts.flatMap(({ journalId, draft }) => draft.lines.map((line) => ({ ...line, journalId }))),
      ),
    ],
  );
  await client.query(
    `insert into tieout.journal_source (journal_id, journal_line, unit, line_id, match_id, external_key, amount, event_source, event_id)
     select "journalId", "journalLine", unit, "lineId", "matchId", "externalKey", amount, "eventSource", "eventId"
       from jsonb_to_recordset($1::jsonb) as s("journalId" bigint, "journalLine" int, unit bigint, "lineId" bigint, "matchId" bigint,
            "externalKey" text, amount numeric, "eventSource" text, "eventId" text)`,
    [
      JSON.stringify(
        drafts.flatMap(({ journalId, draft }) => draft.sources.map((source) => ({ ...source, journalId }))),
      ),
    ],
  );
  const totals = drafts.flatMap(({ journalId, draft }) =>
    accountTotals(draft.lines).map(({ account, amount }) => ({
      journalId,
      account,
      amount: amount.toFixed(),
    })),
  );
  await client.query(
    `insert into tieout.journal_total (journal_id, company, account, posting_date, fiscal_year, period, amount)
     select j.journal_id, j.company, t.account, j.posting_date, j.fiscal_year, j.period, t.amount
       from jsonb_to_recordset($1::jsonb) as t("journalId" bigint, account text, amount numeric)
       join tieout.journal j on j.journal_id = t."journalId"`,
    [JSON.stringify(totals)],
  );
  await client.query(
    `insert into tieout.posting (posting_key, posting_reference, journal_id, erp, company, payload_hash)
     select r->>'postingKey', r->>'postingReference', j.journal_id, j.erp, j.company, j.payload_hash
       from jsonb_array_elements($1::jsonb) as r join tieout.journal j on j.journal_id = (r->>'journalId')::bigint`,
    [rows],
  );
}
