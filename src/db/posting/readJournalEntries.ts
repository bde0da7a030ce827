// What a stored journal books, event by event, and which documents have matched it meanwhile: asked right before sending,
// because the ledger may have moved on since the journal was proposed.
import type pg from 'pg';

import { isoDate } from '../../accounting/dates.ts';
import { entryId } from '../../posting/missingEntry.ts';
import type { ToExplain } from '../../posting/toExplain.ts';

export interface BookedEntry extends ToExplain {
  eventSource: string;
  eventId: string;
  units: string[];
  /** Ledger documents that its lines are matched with by now. */
  matchedWith: string[];
}

interface Row {
  event_source: string;
  event_id: string;
  company: string;
  ledger: string;
  unit: string;
  location: string;
  further: Record<string, string> | null;
  account: string;
  currency: string;
  amount: string;
  reference: string;
  business_date: string;
  matched_with: string[];
}

/** The entries of a journal over events; empty for a journal that books none (reversal, write-off). */
export async function readJournalEntries(
  client: pg.ClientBase | pg.Pool,
  journalId: string,
): Promise<BookedEntry[]> {
  const found = await client.query<Row>(
    `select s.event_source, s.event_id, l.company, l.ledger, l.unit, l.location, l.further, l.account, l.currency, l.amount, l.reference, l.business_date,
            array(select distinct k.document from tieout.match_member m
                    join tieout.match_member n on n.unit = m.unit and n.match_id = m.match_id and n.released_run is null
                    join tieout.line k on k.unit = n.unit and k.line_id = n.line_id and k.side = 'L'
                   where m.unit = s.unit and m.line_id = s.line_id and m.released_run is null order by 1) as matched_with
       from tieout.journal_source s join tieout.line l on l.unit = s.unit and l.line_id = s.line_id
      where s.journal_id = $1 and s.ended is null and s.event_id is not null and l.side = 'E'
      order by s.event_source, s.event_id, s.external_key`,
    [journalId],
  );
  const entries = new Map<string, { head: Row; lines: Row[] }>();
  for (const row of found.rows) {
    const key = JSON.stringify([row.event_source, row.event_id]);
    const entry = entries.get(key) ?? { head: row, lines: [] };
    entry.lines.push(row);
    entries.set(key, entry);
  }
  return [...entries.values()].map(({ head, lines }) => {
    const { event_source: eventSource, event_id: eventId, company, ledger } = head;
    return {
      id: entryId({ eventSource, eventId, company, ledger }),
      name: head.reference,
      eventSource,
      eventId,
      company,
      ledger,
      businessDate: isoDate(head.business_date),
      groups: [],
      ownIds: [...new Set(lines.map(({ reference }) => reference))].filter((id) => id !== ''),
      sharedIds: Object.values(head.further ?? {}),
      units: [...new Set(lines.map(({ unit }) => unit))],
      lines,
      matchedWith: [...new Set(lines.flatMap((line) => line.matched_with))],
    };
  });
}
