// References of ours on ledger lines that a run meets for the first time, as new, ended or reversed. Work grows with what
// is new: two scans by batch, and a look-up by document for each reversal.
import type pg from 'pg';

/** Posting references that batches after the last completed run up to `horizon` touch. */
export async function readMoved(client: pg.ClientBase, runId: string, horizon: string): Promise<string[]> {
  const found = await client.query<{ reference: string }>(
    `with before as materialized (
       select coalesce(max(r.horizon), 0) as horizon from tieout.run r
        where r.state = 'completed' and r.kind = 'reconcile' and r.only_name = '' and r.undone_by is null and r.run_id < $2),
     fresh as materialized (
       select l.posting_reference, l.reversal_of, l.company, l.ledger from tieout.line l
        where l.batch_id > (select horizon from before) and l.batch_id <= $1 and l.side = 'L'
          and (l.posting_reference <> '' or l.reversal_of <> ''))
     select posting_reference as reference from fresh where posting_reference <> ''
     union
     select l.posting_reference from tieout.line_end e join tieout.line l on l.unit = e.unit and l.line_id = e.line_id
      where e.batch_id > (select horizon from before) and e.batch_id <= $1 and l.side = 'L' and l.posting_reference <> ''
     union
     select o.posting_reference from fresh n
      cross join lateral (select l.posting_reference from tieout.line l where l.document = n.reversal_of and l.company = n.company
                             and l.ledger = n.ledger and l.side = 'L' and l.posting_reference <> '' offset 0) o
      where n.reversal_of <> ''
     order by 1`,
    [horizon, runId],
  );
  return found.rows.map((row) => row.reference);
}
