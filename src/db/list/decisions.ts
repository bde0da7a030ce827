// Who decided what, when and why, newest first; of decisions that wait for a second person, whose word it got.
import type pg from 'pg';
import { type Listed, listed, type Listing } from './listing.ts';

export interface ListedDecision extends pg.QueryResultRow {
  /** `D12`, as `approve` takes it where it waits. */
  decision: string;
  kind: string;
  actor: string;
  subject: string;
  why: string;
  at: string;
  /** Empty: it counted at once. */
  state: '' | 'waiting' | 'approved' | 'rejected';
  second: string;
  content: Record<string, unknown>;
}

export function listDecisions(
  client: pg.ClientBase,
  { limit, since, waiting }: Listing & { since?: string; waiting?: boolean },
): Promise<Listed<ListedDecision>> {
  return listed(
    client,
    `select 'D' || d.decision_id as decision, d.kind, d.actor, d.subject, d.why, d.at,
            case when w.decision_id is null then '' else coalesce(s.verdict, 'waiting') end as state, coalesce(s.actor, '') as second, d.content
     from tieout.decision d left join tieout.waiting_decision w using (decision_id) left join tieout.second_word s on s.decision_id = w.decision_id
     where ($1::date is null or d.at >= $1::date) and (not $2 or (w.decision_id is not null and s.decision_id is null))
     order by d.decision_id desc`,
    [since ?? null, waiting === true],
    limit,
  );
}
