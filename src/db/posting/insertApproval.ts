// The second person's word. Who the makers are is filled in by the database, which also refuses one of them.
import type pg from 'pg';

import { appendAudit } from '../audit.ts';

/**
 * What the decision says about its journal becomes the approval, or the rejection, of exactly that content. Throws the
 * database's error (constraint `maker_is_not_checker`, class 23) where that person may not.
 */
export async function insertApproval(
  client: pg.ClientBase,
  { decisionId, verdict }: { decisionId: string; verdict: 'approved' | 'rejected' },
): Promise<void> {
  const stored = await client.query<{ id: string }>('select tieout.approve_journal($1) as id', [decisionId]);
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
  const stored = await client.query<{ said: boolean }>('select tieout.approve_rules($1) as said', [
    decisionId,
  ]);
  if (stored.rows[0]?.said !== true) return undefined;
  const told = { decision: decisionId, verdict: 'approved' };
  await appendAudit(client, 'decisions', told, { rule_approval: [`${hash} ${approver}`] });
  const asked = await client.query<{ approved: boolean }>('select tieout.rule_approved($1) as approved', [
    hash,
  ]);
  return asked.rows[0];
}
