// The second person's word on journals: approve, reject, and settle what the machine cannot. Who may not is refused by the
// database; here that refusal becomes an answer that says why.
import type pg from 'pg';
import { DatabaseError } from 'pg';

import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { findPosting } from '../../src/db/posting/findPosting.ts';
import type { FoundPosting } from '../../src/db/posting/findPosting.ts';
import { insertApproval } from '../../src/db/posting/insertApproval.ts';
import { findFirstWord, insertResolution } from '../../src/db/posting/insertResolution.ts';
import type { FirstWord } from '../../src/db/posting/insertResolution.ts';
import { movePostings } from '../../src/db/posting/movePostings.ts';
import { UserError } from '../../src/errors.ts';
import type { CrashPoint } from '../../src/posting/crashPoints.ts';
import { noCrash } from '../../src/posting/crashPoints.ts';
import type { Resolution } from '../../src/posting/resolution.ts';
import {
  EVIDENCE_FORMS,
  insteadOfSettling,
  possibleOutcomes,
  readEvidence,
  resolvedState,
} from '../../src/posting/resolution.ts';
import type { PostingState } from '../../src/posting/states.ts';
import { permit } from './permissions.ts';
import type { Actor } from '../administration/userKeys.ts';
import { hasCompany } from './ownCompanies.ts';

export interface Word {
  db: Database;
  by: Actor;
  why: string;
  crashPoint?: CrashPoint;
}

export type RefusalReason = 'NOT_FOUND' | 'WRONG_STATE' | 'MAKER_IS_CHECKER' | 'NOT_ALLOWED';

/** What became of one journal. `state`: where it stands now. */
export type WordOutcome =
  | { ok: true; journal: string; state: PostingState; waitsForSecond: boolean }
  | { ok: false; journal: string; reason: RefusalReason; why: string };

/** Approves each journal by itself, one transaction each. One that waits for a second word on a settlement is agreed to. */
export async function approveJournals(word: Word, journals: readonly string[]): Promise<WordOutcome[]> {
  permit(word.by, 'approve journal', word.why);
  return each(journals, (journal) => approveOne(word, journal));
}

/** Rejects each journal by itself: it is cancelled and its lines are free to be proposed again. */
export async function rejectJournals(word: Word, journals: readonly string[]): Promise<WordOutcome[]> {
  permit(word.by, 'reject journal', word.why);
  return each(journals, (journal) => rejectOne(word, journal));
}

/**
 * A person's word on a posting in UNKNOWN, CONFLICT, DUPLICATE_FOUND, NEEDS_HUMAN or POSTED_NOT_SEEN. The first is kept; the second,
 * by a reviewer and to the same effect, settles it.
 * @param evidence begins with `document NUMBER`, `absent` or `void`
 */
export async function resolve(word: Word, journal: string, evidence: string): Promise<WordOutcome> {
  permit(word.by, 'resolve', word.why);
  const read = readEvidence(evidence);
  if (read === undefined) {
    throw new UserError({
      where: '--evidence',
      what: 'it does not say what is true in the ERP',
      expected: EVIDENCE_FORMS,
      found: evidence.trim() === '' ? 'nothing' : evidence,
    });
  }
  return inTransaction(word, journal, async (client, posting) => {
    const first = await findFirstWord(client, posting);
    const second =
      first !== undefined &&
      first.outcome === read.outcome &&
      first.documentId === read.documentId &&
      first.actor !== word.by.name;
    return settle(client, word, posting, read, evidence, second ? first : undefined);
  });
}

async function each(
  journals: readonly string[],
  one: (journal: string) => Promise<WordOutcome>,
): Promise<WordOutcome[]> {
  const outcomes: WordOutcome[] = [];
  for (const journal of new Set(journals)) outcomes.push(await one(journal));
  return outcomes;
}

function approveOne(word: Word, journal: string): Promise<WordOutcome> {
  return inTransaction(word, journal, async (client, posting) => {
    const first = await findFirstWord(client, posting);
    if (first !== undefined)
      return settle(client, word, posting, first, `agreed to ${first.actor}'s word`, first);
    if (posting.state !== 'AWAITING_APPROVAL') return wrongState(posting, 'nothing waits for approval');
    const decisionId = await decide(client, word, 'approve', posting);
    word.crashPoint?.('approve.after-decision');
    await insertApproval(client, { verdict: 'approved', decisionId });
    word.crashPoint?.('approve.after-approval');
    return moved(client, word, posting, 'APPROVED', `approved by ${word.by.name}`);
  });
}

function rejectOne(word: Word, journal: string): Promise<WordOutcome> {
  return inTransaction(word, journal, async (client, posting) => {
    if (!REJECTABLE.has(posting.state)) return wrongState(posting, 'it has left already, or was cancelled');
    const decisionId = await decide(client, word, 'reject', posting);
    await insertApproval(client, { verdict: 'rejected', decisionId });
    return moved(client, word, posting, 'CANCELLED', `rejected by ${word.by.name}: ${word.why}`);
  });
}

const REJECTABLE: ReadonlySet<PostingState> = new Set(['READY', 'AWAITING_APPROVAL', 'APPROVED']);

async function settle(
  client: pg.ClientBase,
  word: Word,
  posting: FoundPosting,
  { outcome, documentId }: Resolution,
  evidence: string,
  first: FirstWord | undefined,
): Promise<WordOutcome> {
  const to = resolvedState(posting.state, outcome);
  if (to === undefined) {
    const can = possibleOutcomes(posting.state);
    return wrongState(
      posting,
      can.length === 0 ? insteadOfSettling(posting.state) : `it takes ${can.join(' or ')}, not ${outcome}`,
    );
  }
  const decisionId = await decide(
    client,
    word,
    'resolve',
    posting,
    { outcome, documentId, agreesWith: first?.resolutionId ?? '' },
    evidence,
  );
  await insertResolution(client, outcome, decisionId);
  if (first === undefined) {
    word.crashPoint?.('resolve.after-first-word');
    return { ok: true, journal: posting.postingReference, state: posting.state, waitsForSecond: true };
  }
  word.crashPoint?.('resolve.after-second-word');
  return moved(client, word, posting, to, `${outcome}: ${first.actor} and ${word.by.name}`, documentId);
}

async function moved(
  client: pg.ClientBase,
  word: Word,
  posting: FoundPosting,
  to: PostingState,
  why: string,
  documentId = '',
): Promise<WordOutcome> {
  const again = to === 'RETRY_WAIT' ? { tries: 1, freshSends: true } : {};
  const move = {
    postingKey: posting.postingKey,
    from: posting.state,
    fence: posting.fence,
    to,
    why,
    documentId,
    // A worker may be looking for it at this moment: what it finds counts no more.
    bumpFence: posting.state === 'UNKNOWN',
    ...again,
  };
  const keys = await movePostings(client, [move], { mover: 'person', actor: word.by.name });
  word.crashPoint?.('approve.after-move');
  if (keys.size === 0) return wrongState(posting, 'somebody else moved it just now');
  return { ok: true, journal: posting.postingReference, state: to, waitsForSecond: false };
}

function decide(
  client: pg.ClientBase,
  { by, why, crashPoint = noCrash }: Word,
  kind: string,
  posting: FoundPosting,
  content: Record<string, unknown> = {},
  evidence = '',
): Promise<string> {
  crashPoint('approve.before-decision');
  const whole = { ...content, payloadHash: posting.payloadHash };
  return recordDecision(client, {
    kind,
    by,
    subject: posting.postingReference,
    why,
    evidence,
    content: whole,
  });
}

/** One journal, one transaction; a refusal by the database is an answer, and nothing of it stays. */
async function inTransaction(
  word: Word,
  journal: string,
  work: (client: pg.ClientBase, posting: FoundPosting) => Promise<WordOutcome>,
): Promise<WordOutcome> {
  try {
    const outcome = await transaction(word.db, async (client) => {
      const posting = await findPosting(client, journal);
      if (posting === undefined || !hasCompany(word.by, posting.company))
        return { ok: false, journal, reason: 'NOT_FOUND', why: 'no journal has this number' } as const;
      return work(client, posting);
    });
    word.crashPoint?.('approve.after-commit');
    return outcome;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { ok: false, journal, ...refusal };
  }
}

function wrongState(posting: FoundPosting, why: string): WordOutcome {
  return {
    ok: false,
    journal: posting.postingReference,
    reason: 'WRONG_STATE',
    why: `${posting.state}: ${why}`,
  };
}

/** The database's refusal as an answer; undefined where the error is something else. */
export function refusalOf(error: unknown): { reason: RefusalReason; why: string } | undefined {
  if (!(error instanceof DatabaseError) || error.code !== '23514') return undefined;
  if (error.constraint === 'maker_is_not_checker' || error.constraint === 'resolution_four_eyes') {
    return {
      reason: 'MAKER_IS_CHECKER',
      why: 'a maker cannot approve: who started the run, decided it, or last approved its rules; another person has to',
    };
  }
  return { reason: 'NOT_ALLOWED', why: error.message.replace(/^tieout: /, '') };
}
