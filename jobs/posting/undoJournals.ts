// Taking back what journals stand on. One that has not left is cancelled; one that is in the ERP is taken back there and
// nowhere else, by a reversal that another person approves; one of which nobody knows what became stands in the way.
import type pg from 'pg';
import type { DecisionMaker } from '../../src/db/decision.ts';
import {
  journalsOfMatch,
  journalsOfRuns,
  type StandingJournal,
} from '../../src/db/posting/journalsOfRuns.ts';
import { movePostings } from '../../src/db/posting/movePostings.ts';
import { UserError } from '../../src/errors.ts';
import type { PostingState } from '../../src/posting/states.ts';
import { proposeReversal, type ProposedReversal } from '../decisions/reverse.ts';

/** What became of the journals of runs that were taken back, by posting reference. */
export interface UndoneJournals {
  cancelled: string[];
  /** Reversals of those that are posted; they wait for approval. */
  reversals: ProposedReversal[];
}

const UNSENT: ReadonlySet<PostingState> = new Set(['READY', 'AWAITING_APPROVAL', 'APPROVED']);
const IN_THE_ERP: ReadonlySet<PostingState> = new Set(['POSTED', 'CONFIRMED']);

/** Inside the undo's transaction, which has locked the postings. Throws a `UserError` that names what stands in the way. */
export async function undoJournals(
  client: pg.ClientBase,
  job: { by: DecisionMaker; why: string },
  runIds: readonly string[],
): Promise<UndoneJournals> {
  const journals = await journalsOfRuns(client, runIds);
  const unclear = journals.filter(({ state }) => !UNSENT.has(state) && !IN_THE_ERP.has(state));
  if (unclear.length > 0) {
    throw new UserError({
      where: `run ${runIds.at(-1)}`,
      what: 'journals that it proposed are on their way, or not settled',
      found: unclear.map(({ reference, state }) => `${reference} ${state}`).join(', '),
      todo: 'tieout post brings them to an end, tieout resolve settles the rest; then undo again',
    });
  }
  // The dated reversal of a posted accrual goes its way: without it the accrual would stand for ever.
  const cancelled = journals.filter(
    ({ state, reversedState }) =>
      UNSENT.has(state) && (reversedState === null || !IN_THE_ERP.has(reversedState)),
  );
  await movePostings(
    client,
    cancelled.map(({ postingKey, state, fence }) => ({
      postingKey,
      from: state,
      fence,
      to: 'CANCELLED',
      why: `the run that proposed it was undone by ${job.by.name}`,
      bumpFence: true,
    })),
    { mover: 'run', actor: job.by.name },
  );
  const reversals: ProposedReversal[] = [];
  for (const journal of journals) {
    if (!IN_THE_ERP.has(journal.state) || journal.kind === 'reversal' || journal.hasReversal) continue;
    reversals.push(await proposeReversal(client, job, journal.reference));
  }
  return { cancelled: cancelled.map(({ reference }) => reference), reversals };
}

/**
 * The way back from a match that a journal of ours made: its reversal, proposed. Undefined where no journal stands behind it.
 * The match is released by the run that finds the reversal in the ledger: until then the ledger holds the journal.
 */
export async function reverseBehindMatch(
  client: pg.ClientBase,
  job: { by: DecisionMaker; why: string },
  match: { unit: string; matchId: string },
): Promise<ProposedReversal | undefined> {
  const [journal] = await journalsOfMatch(client, match.unit, match.matchId);
  if (journal === undefined) return undefined;
  if (journal.kind !== 'reversal' && IN_THE_ERP.has(journal.state))
    return proposeReversal(client, job, journal.reference);
  throw new UserError({
    where: `match ${match.matchId}`,
    what: whyNot(journal),
    found: `${journal.reference} ${journal.state}`,
    todo: wayOut(journal),
  });
}

function wayOut({ kind, state, reference }: StandingJournal): string {
  if (kind === 'reversal') return 'tieout reconcile proposes what is missing';
  return state === 'READY' || state === 'AWAITING_APPROVAL' || state === 'APPROVED'
    ? `tieout reject ${reference}`
    : `tieout resolve ${reference}`;
}

function whyNot({ kind }: StandingJournal): string {
  return kind === 'reversal'
    ? 'it nets a document of ours with its reversal, which the ledger holds: it is not taken apart'
    : 'a journal of ours stands behind it and is not settled';
}
