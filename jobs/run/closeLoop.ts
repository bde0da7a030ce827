// What a run does about journals, last in its transaction: what the ledger shows of those that left, then what the ledger
// still lacks. In this order, so that a line which a document of ours has just explained is not proposed again.
import type pg from 'pg';
import { lockPostings } from '../../src/db/posting/lockPostings.ts';
import { countOpenPostings } from '../../src/db/posting/dueState.ts';
import { setRunBrakes } from '../../src/db/brakes/runBrakes.ts';
import { BRAKES } from '../../src/posting/brakes.ts';
import { confirm, type ConfirmSummary } from './confirm.ts';
import { propose, type ProposeRequest, type ProposeSummary } from './propose.ts';

/** What became of journals in a run. */
export interface JournalSummary {
  proposed: number;
  withdrawn: number;
  confirmed: number;
  conflicts: number;
  notSeen: number;
  reversed: number;
  /** Events that were looked at and not proposed, by verdict. */
  heldBack: Record<string, number>;
  /** Journals that wait for a second person, and that two persons have to settle: all there are, not only this run's. */
  waiting: number;
  unsettled: number;
}

/** @param horizon last batch that the run saw */
export async function closeLoop(
  client: pg.ClientBase,
  request: ProposeRequest,
  horizon: string,
): Promise<JournalSummary> {
  await lockPostings(client);
  const seen = await confirm(client, request.runId, horizon, request.crashPoint);
  await setRunBrakes(client, request.runId, (company) => request.companies.get(company)?.brakes ?? BRAKES);
  const proposed = await propose(client, request);
  return summary(seen, proposed, await countOpenPostings(client));
}

function summary(
  seen: ConfirmSummary,
  { journals, withdrawn, verdicts: { proposed: _, ...heldBack } }: ProposeSummary,
  states: Record<string, number>,
): JournalSummary {
  const inState = (...names: string[]): number => names.reduce((n, name) => n + (states[name] ?? 0), 0);
  return {
    proposed: journals,
    withdrawn,
    ...seen,
    heldBack,
    waiting: inState('AWAITING_APPROVAL'),
    unsettled: inState('CONFLICT', 'DUPLICATE_FOUND', 'NEEDS_HUMAN', 'POSTED_NOT_SEEN'),
  };
}
