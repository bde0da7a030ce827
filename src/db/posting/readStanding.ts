// What is known of a journal right before it leaves, in one read: the approved hash, its lines, rule version, people, and
// whether its ledger was read again after a restore.
import type pg from 'pg';

import type { Standing } from '../../posting/holds.ts';
import { readPeriods } from './readProposalFacts.ts';

interface StandingRow {
  company: string;
  ledger: string;
  payload_hash: string;
  by_runs: boolean;
  ended: string;
  without_role: string[];
  unread: string | null;
  restored_at: string | null;
}

/** @param lookLagSeconds how long a document may stay out of the ERP's extracts after it was booked */
export async function readStanding(
  client: pg.ClientBase | pg.Pool,
  journalId: string,
  lookLagSeconds: number,
): Promise<Standing> {
  const found = await client.query<StandingRow>(
    `select j.company, j.ledger, coalesce(a.payload_hash, j.payload_hash) as payload_hash, j.kind in ('missing', 'accrual') as by_runs,
            (select count(*) from tieout.journal_source s join tieout.line_end e on e.unit = s.unit and e.line_id = s.line_id
              where s.journal_id = j.journal_id and s.ended is null) as ended,
            array(select u.name from tieout.app_user u where (u.name = a.approver and (u.role <> 'reviewer' or u.revoked_at is not null))
                     or (u.name = any(j.makers) and u.revoked_at is not null) order by 1)
              || array(select a.approver where a.approver is not null and not exists (select from tieout.app_user u where u.name = a.approver)) as without_role,
            r.restored_at::text as restored_at, r.unread
       from tieout.journal j
       left join tieout.approval a on a.journal_id = j.journal_id and a.verdict = 'approved'
       left join lateral (
         select p.restored_at, min(l.company || '/' || l.ledger) as unread
           from tieout.project p cross join (select distinct company, ledger from tieout.journal where erp = j.erp) l
          where p.restored_at is not null and not exists (
            select from tieout.batch b
             where b.kind = 'ledger' and b.complete and b.refused = '' and b.received_at > p.restored_at
               and b.extracted_at > p.restored_at + $2 * interval '1 second'
               and (b.companies = '{}' or l.company = any(b.companies)) and (b.ledgers = '{}' or l.ledger = any(b.ledgers)))
          group by p.restored_at) r on true
      where j.journal_id = $1`,
    [journalId, lookLagSeconds],
  );
  const row = found.rows[0]!;
  const periods = await readPeriods(client, [row.company]);
  return {
    approvedHash: row.payload_hash,
    proposedByRuns: row.by_runs,
    periods: periods.get(`${row.company}\u001f${row.ledger}`) ?? [],
    endedLines: Number(row.ended),
    withoutRole: row.without_role,
    restored:
      row.unread === null
        ? ''
        : `the database was restored at ${row.restored_at}, and no complete extract of ${row.unread} taken after that was read`,
  };
}
