// What was decided for each event, stored only where it differs from what was decided before: running again adds nothing.
import type pg from 'pg';

export interface StoredVerdict {
  eventSource: string;
  eventId: string;
  company: string;
  verdict: string;
  why: string;
  documents: readonly string[];
  journalId: string | null;
}

export async function insertVerdicts(
  client: pg.ClientBase,
  runId: string,
  verdicts: readonly StoredVerdict[],
): Promise<void> {
  await client.query(
    `insert into tieout.proposal (run_id, event_source, event_id, company, verdict, why, documents, journal_id)
     select $1, v."eventSource", v."eventId", v.company, v.verdict, v.why, v.documents, v."journalId"
       from jsonb_to_recordset($2::jsonb) as v("eventSource" text, "eventId" text, company text, verdict text, why text, documents text[], "journalId" bigint)
       left join lateral (select p.* from tieout.proposal p
                           where p.event_source = v."eventSource" and p.event_id = v."eventId" and p.company = v.company
                           order by p.run_id desc limit 1) last on true
      where (last.verdict, last.why, last.documents, last.journal_id) is distinct from (v.verdict, v.why, v.documents, v."journalId")`,
    [runId, JSON.stringify(verdicts)],
  );
}
