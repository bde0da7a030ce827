// A journal from proposal to the ledger: what it books and for which events, every state with its reason, the words of
// persons, every attempt and what became of it, and where its reference was seen.
import type pg from 'pg';

export interface JournalStory {
  journal: string;
  postingReference: string;
  state: string;
  stateSince: string;
  kind: string;
  revision: number;
  erp: string;
  company: string;
  ledger: string;
  postingDate: string;
  period: string;
  text: string;
  mode: string;
  rules: string[];
  rulebookHash: string;
  run: string;
  makers: string[];
  notes: string[];
  payloadHash: string;
  reverses: string | null;
  document: string;
  confirmedRun: string | null;
  proposedAt: string;
  lines: {
    line: number;
    side: 'debit' | 'credit';
    account: string;
    location: string;
    dimension: string;
    currency: string;
    amount: string;
    reference: string;
  }[];
  events: { source: string; id: string; lines: number; ended: string | null }[];
  steps: { from: string; to: string; by: string; actor: string; why: string; at: string }[];
  approvals: { verdict: string; approver: string; why: string; at: string }[];
  resolutions: {
    outcome: string;
    actor: string;
    why: string;
    evidence: string;
    second: boolean;
    at: string;
  }[];
  attempts: {
    number: number;
    kind: string;
    worker: string;
    startedAt: string;
    outcome: string | null;
    detail: Record<string, unknown> | null;
    endedAt: string | null;
  }[];
}

export async function journalStory(client: pg.ClientBase, id: string): Promise<JournalStory | undefined> {
  const found = await client.query<JournalStory>(
    `select j.journal_id as journal, p.posting_reference as "postingReference", p.state, p.state_since as "stateSince", j.kind, j.revision, j.erp, j.company,
            j.ledger, j.posting_date as "postingDate", j.period, j.text, j.mode, j.rules, j.rulebook_hash as "rulebookHash", j.run_id as run, j.makers, j.notes,
            j.payload_hash as "payloadHash", j.reverses, p.document_id as document, p.confirmed_run as "confirmedRun", j.proposed_at as "proposedAt",
       (select json_agg(l order by l.line) from (select line, side, account, location, dimension, currency, amount::text, reference
          from tieout.journal_line where journal_id = j.journal_id) l) as lines,
       (select coalesce(json_agg(e order by e.source, e.id), '[]') from (select event_source as source, event_id as id, count(*) as lines, min(ended) as ended
          from tieout.journal_source where journal_id = j.journal_id and event_id is not null group by 1, 2) e) as events,
       (select coalesce(json_agg(s order by s.step), '[]') from (select step, from_state as "from", to_state as "to", moved_by as by, actor, why, at
          from tieout.posting_step where posting_key = p.posting_key) s) as steps,
       (select coalesce(json_agg(a order by a.at), '[]') from (select a.verdict, a.approver, d.why, a.at from tieout.approval a
          join tieout.decision d on d.decision_id = a.decision_id where a.journal_id = j.journal_id) a) as approvals,
       (select coalesce(json_agg(r order by r.at), '[]') from (select outcome, actor, why, evidence, agrees_with is not null as second, at
          from tieout.resolution where posting_key = p.posting_key) r) as resolutions,
       (select coalesce(json_agg(a order by a.number), '[]') from (select a.number, a.kind, a.worker, a.started_at as "startedAt", o.outcome, o.detail, o.ended_at as "endedAt"
          from tieout.attempt a left join tieout.attempt_outcome o on o.posting_key = a.posting_key and o.number = a.number
          where a.posting_key = p.posting_key) a) as attempts
     from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id where j.journal_id = $1::bigint`,
    [id],
  );
  return found.rows[0];
}

export interface JournalAbout {
  journal: string;
  postingReference: string;
  state: string;
  why: string;
  ended: string | null;
}

/** Our journals that stand in the ledger under these posting references, the first one first. */
export async function journalsNamed(
  client: pg.ClientBase,
  postingReferences: readonly string[],
): Promise<JournalAbout[]> {
  const found = await client.query<JournalAbout>(
    `select journal_id as journal, posting_reference as "postingReference", state, why, null as ended
     from tieout.posting where posting_reference = any($1::text[]) order by journal_id`,
    [postingReferences],
  );
  return found.rows;
}

/** Journals that hold a line, an event or the lines of an exception, the first one first. */
export async function journalsAbout(
  client: pg.ClientBase,
  about: { unit: string; line: string } | { source: string; id: string },
): Promise<JournalAbout[]> {
  const [where, values] =
    'unit' in about
      ? ['s.unit = $1 and s.line_id = $2', [about.unit, about.line]]
      : ['s.event_source = $1 and s.event_id = $2', [about.source, about.id]];
  const found = await client.query<JournalAbout>(
    `select j.journal_id as journal, p.posting_reference as "postingReference", p.state, p.why, max(s.ended) as ended from tieout.journal_source s
     join tieout.journal j on j.journal_id = s.journal_id join tieout.posting p on p.journal_id = j.journal_id
     where ${where} group by 1, 2, 3, 4 order by j.journal_id`,
    values,
  );
  return found.rows;
}
