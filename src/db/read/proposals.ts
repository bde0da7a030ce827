// What is proposed for an exception, in words: the journal that books its event and where it stands, or why none does.
import type pg from 'pg';
import { DEAD } from '../posting/stateLists.ts';

interface ProposalRow {
  exception_id: string;
  verdict: string;
  why: string;
  journal: string | null;
  state: string | null;
  document: string | null;
  moved: string | null;
  others: string;
}

/** By exception id; absent where nothing was decided about its events, or where their company posts nowhere. Journals are told as they stand now. */
export async function readProposals(
  client: pg.ClientBase,
  runId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await client.query<ProposalRow>(
    `select distinct on (x.exception_id) x.exception_id, v.verdict, v.why, p.posting_reference as journal, p.state, p.document_id as document, p.why as moved,
            count(*) over (partition by x.exception_id) - 1 as others
       from (select distinct g.exception_id, l.event_source, l.event_id, l.company
               from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id and l.side = 'E' and l.origin = 'event'
              where g.exception_id = any($2) and g.run_id <= $1 and (g.ended_run is null or g.ended_run > $1)) x
       join lateral (select s.reason from tieout.exception_state s where s.exception_id = x.exception_id and s.run_id <= $1 order by s.run_id desc limit 1) s on true
       join lateral (select v.* from tieout.proposal v where v.event_source = x.event_source and v.event_id = x.event_id and v.company = x.company and v.run_id <= $1
                      order by v.run_id desc limit 1) v on true
       left join tieout.posting p on p.journal_id = v.journal_id
      where (s.reason = 'MISSING_IN_LEDGER' and v.verdict <> 'noErp') or p.state not in ${DEAD}
      order by x.exception_id, x.event_source, x.event_id`,
    [runId, ids],
  );
  const asked = await readAskedFor(client, runId, ids);
  return new Map([
    ...asked,
    ...found.rows.map((row): [string, string] => [
      row.exception_id,
      Number(row.others) === 0 ? said(row) : `${said(row)}; and ${row.others} more events`,
    ]),
  ]);
}

/** Live journals that a person asked for about lines of these exceptions. */
async function readAskedFor(
  client: pg.ClientBase,
  runId: string,
  ids: readonly string[],
): Promise<[string, string][]> {
  const found = await client.query<ProposalRow>(
    `select distinct on (g.exception_id) g.exception_id, '' as verdict, 'asked for by ' || d.actor as why, p.posting_reference as journal, p.state,
            p.document_id as document, p.why as moved, 0 as others
       from tieout.exception_leg g join tieout.journal_source s on s.unit = g.unit and s.line_id = g.line_id and s.ended is null
       join tieout.journal j on j.journal_id = s.journal_id and j.kind in ('reclass', 'correction')
       join tieout.posting p on p.journal_id = j.journal_id join tieout.decision d on d.decision_id = j.decision_id
      where g.exception_id = any($2) and g.run_id <= $1 and (g.ended_run is null or g.ended_run > $1)
      order by g.exception_id, j.journal_id desc`,
    [runId, ids],
  );
  return found.rows.map((row) => [row.exception_id, said(row)]);
}

function said({ verdict, why, journal, state, document, moved }: ProposalRow): string {
  if (journal === null || state === null) return `not proposed: ${why}`;
  switch (state) {
    case 'READY':
      return `journal ${journal}, not to be sent: ${why}`;
    case 'AWAITING_APPROVAL':
      return `journal ${journal} waits for approval (${why}): tieout approve ${journal} --as USER`;
    case 'APPROVED':
      return `journal ${journal} is approved: tieout post sends it`;
    case 'POSTED':
    case 'CONFIRMED':
      return `journal ${journal} is ${state} as ${document ?? ''}`;
    default:
      return `journal ${journal} is ${state}: ${moved ?? verdict}`;
  }
}
