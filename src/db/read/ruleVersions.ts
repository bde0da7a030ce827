// Versions of the rules that a run or an intake has used, with the second persons' words on them.
import type pg from 'pg';

export interface RuleVersion {
  hash: string;
  firstSeenAt: string;
  firstSeenBy: string;
  approvals: { approver: string; at: string }[];
}

/** Newest first. */
export async function readRuleVersions(client: pg.ClientBase | pg.Pool): Promise<RuleVersion[]> {
  const found = await client.query<RuleVersion>(
    `select v.hash, v.first_seen_at as "firstSeenAt", v.first_seen_by as "firstSeenBy",
            (select coalesce(json_agg(json_build_object('approver', a.approver, 'at', a.at) order by a.at), '[]')
               from tieout.rule_approval a where a.hash = v.hash) as approvals
       from tieout.rulebook_version v order by v.first_seen_at desc, v.hash`,
  );
  return found.rows;
}
