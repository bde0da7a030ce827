// What a restored database has forgotten to have sent. The same facts may have gone out after the backup under a revision
// that it does not know, or in a journal cut another way: both are looked for, and what is found is for a person, because
// sending beside it would book the same business twice.
import { backoffMs } from './backoff.ts';
import { postingKey, postingReference } from './key.ts';
import type { Capabilities, LookOutcome, OutgoingJournal } from './outgoing.ts';
import type { Move, Posting } from './posting.ts';

/** Revisions that a lost time may have seen beyond the last known one. */
const LOST_REVISIONS = 20;

/** One revision of a journal as the ERP would know it. */
export interface RevisionKey {
  revision: number;
  postingKey: string;
  postingReference: string;
}

/** What is to be asked of a journal that may have left before the restore. */
export interface AfterRestore {
  /** Other names that it may have left under. */
  others: readonly RevisionKey[];
  /** Files unknown to this database that name a fact of its own, each in words. */
  files: readonly string[];
  /** A fact of it is dated since the backup. */
  sinceBackup: boolean;
}

/** Revisions 1 to the last known one + 20, without the journal's own and those of which it is on record what became. */
export function otherRevisions(
  journal: { erp: string; company: string; subject: string; lastRevision: number },
  settled: ReadonlySet<string>,
): RevisionKey[] {
  const { erp, company, subject, lastRevision } = journal;
  return Array.from({ length: lastRevision + LOST_REVISIONS }, (_, at) => {
    const key = postingKey(erp, company, subject, at + 1);
    return { revision: at + 1, postingKey: key, postingReference: postingReference(key) };
  }).filter((each) => !settled.has(each.postingReference));
}

/** True where a text has that id as a word of its own: `SHP-9` is not in `SHP-91` or `XSHP-9`. */
export function names(text: string, id: string): boolean {
  const inWord = /[\p{L}\p{N}_-]/u;
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + id.length]];
    if (!inWord.test(before) && !inWord.test(after)) return true;
  }
  return false;
}

export interface AskAfterRestore {
  posting: Posting;
  journal: OutgoingJournal;
  capabilities: Capabilities;
  look(journal: OutgoingJournal): Promise<LookOutcome>;
  /** In [0, 1). */
  random: number;
}

/** The move where it may have left before the restore; undefined: it has not, by all that can be asked. */
export async function whatWasLost(
  { others, files, sinceBackup }: AfterRestore,
  { posting, journal, capabilities, look, random }: AskAfterRestore,
): Promise<Move | undefined> {
  const toPerson = (why: string, code: string, evidence: unknown): Move => ({
    to: 'NEEDS_HUMAN',
    why,
    code,
    evidence,
  });
  if (files.length > 0)
    return toPerson(`sent before the restore, as it seems: ${files.join('; ')}`, 'unknownFile', { files });
  if (capabilities.look !== 'byReference') {
    const why = 'its business is dated since the backup, and this ERP cannot be searched by our reference';
    return sinceBackup ? toPerson(why, 'cannotLook', {}) : undefined;
  }
  for (const { revision, ...key } of others) {
    const outcome = await look({ ...journal, ...key });
    if (outcome.kind === 'absent') continue;
    if (outcome.kind === 'found') {
      const found = outcome.documents.map((document) => document.documentId).join(', ');
      const why = `document ${found} carries ${key.postingReference}, revision ${revision} of this journal: sent before the restore, and not known to this database`;
      return toPerson(why, 'otherRevision', outcome.documents);
    }
    return {
      to: 'RETRY_WAIT',
      why: `could not look for revision ${revision}: ${outcome.message}`,
      code: 'unreachable',
      dueInMs: backoffMs(posting.tries, random, outcome.retryAfterMs),
      tries: posting.tries + 1,
    };
  }
  return undefined;
}
