// Hands one due posting to a worker: lease, fencing number, database time. SKIP LOCKED lets workers pass each other; the
// fence makes a worker that slept past its lease harmless. A SENDING row whose lease is over becomes UNKNOWN here.
import type pg from 'pg';

import type { Project } from '../../posting/outgoing.ts';
import type { Posting } from '../../posting/posting.ts';
import type { PostingState } from '../../posting/states.ts';
import { appendAudit } from '../audit.ts';
import type { CompanyDays } from './companyDay.ts';
import { dayIn } from './companyDay.ts';
import { IN_WORK } from './stateLists.ts';

export interface ClaimRequest {
  /** ERPs that may be called now. */
  erps: readonly string[];
  worker: string;
  leaseMs: number;
  days: CompanyDays;
  /** Who the worker is since it started: one from before a restore gets nothing. */
  project: Project;
}

interface ClaimedRow {
  posting_key: string;
  posting_reference: string;
  journal_id: string;
  erp: string;
  company: string;
  was: PostingState;
  state: PostingState;
  fence: string;
  sends: number;
  tries: number;
  job_id: string;
  document_id: string;
  since_state_ms: number;
  since_negative_ms: number | null;
  said_absent: boolean;
  why: string;
  /** Null where the state stayed. */
  step: number | null;
}

/** The next due posting, claimed; undefined where nothing is due. A dated reversal waits for its day and its original. */
export async function claimPosting(
  client: pg.ClientBase,
  request: ClaimRequest,
): Promise<Posting | undefined> {
  const claimed = await client.query<ClaimedRow>(
    `with due as (
       select p.posting_key, p.state as was,
              (extract(epoch from now() - p.state_since) * 1000)::float8 as since_state_ms
         from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
        where p.state in ${IN_WORK}
          and p.due_at <= now() and p.erp = any($1)
          and exists (select from tieout.project r where r.project_id = $6 and r.epoch = $7)
          -- What has left is looked for in any case; nothing new leaves while a brake is on.
          and not (p.state in ('APPROVED', 'RETRY_WAIT') and exists (
                select from tieout.brake_on b where b.company = j.company and b.ledger = j.ledger))
          and (p.lease_until is null or p.lease_until < now())
          and (j.reverses is null or (j.posting_date <= ${dayIn('p.company', 4)} and exists (
                select from tieout.posting o where o.journal_id = j.reverses and o.state in ('POSTED', 'CONFIRMED'))))
        order by p.due_at, p.posting_key limit 1 for update of p skip locked),
     claimed as (
       update tieout.posting p set fence = p.fence + 1, worker = $2, lease_until = now() + $3 * interval '1 millisecond', moved_by = 'machine',
              state = case due.was when 'APPROVED' then 'CLAIMED' when 'RETRY_WAIT' then 'CLAIMED' when 'SENDING' then 'UNKNOWN' else due.was end,
              why = case due.was when 'SENDING' then 'its worker went away during the call' else p.why end
         from due where p.posting_key = due.posting_key
       returning p.*, due.was, due.since_state_ms),
     steps as (
       insert into tieout.posting_step (posting_key, step, from_state, to_state, moved_by, actor, fence, why)
       select c.posting_key, coalesce((select max(s.step) from tieout.posting_step s where s.posting_key = c.posting_key), 0) + 1,
              c.was, c.state, 'machine', $2, c.fence, case c.was when 'SENDING' then c.why else 'claimed' end
         from claimed c where c.was <> c.state returning posting_key, step)
     select posting_key, posting_reference, journal_id, erp, company, was, state, fence, sends, tries, job_id, document_id,
            case when was = 'SENDING' then 0 else since_state_ms end as since_state_ms, case was when 'SENDING' then why else 'claimed' end as why,
            (extract(epoch from now() - first_negative_at) * 1000)::float8 as since_negative_ms,
            exists (select from tieout.resolution w where w.posting_key = claimed.posting_key and w.outcome = 'absent' and w.agrees_with is not null
                       and not exists (select from tieout.attempt a where a.posting_key = w.posting_key and a.kind = 'post' and a.started_at > w.at)) as said_absent,
            step
       from claimed left join steps using (posting_key)`,
    [
      request.erps,
      request.worker,
      request.leaseMs,
      [...request.days.keys()],
      [...request.days.values()],
      request.project.id,
      request.project.epoch,
    ],
  );
  const row = claimed.rows[0];
  if (row === undefined) return undefined;
  if (row.was !== row.state) {
    await appendAudit(
      client,
      'postings',
      {
        mover: 'machine',
        actor: request.worker,
        moves: [{ posting: row.posting_reference, from: row.was, to: row.state, why: row.why }],
      },
      { posting: [row.posting_reference], posting_step: [`${row.posting_key} ${row.step}`] },
    );
  }
  return postingOf(row);
}

function postingOf(row: ClaimedRow): Posting {
  return {
    postingKey: row.posting_key,
    postingReference: row.posting_reference,
    journalId: row.journal_id,
    erp: row.erp,
    company: row.company,
    state: row.state,
    fence: row.fence,
    sends: row.sends,
    tries: row.tries,
    sinceNegativeMs: row.since_negative_ms,
    sinceStateMs: row.since_state_ms,
    jobId: row.job_id,
    documentId: row.document_id,
    saidAbsent: row.said_absent,
  };
}
