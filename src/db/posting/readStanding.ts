// What is known of a journal right before it leaves: the approved hash, its lines, rule version, people, and whether its
// ledger was read again after a restore.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import type { Standing } from '../../posting/holds.ts';
import { isInForce } from '../../rulebook/inForce.ts';
import { readPeriods } from './readProposalFacts.ts';
import { counts } from '../withdrawn.ts';

interface StandingRow {
  company: string;
  ledger: string;
  payload_hash: string;
  by_runs: boolean;
  ended: string;
  without_role: string[];
  restored: string | null;
}

// Another ledger of the same ERP that was not read again; else its own days and accounts, of which no extract tells. A release
// lets go of both.
const RESTORED = `coalesce(
  (select min(b.company || '/' || b.ledger || ' is of the same ERP: ' || b.why) from tieout.brake_on b
    where b.kind = 'restored' and exists (select from tieout.journal o where o.erp = j.erp and o.company = b.company and o.ledger = b.ledger)),
  (select 'the database was restored, and no complete extract read since and taken after ' || to_char(p.extract_after at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
          || ' UTC has its day and accounts'
     from tieout.project p
    where p.restored_at is not null
      and not exists (select from tieout.brake_release r where r.company = j.company and r.ledger = j.ledger and r.upto >= p.brake_id)
      and not exists (
        select from tieout.batch b
         where b.kind = 'ledger' and b.complete and b.refused = '' and ${counts('b')} and b.received_at > p.restored_at and b.extracted_at > p.extract_after
           and (b.companies = '{}' or j.company = any(b.companies)) and (b.ledgers = '{}' or j.ledger = any(b.ledgers))
           and (b.date_from is null or b.date_from <= j.posting_date) and (b.date_to is null or b.date_to >= j.posting_date)
           and not exists (select from tieout.journal_line k where k.journal_id = j.journal_id
                            and ((b.accounts <> '{}' and k.account <> all(b.accounts)) or k.account = any(b.refused_accounts))))))`;

/** Of the journal with that number. */
export async function readStanding(client: pg.ClientBase | pg.Pool, journalId: string): Promise<Standing> {
  const found = await client.query<StandingRow>(
    `select j.company, j.ledger, coalesce(a.payload_hash, j.payload_hash) as payload_hash, j.kind in ('missing', 'accrual') as by_runs,
            (select count(*) from tieout.journal_source s join tieout.line_end e on e.unit = s.unit and e.line_id = s.line_id
              where s.journal_id = j.journal_id and s.ended is null) as ended,
            array(select u.name from tieout.app_user u where (u.name = a.approver and (u.role <> 'reviewer' or u.revoked_at is not null))
                     or (u.name = any(j.makers) and u.revoked_at is not null) order by 1)
              || array(select a.approver where a.approver is not null and not exists (select from tieout.app_user u where u.name = a.approver)) as without_role,
            ${RESTORED} as restored
       from tieout.journal j
       left join tieout.approval a on a.journal_id = j.journal_id and a.verdict = 'approved'
      where j.journal_id = $1`,
    [journalId],
  );
  const row = found.rows[0]!;
  const periods = await readPeriods(client, [row.company]);
  return {
    approvedHash: row.payload_hash,
    proposedByRuns: row.by_runs,
    periods: periods.get(`${row.company}\u001f${row.ledger}`) ?? [],
    endedLines: Number(row.ended),
    withoutRole: row.without_role,
    changedRules: await changedRules(client, journalId),
    restored: row.restored ?? '',
  };
}

/** Names of the rules by which its lines were derived and that say something else by now, in the version that runs use. */
async function changedRules(client: pg.ClientBase | pg.Pool, journalId: string): Promise<string[]> {
  const found = await client.query<{
    rule: string;
    account: string;
    day: string;
    negates: boolean;
    derived_by: string | null;
    in_use: string | null;
  }>(
    `with used as (select rulebook_hash as hash from tieout.run where kind = 'reconcile' and state = 'completed' and undone_by is null
                    order by run_id desc limit 1),
     lines as (
       select distinct l.rule, l.account, l.accounting_date, l.negates is not null as negates, l.rulebook_hash
         from tieout.journal_source s join tieout.line l on l.unit = s.unit and l.line_id = s.line_id
        where s.journal_id = $1 and s.ended is null and l.origin = 'event')
     select l.rule, l.account, l.accounting_date::text as day, l.negates, d.canonical as derived_by, n.canonical as in_use
       from lines l join used u on u.hash <> l.rulebook_hash
       left join tieout.rulebook_version d on d.hash = l.rulebook_hash left join tieout.rulebook_version n on n.hash = u.hash`,
    [journalId],
  );
  const changed = found.rows.filter(
    ({ rule, account, day, negates, derived_by: derivedBy, in_use: inUse }) =>
      !isInForce(
        { rule, account, accountingDate: isoDate(day), negates },
        derivedBy ?? undefined,
        inUse ?? undefined,
      ),
  );
  return [...new Set(changed.map(({ rule }) => rule))].toSorted();
}
