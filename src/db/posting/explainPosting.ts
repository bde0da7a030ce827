// The check right before a send: has the ledger come to explain what this journal books? One read of its entries, one of
// the lines that could; the rule itself is pure.
import type pg from 'pg';

import { UnmatchedLedger } from '../../posting/alreadyExplained.ts';
import { overtakenBy } from './findOvertaken.ts';
import { readJournalEntries } from './readJournalEntries.ts';
import { readOverrides } from './readProposalFacts.ts';
import { readUnmatched } from './readUnmatched.ts';

const SEPARATOR = '\u001f';

/**
 * Documents that explain any entry of the journal, leaving out what a person has overridden. For a closing entry, which
 * books no event: what has overtaken it.
 */
export async function explainPosting(client: pg.ClientBase | pg.Pool, journalId: string): Promise<string[]> {
  const entries = await readJournalEntries(client, journalId);
  if (entries.length === 0) return overtakenBy(client, journalId);
  const lines = entries.flatMap((entry) => entry.lines);
  const unmatched = await readUnmatched(client, {
    units: [...new Set(lines.map((line) => line.unit))],
    companies: [...new Set(entries.map((entry) => entry.company))],
    references: [...new Set(lines.map((line) => line.reference).filter((reference) => reference !== ''))],
  });
  const matched = entries.flatMap((entry) => entry.matchedWith);
  if (unmatched.length === 0) return [...new Set(matched)].sort();
  const overrides = await readOverrides(client);
  const ledger = new UnmatchedLedger(unmatched);
  const documents = entries.flatMap(
    (entry) =>
      ledger.explain(entry, overrides.get(entry.eventSource + SEPARATOR + entry.eventId)?.documents)
        .documents,
  );
  return [...new Set([...matched, ...documents])].sort();
}
