// Journals as a run's report shows them: those that were proposed by it or still on their way, in the state that they had
// until the next run. Settled ones of earlier runs are left out, and refused ones that were proposed anew: they would grow with
// history. One that a decision proposed has no run of its own and is known by its moment. Read page by page.
import type pg from 'pg';

/** Which journals, and the moment whose states count. */
export interface JournalsAt {
  runId: string;
  /** Database time; null = now. */
  until: string | null;
}

/** A journal with its lines; `why` is what its last move said, after the notes of its proposal. */
export interface StoredJournal {
  journal: string;
  postingReference: string;
  company: string;
  ledger: string;
  state: string;
  rules: string[];
  postingDate: string;
  period: string;
  notes: string[];
  why: string;
  text: string;
  makers: string[];
  approvers: string[];
  document: string;
  events: { source: string; id: string }[];
  lines: {
    line: number;
    side: 'debit' | 'credit';
    account: string;
    location: string;
    dimension: string;
    currency: string;
    amount: string;
    reference: string;
    text: string;
  }[];
}

const PAGE = 500;
const SETTLED = ['CONFIRMED', 'CANCELLED', 'INVALID'];

/** In the order of their numbers. */
export async function* readJournals(client: pg.ClientBase, at: JournalsAt): AsyncGenerator<StoredJournal> {
  const order = await client.query<{ journal_id: string; state: string; why: string }>(
    `select j.journal_id, coalesce(s.to_state, 'DRAFT') as state, coalesce(s.why, '') as why
     from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
     ${stepAt('p')}
     where (case when j.run_id > 0 then j.run_id <= $1 else $2::timestamptz is null or j.proposed_at < $2 end)
       and not (s.to_state = 'REJECTED' and j.run_id < $1 and exists (
             select from tieout.journal n where n.subject = j.subject and n.revision > j.revision and n.run_id <= $1))
       and (coalesce(s.to_state, 'DRAFT') <> all($3) or j.run_id = $1 or p.confirmed_run = $1)
     order by j.journal_id`,
    [at.runId, at.until, SETTLED],
  );
  for (let i = 0; i < order.rows.length; i += PAGE) {
    const page = order.rows.slice(i, i + PAGE);
    const found = await readPage(
      client,
      page.map((row) => row.journal_id),
      at,
    );
    const states = new Map(page.map((row) => [row.journal_id, row]));
    for (const journal of found) {
      const { state = 'DRAFT', why = '' } = states.get(journal.journal) ?? {};
      yield { ...journal, state, why };
    }
  }
}

/** The last move of posting `p` before `$2` that no run after `$1` made. */
export function stepAt(p: string): string {
  return `left join lateral (select s.to_state, s.why, s.evidence from tieout.posting_step s where s.posting_key = ${p}.posting_key
    and ($2::timestamptz is null or s.at < $2) and not (s.moved_by = 'run' and s.actor ~ '^run [0-9]+$' and substr(s.actor, 5)::bigint > $1)
    order by s.step desc limit 1) s on true`;
}

async function readPage(
  client: pg.ClientBase,
  ids: readonly string[],
  { until }: JournalsAt,
): Promise<Omit<StoredJournal, 'state' | 'why'>[]> {
  const found = await client.query<Omit<StoredJournal, 'state' | 'why'>>(
    `select j.journal_id as journal, p.posting_reference as "postingReference", j.company, j.ledger, j.rules, j.posting_date as "postingDate",
            j.period, j.notes, j.text, j.makers, p.document_id as document,
            array(select distinct a.approver from tieout.approval a where a.journal_id = j.journal_id and a.verdict = 'approved'
                   and ($2::timestamptz is null or a.at < $2) order by 1) as approvers,
            (select coalesce(json_agg(json_build_object('source', e.event_source, 'id', e.event_id) order by e.event_source, e.event_id), '[]') from (
               select distinct event_source, event_id from tieout.journal_source s where s.journal_id = j.journal_id and s.event_id is not null) e) as events,
            (select json_agg(json_build_object('line', l.line, 'side', l.side, 'account', l.account, 'location', l.location, 'dimension', l.dimension,
               'currency', l.currency, 'amount', l.amount::text, 'reference', l.reference, 'text', l.text) order by l.line)
             from tieout.journal_line l where l.journal_id = j.journal_id) as lines
     from unnest($1::bigint[]) with ordinality as w(id, place)
     join tieout.journal j on j.journal_id = w.id join tieout.posting p on p.journal_id = j.journal_id order by w.place`,
    [ids, until],
  );
  return found.rows;
}
