// The check right before a send: has the ledger come to explain what this journal books? One read of its entries, one of
// the lines that could; the rule itself is pure.
import type pg from 'pg';

import { overtakenBy } from './findOvertaken.ts';
import { lookalikesOf } from '../run/controls/lookalikes.ts';
import { readExplaining } from './readExplaining.ts';
import { readJournalEntries } from './readJournalEntries.ts';
import { readOverrides } from './readProposalFacts.ts';

const SEPARATOR = '\u001f';

/**
 * Documents that explain any entry of the journal, leaving out what a person has overridden; and differences among what it
 * books that a person has accepted meanwhile. For a closing entry, which books no event: what has overtaken it.
 */
export async function explainPosting(client: pg.ClientBase | pg.Pool, journalId: string): Promise<string[]> {
  const entries = await readJournalEntries(client, journalId);
  if (entries.length === 0) return overtakenBy(client, journalId);
  const accepted = await acceptedOf(client, journalId);
  if (accepted.length > 0) return accepted;
  const explaining = await readExplaining(client, entries);
  const overrides = await readOverrides(client);
  const documents = entries.flatMap(
    (entry) =>
      explaining.explain(entry, overrides.get(entry.eventSource + SEPARATOR + entry.eventId)?.documents)
        .documents,
  );
  // An event like it that came after the approval: the journal is withdrawn, and proposed again when a person has decided.
  const alike = [...(await lookalikesOf(client, entries)).values()].map(
    ({ other }) => `the like event ${other}`,
  );
  return [...new Set([...entries.flatMap((entry) => entry.matchedWith), ...documents, ...alike])].sort();
}

async function acceptedOf(client: pg.ClientBase | pg.Pool, journalId: string): Promise<string[]> {
  const found = await client.query<{ what: string }>(
    `select distinct 'the accepted difference ' || left(g.exception_id, 12) as what from tieout.journal_source s
       join tieout.exception_leg g on g.unit = s.unit and g.line_id = s.line_id and g.ended_run is null
       join lateral (select e.status from tieout.exception_state e where e.exception_id = g.exception_id
                      order by e.run_id desc limit 1) e on e.status = 'accepted'
      where s.journal_id = $1 and s.ended is null and s.event_id is not null order by 1`,
    [journalId],
  );
  return found.rows.map((row) => row.what);
}
