// The rows of a rederivation: what one person proposed, and the second person's word on it. That they are two is the
// database's to say (constraint proposer_is_not_approver).
import type pg from 'pg';

import { appendAudit } from '../../audit.ts';
import { lock } from '../../locks.ts';

export interface Rederivation {
  id: string;
  rulebookHash: string;
  planHash: string;
  proposer: string;
  summary: unknown;
  verdict: 'approved' | 'rejected' | null;
}

const COLUMNS = `r.rederivation_id as id, r.rulebook_hash as "rulebookHash", r.plan_hash as "planHash", r.proposer, r.summary, v.verdict
  from tieout.rederivation r left join tieout.rederivation_verdict v using (rederivation_id)`;

/** The proposal with that number; locked against a second word at the same time. */
export async function findRederivation(client: pg.ClientBase, id: string): Promise<Rederivation | undefined> {
  await lock(client, 'DECISION', `R${id}`);
  const found = await client.query<Rederivation>(`select ${COLUMNS} where r.rederivation_id = $1`, [id]);
  return found.rows[0];
}

/** A proposal of exactly this that still waits. */
export async function waitingRederivation(
  client: pg.ClientBase,
  rulebookHash: string,
  planHash: string,
): Promise<Rederivation | undefined> {
  const found = await client.query<Rederivation>(
    `select ${COLUMNS} where r.rulebook_hash = $1 and r.plan_hash = $2 and v.verdict is null order by r.rederivation_id limit 1`,
    [rulebookHash, planHash],
  );
  return found.rows[0];
}

/** The decision's proposal; what it hashes stands in the decision. */
export async function insertRederivation(
  client: pg.ClientBase,
  { decisionId, summary }: { decisionId: string; summary: unknown },
): Promise<string> {
  const stored = await client.query<{ id: string }>('select tieout.propose_rederivation($1, $2) as id', [
    decisionId,
    JSON.stringify(summary),
  ]);
  const id = stored.rows[0]?.id ?? '';
  await appendAudit(client, 'decisions', { decision: decisionId, rederivation: id }, { rederivation: [id] });
  return id;
}

/** Throws the database's error (class 23) where that person may not. */
export async function insertRederivationVerdict(
  client: pg.ClientBase,
  word: { id: string; verdict: 'approved' | 'rejected'; decisionId: string; batchId: string | null },
): Promise<void> {
  const { id, verdict, decisionId, batchId } = word;
  await client.query('select tieout.judge_rederivation($1, $2)', [decisionId, batchId]);
  const told = { decision: decisionId, rederivation: id, verdict };
  await appendAudit(client, 'decisions', told, { rederivation_verdict: [id] });
}
