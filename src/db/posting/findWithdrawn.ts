// Journals that have not left and are not needed any more: a line they book has found its match, has ended, or is no
// longer missing. They are cancelled, so that their lines are free and nothing is booked that the ledger now holds.
import type pg from 'pg';

import type { PostingState } from '../../posting/states.ts';
import { OVERTAKEN } from './findOvertaken.ts';
import { DEAD } from './stateLists.ts';

export interface Withdrawn {
  postingKey: string;
  state: PostingState;
  fence: string;
  why: string;
}

export async function findWithdrawn(client: pg.ClientBase): Promise<Withdrawn[]> {
  const found = await client.query<{ posting_key: string; state: PostingState; fence: string; why: string }>(
    `select p.posting_key, p.state, p.fence, min(gone.why) as why
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
       join tieout.journal_source s on s.journal_id = p.journal_id and s.ended is null and s.line_id is not null and s.event_id is not null
       cross join lateral (
         select case
           when exists (select from tieout.line_end x where x.unit = s.unit and x.line_id = s.line_id)
             then 'a line that it books has ended'
           when exists (select from tieout.match_member m where m.unit = s.unit and m.line_id = s.line_id and m.released_run is null)
             then 'a line that it books has found its match'
           when not exists (
             select from tieout.exception_leg g
               join lateral (select e.reason, e.status from tieout.exception_state e where e.exception_id = g.exception_id
                              order by e.run_id desc limit 1) e on e.reason = 'MISSING_IN_LEDGER' and e.status = 'open'
              where g.unit = s.unit and g.line_id = s.line_id and g.ended_run is null)
             then 'a line that it books is not missing any more' end as why) gone
      where p.state in ('READY', 'AWAITING_APPROVAL', 'APPROVED') and j.kind in ('missing', 'accrual') and gone.why is not null
      group by p.posting_key
     union all
     select p.posting_key, p.state, p.fence, min('overtaken by ' || o.what)
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
       join tieout.journal_source s on s.journal_id = p.journal_id and s.ended is null
       cross join lateral (select ${OVERTAKEN} as what) o
      where p.state in ('READY', 'AWAITING_APPROVAL', 'APPROVED') and j.kind in ('write-off', 'reclass', 'correction') and o.what is not null
      group by p.posting_key
     union all
     select p.posting_key, p.state, p.fence, case o.state when 'REVERSED_IN_ERP' then 'the ERP has reversed the journal that it reverses' else 'the journal that it reverses never left' end
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
       join tieout.posting o on o.journal_id = j.reverses
      where p.state in ('READY', 'AWAITING_APPROVAL', 'APPROVED') and o.state in ${DEAD}
      order by 1`,
  );
  return found.rows.map((row) => ({
    postingKey: row.posting_key,
    state: row.state,
    fence: row.fence,
    why: row.why,
  }));
}
