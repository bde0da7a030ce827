// The loop closed: what the ledger shows of our postings, asked inside a run's last transaction after matching. Seen with
// our amounts: CONFIRMED. With other amounts, or twice: CONFLICT. Absent from a complete later extract: POSTED_NOT_SEEN.
import type pg from 'pg';

import type { ChangedPosting } from '../../src/db/posting/findChanged.ts';
import { findChanged } from '../../src/db/posting/findChanged.ts';
import { findNotSeen, findSeen } from '../../src/db/posting/findSeen.ts';
import type { SeenPosting } from '../../src/db/posting/findSeen.ts';
import { movePostings } from '../../src/db/posting/movePostings.ts';
import type { PostingMove } from '../../src/db/posting/movePostings.ts';
import type { CrashPoint } from '../../src/posting/crashPoints.ts';
import { noCrash } from '../../src/posting/crashPoints.ts';

export interface ConfirmSummary {
  confirmed: number;
  conflicts: number;
  notSeen: number;
  /** Confirmed before, and reversed in the ERP since. */
  reversed: number;
}

/**
 * Moves postings by what the ledger shows up to `horizon` (last batch of the run). A posting in the middle of a call is
 * left to its worker and met again by the next run.
 */
export async function confirm(
  client: pg.ClientBase,
  runId: string,
  horizon: string,
  crash: CrashPoint = noCrash,
): Promise<ConfirmSummary> {
  const by = { mover: 'run', actor: `run ${runId}`, runId } as const;
  crash('confirm.before-read');
  const seen = await findSeen(client, horizon);
  crash('confirm.after-read');
  // Evidence for what was not known to be posted: first POSTED, from there as every other.
  const late = seen.filter(({ state, same }) => same && state !== 'POSTED' && state !== 'POSTED_NOT_SEEN');
  const posted = await movePostings(
    client,
    late.map((posting) => ({
      ...evidence(posting),
      to: 'POSTED',
      why: 'the ledger shows it',
      bumpFence: true,
    })),
    by,
  );
  crash('confirm.after-first-move');
  const confirmed = await movePostings(
    client,
    seen
      .filter(({ same }) => same)
      .map((posting) => ({
        ...evidence(
          posted.has(posting.postingKey)
            ? { ...posting, state: 'POSTED', fence: String(BigInt(posting.fence) + 1n) }
            : posting,
        ),
        to: 'CONFIRMED',
        why: `seen in the ledger as ${posting.documents.join(', ')}`,
      })),
    by,
  );
  const conflicts = await movePostings(
    client,
    seen
      // SENT and RETRY_WAIT have no way to CONFLICT of their own: the machine looks, and gets there.
      .filter(({ same, state }) => !same && state !== 'SENT' && state !== 'RETRY_WAIT')
      .map((posting) => ({
        ...evidence(posting),
        to: 'CONFLICT',
        why: conflictText(posting),
        code: 'ledger',
        bumpFence: true,
      })),
    by,
  );
  const notSeen = await missAbsent(client, runId, horizon);
  const changed = await unconfirm(client, runId, horizon);
  crash('confirm.after-moves');
  return {
    confirmed: confirmed.size,
    conflicts: conflicts.size + changed.CONFLICT,
    notSeen: notSeen.size + changed.POSTED_NOT_SEEN,
    reversed: changed.REVERSED_IN_ERP,
  };
}

/** Absent from a complete extract that was taken after they were posted. */
async function missAbsent(
  client: pg.ClientBase,
  runId: string,
  horizon: string,
): Promise<ReadonlySet<string>> {
  const absent = await findNotSeen(client, horizon);
  return movePostings(
    client,
    absent.map(({ postingKey, fence, extract }) => ({
      postingKey,
      fence,
      from: 'POSTED',
      to: 'POSTED_NOT_SEEN',
      why: `not in the complete extract ${extract}`,
      code: 'notSeen',
    })),
    { mover: 'run', actor: `run ${runId}`, runId },
  );
}

/** What was confirmed, held against what the ledger has shown since: deleted, edited, or reversed there by somebody. */
async function unconfirm(
  client: pg.ClientBase,
  runId: string,
  horizon: string,
): Promise<Record<ChangedPosting['to'], number>> {
  const changed = await findChanged(client, runId, horizon);
  const moved = await movePostings(
    client,
    changed.map(({ postingKey, fence, to, why, document }) => ({
      postingKey,
      fence,
      from: 'CONFIRMED',
      to,
      why,
      code: 'changed',
      evidence: { documents: [document] },
      bumpFence: true,
    })),
    { mover: 'run', actor: `run ${runId}`, runId },
  );
  const count = { CONFLICT: 0, POSTED_NOT_SEEN: 0, REVERSED_IN_ERP: 0 };
  for (const { postingKey, to } of changed) if (moved.has(postingKey)) count[to] += 1;
  return count;
}

function evidence(
  posting: SeenPosting,
): Pick<PostingMove, 'postingKey' | 'from' | 'fence' | 'documentId' | 'evidence'> {
  return {
    postingKey: posting.postingKey,
    from: posting.state,
    fence: posting.fence,
    documentId: posting.documents[0] ?? '',
    evidence: { documents: posting.documents },
  };
}

function conflictText({ documents, elsewhere, off }: SeenPosting): string {
  if (elsewhere.length > 0) return `document ${documents.join(', ')} stands in ${elsewhere.join(', ')}`;
  return documents.length > 1
    ? `several documents carry our reference: ${documents.join(', ')}`
    : `document ${documents[0]} ${off}`;
}
