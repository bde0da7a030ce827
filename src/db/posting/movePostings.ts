// The one statement that changes a posting's state: `where state = from and fence = f`, its step beside it, and the audit
// row in the same transaction. Any number at once, because a run proposes thousands; a single one is a list of one.
import type pg from 'pg';

import type { Move } from '../../posting/posting.ts';
import type { Mover, PostingState } from '../../posting/states.ts';
import { appendAudit } from '../audit.ts';

/** A move of one posting. Without `to` only its due time and counters change. */
export interface PostingMove extends Move {
  postingKey: string;
  from: PostingState;
  fence: string;
  /** Takes the claim away from a worker that may still hold it. */
  bumpFence?: boolean;
}

export interface MovedBy {
  mover: Mover;
  /** Worker, person, or run. */
  actor: string;
  runId?: string;
}

/**
 * Moves postings and ends their claims. A posting that is no longer in `from`, or whose fencing number grew, is left out.
 * @returns the keys that were moved
 */
export async function movePostings(
  client: pg.ClientBase,
  moves: readonly PostingMove[],
  by: MovedBy,
): Promise<ReadonlySet<string>> {
  if (moves.length === 0) return new Set();
  const wanted = moves.map((move) => ({
    posting_key: move.postingKey,
    from_state: move.from,
    to_state: move.to ?? move.from,
    fence: move.fence,
    bump: move.bumpFence === true ? 1 : 0,
    why: move.why,
    code: move.code ?? '',
    document_id: move.documentId ?? '',
    job_id: move.jobId ?? '',
    due_in_ms: move.dueInMs ?? 0,
    tries: move.tries ?? null,
    not_sent: move.notSent === true ? 1 : 0,
    fresh: move.freshSends === true,
    negative: move.negativeLook === true,
    evidence: move.evidence ?? {},
  }));
  const moved = await client.query<{
    posting_key: string;
    posting_reference: string;
    was: string;
    state: string;
    step: number | null;
  }>(
    `with wanted as (
       select * from jsonb_to_recordset($1::jsonb) as w(posting_key text, from_state text, to_state text, fence bigint, bump int,
         why text, code text, document_id text, job_id text, due_in_ms float8, tries int, not_sent int, fresh boolean, negative boolean, evidence jsonb)),
     moved as (
       update tieout.posting p set
         state = w.to_state, moved_by = $2, why = w.why, code = w.code,
         fence = p.fence + w.bump, lease_until = null, worker = case when $2 = 'machine' then p.worker else '' end,
         due_at = clock_timestamp() + w.due_in_ms * interval '1 millisecond',
         document_id = case when w.document_id <> '' then w.document_id else p.document_id end,
         job_id = case when w.job_id <> '' then w.job_id else p.job_id end,
         tries = coalesce(w.tries, p.tries), sends = case when w.fresh then 0 else p.sends - w.not_sent end,
         negative_looks = p.negative_looks + w.negative::int,
         first_negative_at = case when w.negative then coalesce(p.first_negative_at, clock_timestamp()) else p.first_negative_at end,
         confirmed_run = case when w.to_state = 'CONFIRMED' then $4 else p.confirmed_run end
       from wanted w
       where p.posting_key = w.posting_key and p.state = w.from_state and p.fence = w.fence
       returning p.posting_key, p.posting_reference, w.from_state as was, p.state, p.fence, w.why, w.evidence),
     steps as (
       insert into tieout.posting_step (posting_key, step, from_state, to_state, moved_by, actor, fence, why, evidence)
       select m.posting_key, coalesce((select max(s.step) from tieout.posting_step s where s.posting_key = m.posting_key), 0) + 1,
              m.was, m.state, $2, $3, m.fence, m.why, m.evidence
         from moved m where m.was <> m.state returning posting_key, step)
     select posting_key, posting_reference, was, state, step from moved left join steps using (posting_key) order by posting_reference`,
    [JSON.stringify(wanted), by.mover, by.actor, by.runId ?? null],
  );
  await auditMoves(client, moved.rows, moves, by);
  return new Set(moved.rows.map((row) => row.posting_key));
}

interface MovedRow {
  posting_key: string;
  posting_reference: string;
  was: string;
  state: string;
  /** Null where the state stayed. */
  step: number | null;
}

async function auditMoves(
  client: pg.ClientBase,
  rows: readonly MovedRow[],
  moves: readonly PostingMove[],
  { mover, actor }: MovedBy,
): Promise<void> {
  const why = new Map(moves.map((move) => [move.postingKey, move.why]));
  const changed = rows
    .filter((row) => row.was !== row.state)
    .map((row) => ({
      posting: row.posting_reference,
      from: row.was,
      to: row.state,
      why: why.get(row.posting_key) ?? '',
    }));
  // A document or job that became known without a change of state is told of, too.
  const named = new Set(moves.filter((m) => m.documentId || m.jobId).map((m) => m.postingKey));
  const told = rows.filter((row) => row.was !== row.state || named.has(row.posting_key));
  if (told.length === 0) return;
  const steps = rows.flatMap((row) => (row.step === null ? [] : [`${row.posting_key} ${row.step}`]));
  await appendAudit(
    client,
    'postings',
    { mover, actor, moves: changed },
    {
      posting: told.map((row) => row.posting_reference),
      posting_step: steps,
    },
  );
}
