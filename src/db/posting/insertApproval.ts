// The second person's word. Who the makers are is filled in by the database, which also refuses one of them.
import type pg from 'pg';

import { appendAudit } from '../audit.ts';

export interface Approval {
  journalId: string;
  payloadHash: string;
  verdict: 'approved' | 'rejected';
  approver: string;
  decisionId: string;
}

/** Throws the database's error (constraint `maker_is_not_checker`, class 23) where that person may not. */
export async function insertApproval(client: pg.ClientBase, approval: Approval): Promise<void> {
  const { journalId, payloadHash, verdict, approver, decisionId } = approval;
  const stored = await client.query<{ id: string }>(
    `insert into tieout.approval (approval_id, journal_id, payload_hash, verdict, approver, decision_id)
     values (nextval('tieout.approval_id'), $1, $2, $3, $4, $5) returning approval_id as id`,
    [journalId, payloadHash, verdict, approver, decisionId],
  );
  const ids = stored.rows.map(({ id }) => id);
  await appendAudit(client, 'decisions', { decision: decisionId, verdict }, { approval: ids });
}

/** The second person's word on a rule version. Refused where they brought it in (class 23); undefined where they have said it. */
export async function insertRuleApproval(
  client: pg.ClientBase,
  hash: string,
  approver: string,
  decisionId: string,
): Promise<{ approved: boolean } | undefined> {
  const stored = await client.query(
    `insert into tieout.rule_approval (hash, approver, decision_id)
     select v.hash, $2, $3 from tieout.rulebook_version v where v.hash = $1 on conflict do nothing`,
    [hash, approver, decisionId],
  );
  if (stored.rowCount !== 1) return undefined;
  const told = { decision: decisionId, verdict: 'approved' };
  await appendAudit(client, 'decisions', told, { rule_approval: [`${hash} ${approver}`] });
  const asked = await client.query<{ approved: boolean }>('select tieout.rule_approved($1) as approved', [
    hash,
  ]);
  return asked.rows[0];
}
