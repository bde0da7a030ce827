// Undoing a posted journal: never by changing it, only by a new one with its sides exchanged, which another person has to
// approve. What the reversed journal holds is free again once the ledger shows the reversal.
import type pg from 'pg';

import type { IsoDate } from '../../src/accounting/dates.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import type { DecisionMaker } from '../../src/db/decision.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { lock } from '../../src/db/locks.ts';
import { findPosting } from '../../src/db/posting/findPosting.ts';
import { insertJournals } from '../../src/db/posting/insertJournals.ts';
import { explainingDocuments, insertOverride } from '../../src/db/posting/insertOverride.ts';
import { readHead } from '../../src/db/posting/readDraft.ts';
import { readOutgoing } from '../../src/db/posting/readOutgoing.ts';
import { readPeriods } from '../../src/db/posting/readProposalFacts.ts';
import { DecisionRefused, UserError } from '../../src/errors.ts';
import type { Draft } from '../../src/posting/draft.ts';
import { reversedLines, shortText } from '../../src/posting/draft.ts';
import { choosePeriod } from '../../src/posting/period.ts';
import { enterStates, nameDrafts } from '../run/propose.ts';
import type { Actor } from '../administration/userKeys.ts';
import { permit } from './permissions.ts';
import { requireOwn } from './ownCompanies.ts';

export interface Reverse {
  db: Database;
  by: Actor;
  why: string;
  /** Accounting date of the reversal; default: that of the journal, or the next open period. */
  date?: IsoDate;
}

/** Posting references of both, and when the reversal is to be booked. */
export interface ProposedReversal {
  reversal: string;
  reverses: string;
  postingDate: string;
  /** Why it is dated otherwise than asked; '' where it is not. */
  note: string;
}

/** Proposes the reversal of a POSTED or CONFIRMED journal; it waits for approval. Returns its posting reference. */
export async function reverse(job: Reverse, journal: string): Promise<ProposedReversal> {
  permit(job.by, 'reverse', job.why);
  return transaction(job.db, async (client) => {
    await lock(client, 'PROPOSE');
    await requireOwn(client, job.by, 'journal', [journal]);
    return proposeReversal(client, job, journal);
  });
}

/** The same inside the caller's transaction, which holds the lock of proposers; the caller has checked the role. */
export async function proposeReversal(
  client: pg.ClientBase,
  { by, why, date }: Pick<Reverse, 'why' | 'date'> & { by: DecisionMaker },
  journal: string,
): Promise<ProposedReversal> {
  const posting = await findPosting(client, journal);
  if (posting === undefined) throw new UserError({ where: journal, what: 'no journal has this number' });
  if (posting.state !== 'POSTED' && posting.state !== 'CONFIRMED') {
    throw new DecisionRefused({
      where: journal,
      what: 'only a posted journal can be reversed',
      expected: 'POSTED or CONFIRMED',
      found: posting.state,
    });
  }
  const subject = posting.postingReference;
  const decisionId = await recordDecision(client, { kind: 'reverse', by, subject, why });
  const { draft, rulebookHash } = await reversalDraft(client, posting.journalId, decisionId, date);
  const named = await nameDrafts(client, [draft], [by.name]);
  await insertJournals(client, '0', rulebookHash, named);
  await enterStates(client, named, by.name);
  const [note = ''] = draft.notes;
  return {
    reversal: named[0]!.postingReference,
    reverses: subject,
    postingDate: draft.postingDate,
    note,
  };
}

async function reversalDraft(
  client: pg.ClientBase,
  journalId: string,
  decisionId: string,
  date: IsoDate | undefined,
): Promise<{ draft: Draft; rulebookHash: string }> {
  const journal = await readOutgoing(client, journalId);
  const head = await readHead(client, journalId);
  if (head === undefined || head.reversedBy !== null) {
    throw new DecisionRefused({
      where: journal.postingReference,
      what: `it is reversed already, by ${head?.reversedBy ?? '?'}`,
    });
  }
  if (head.kind === 'reversal') {
    throw new UserError({
      where: journal.postingReference,
      what: 'a reversal is not reversed: what it freed is proposed anew by the next run',
      found: `it reverses ${journal.reversalOf}`,
      todo: 'tieout reconcile, then approve the new journal',
    });
  }
  const periods =
    (await readPeriods(client, [journal.company])).get(`${journal.company}\u001f${journal.ledger}`) ?? [];
  const own = {
    postingDate: date ?? journal.postingDate,
    fiscalYear: journal.fiscalYear,
    period: journal.period,
  };
  const dating = choosePeriod(own, periods, 'nextOpen');
  if (dating.kind === 'refused')
    throw new UserError({ where: journal.postingReference, what: `it cannot be dated: ${dating.why}` });
  const text = shortText(`reversal of ${journal.text}`);
  const lines = journal.lines.map((line) => ({ ...line, clears: head.clearing.includes(line.line) }));
  const draft: Draft = {
    kind: 'reversal',
    erp: head.erp,
    company: journal.company,
    ledger: journal.ledger,
    postingDate: dating.postingDate,
    documentDate: journal.documentDate,
    fiscalYear: dating.fiscalYear,
    period: dating.period,
    text,
    grouping: head.grouping,
    mode: head.mode,
    rules: head.rules,
    notes: dating.kind === 'nextOpen' ? [dating.why] : [],
    lines: reversedLines(lines, text),
    sources: [],
    route: { to: 'AWAITING_APPROVAL', why: 'a person asked for it: another one approves it' },
    reverses: { journalId },
    alsoMakers: [],
    decisionId,
  };
  return { draft, rulebookHash: head.rulebookHash };
}

/**
 * A person's word that the documents which seem to explain an event do not. It has to name exactly the documents that the
 * last run named; the next run then proposes the event, with this person among its makers, so that another one has to approve.
 */
export async function overrideExplained(
  job: Omit<Reverse, 'date'>,
  event: { source: string; id: string },
  documents: readonly string[],
): Promise<void> {
  permit(job.by, 'override', job.why);
  await transaction(job.db, async (client) => {
    await requireOwn(client, job.by, 'event', [`${event.source}\u001f${event.id}`]);
    const named = await explainingDocuments(client, event);
    const given = [...new Set(documents)].sort();
    if (named === undefined || named.join('\n') !== given.join('\n')) {
      throw new UserError({
        where: `${event.source} ${event.id}`,
        what: 'an override names exactly the documents that explain the event',
        expected: named?.join(', ') ?? 'nothing: no document explains it',
        found: given.join(', '),
      });
    }
    const content = { source: event.source, id: event.id, documents: given };
    const subject = `${event.source} ${event.id}`;
    const decisionId = await recordDecision(client, {
      kind: 'override-explained',
      by: job.by,
      subject,
      why: job.why,
      content,
    });
    await insertOverride(client, event, given, job.by.name, decisionId);
  });
}
