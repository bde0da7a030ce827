// Journals that stand on a run or a match: what an undo and an unmatch have to deal with before they take it away.
import type pg from 'pg';

import type { JournalKind } from '../../posting/draft.ts';
import type { PostingState } from '../../posting/states.ts';
import { DEAD } from './stateLists.ts';

export interface StandingJournal {
  postingKey: string;
  reference: string;
  kind: JournalKind;
  state: PostingState;
  fence: string;
  /** State of the journal that it reverses; null for none. */
  reversedState: PostingState | null;
  /** A live journal reverses it already. */
  hasReversal: boolean;
}

const JOURNAL = `p.posting_key as "postingKey", p.posting_reference as reference, j.kind, p.state, p.fence, o.state as "reversedState",
  exists (select from tieout.journal r join tieout.posting rp on rp.journal_id = r.journal_id
           where r.reverses = j.journal_id and rp.state not in ${DEAD}) as "hasReversal"`;

/** Live journals that these runs proposed. */
export async function journalsOfRuns(
  client: pg.ClientBase,
  runIds: readonly string[],
): Promise<StandingJournal[]> {
  const found = await client.query<StandingJournal>(
    `select ${JOURNAL} from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
       left join tieout.posting o on o.journal_id = j.reverses
      where j.run_id = any($1::bigint[]) and p.state not in ${DEAD} order by reference`,
    [runIds],
  );
  return found.rows;
}

/** Live journals that made a match (their document is in it), or that clear its variance. */
export async function journalsOfMatch(
  client: pg.ClientBase,
  unit: string,
  matchId: string,
): Promise<StandingJournal[]> {
  const found = await client.query<StandingJournal>(
    `select ${JOURNAL} from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
       left join tieout.posting o on o.journal_id = j.reverses
      where p.state not in ${DEAD} and p.posting_reference in (
        select l.posting_reference from tieout.match x
          join tieout.match_member m on m.unit = x.unit and m.match_id = x.match_id and m.released_run is null
          join tieout.line l on l.unit = m.unit and l.line_id = m.line_id and l.side = 'L' and l.posting_reference <> ''
         where x.unit = $1 and x.match_id = $2 and x.pass = 'posting'
        union
        select q.posting_reference from tieout.journal_source s join tieout.posting q on q.journal_id = s.journal_id
         where s.unit = $1 and s.match_id = $2 and s.ended is null)
      order by j.kind <> 'reversal', reference`,
    [unit, matchId],
  );
  return found.rows;
}
