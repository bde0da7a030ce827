// What is to be asked of a journal because the database was restored: undefined where it was not, where its facts are all
// younger than the restore, or where two persons have said since that it is not in the ERP.
import type pg from 'pg';

import { type AfterRestore, names, otherRevisions } from '../../posting/afterRestore.ts';
import { readJournalEntries } from './readJournalEntries.ts';

interface Row {
  erp: string;
  company: string;
  subject: string;
  last_revision: number;
  settled: string[];
  since_backup: boolean;
}

/** Of the journal with that number. A reversal or closing entry books no event; it is asked about in any case. */
export async function readAfterRestore(
  client: pg.ClientBase | pg.Pool,
  journalId: string,
): Promise<AfterRestore | undefined> {
  const found = await client.query<Row>(
    `select j.erp, j.company, j.subject, coalesce(f.since_backup, false) as since_backup,
            (select max(o.revision) from tieout.journal o where o.subject = j.subject) as last_revision,
            array(select q.posting_reference from tieout.journal o join tieout.posting q on q.journal_id = o.journal_id
                   where o.subject = j.subject and (o.journal_id = j.journal_id or q.sends > 0 or q.document_id <> '')) as settled
       from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
       cross join tieout.project r
       left join lateral (
         select min(e.time) as first, bool_or(e.business_date >= (r.backup_at - interval '1 day')::date) as since_backup
           from tieout.journal_source s join tieout.event e on e.source = s.event_source and e.id = s.event_id
          where s.journal_id = j.journal_id) f on true
      where j.journal_id = $1 and r.restored_at is not null and coalesce(f.first, '-infinity') <= r.restored_at
        and not exists (select from tieout.resolution w
                         where w.posting_key = p.posting_key and w.outcome = 'absent' and w.agrees_with is not null and w.at > r.restored_at)`,
    [journalId],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  const { erp, company, subject, last_revision: lastRevision, since_backup: sinceBackup } = row;
  return {
    others: otherRevisions({ erp, company, subject, lastRevision }, new Set(row.settled)),
    files: await filesThatName(client, erp, journalId),
    sinceBackup,
  };
}

/** Unknown files with a fact's own id in them; an id that other facts carry too (an order, a payout) proves nothing. */
async function filesThatName(
  client: pg.ClientBase | pg.Pool,
  erp: string,
  journalId: string,
): Promise<string[]> {
  const files = await client.query<{ place: string; content: string }>(
    'select place, content from tieout.unknown_file where erp = $1 order by place',
    [erp],
  );
  if (files.rows.length === 0) return [];
  const ids = await ownIdsOf(client, journalId);
  return files.rows.flatMap(({ place, content }) => {
    const named = ids.filter((id) => names(content, id));
    return named.length === 0 ? [] : [`${place} names ${named.slice(0, 3).join(', ')}`];
  });
}

/** References of what it books that no fact of another business key carries. */
async function ownIdsOf(client: pg.ClientBase | pg.Pool, journalId: string): Promise<string[]> {
  const entries = await readJournalEntries(client, journalId);
  const asked = entries.flatMap(({ ownIds, eventSource, eventId }) =>
    ownIds.map((reference) => ({ reference, eventSource, eventId })),
  );
  const found = await client.query<{ reference: string }>(
    `select distinct a.reference from jsonb_to_recordset($1::jsonb) as a (reference text, "eventSource" text, "eventId" text)
       join tieout.event e on e.source = a."eventSource" and e.id = a."eventId"
      where not exists (
        select from tieout.line l join tieout.event o on o.source = l.event_source and o.id = l.event_id
         where l.reference_hash = hashtextextended(a.reference, 0) and l.reference = a.reference and l.side = 'E' and o.business_key <> e.business_key)
      order by 1`,
    [JSON.stringify(asked)],
  );
  return found.rows.map(({ reference }) => reference);
}
