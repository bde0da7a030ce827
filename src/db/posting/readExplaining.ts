// Gathers what could explain some entries: one read of the ledger's open and named lines, and only where there are such
// lines, one of what else is open on the expected side.
import type pg from 'pg';

import { Explaining } from '../../posting/alreadyExplained.ts';
import type { ToExplain } from '../../posting/toExplain.ts';
import { readOpenEntries } from './readOpenEntries.ts';
import { readUnmatched } from './readUnmatched.ts';

export interface Asked extends ToExplain {
  units: readonly string[];
}

/** @param runId the run that asks from within its own transaction */
export async function readExplaining(
  client: pg.ClientBase | pg.Pool,
  asked: readonly Asked[],
  runId?: string,
): Promise<Explaining> {
  const units = [...new Set(asked.flatMap((entry) => entry.units))];
  const references = [...new Set(asked.flatMap(({ ownIds, sharedIds }) => [...ownIds, ...sharedIds]))];
  const within = runId === undefined ? {} : { runId };
  const lines = await readUnmatched(client, { units, references, ...within });
  if (!lines.some(({ isNear }) => isNear)) return new Explaining(asked, lines);
  const open = await readOpenEntries(client, units, runId);
  const known = new Set(open.map(({ id }) => id));
  const entries = [...open, ...asked.filter(({ id }) => !known.has(id))];
  // A document is compared on every cell of the entries that it could hold, also on those in other units.
  const all = [...new Set([...units, ...open.flatMap((entry) => entry.units)])];
  if (all.length === units.length) return new Explaining(entries, lines);
  return new Explaining(entries, await readUnmatched(client, { units: all, references, ...within }));
}
