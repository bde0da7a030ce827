// The names that make a posting happen once: the journal's subject (what it books), the posting key (one revision of it
// for one ERP), the short reference that the ERP's document carries, and the hash that an approval is bound to.
import { CanonicalWriter, sha256 } from '../events/canonicalJson.ts';
import type { OutgoingJournal } from './outgoing.ts';

const SEPARATOR = '\u001f';
// RFC 4648 without padding: upper case and digits 2-7, so no ERP's field changes it.
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const REFERENCE_LENGTH = 16;

/** What a journal is about, the same on every machine: its kind and the external keys of all that it books. */
export function journalSubject(kind: string, externalKeys: readonly string[]): string {
  return sha256(new CanonicalWriter().write([kind, ...[...externalKeys].sort()])).slice(0, 32);
}

/**
 * Hash of (erp, company, journal, revision), 64 hex digits. Nothing of the content is in it: a changed journal under
 * the same key would be the second document that we are here to prevent, so a change needs a new revision.
 */
export function postingKey(erp: string, company: string, subject: string, revision: number): string {
  return sha256([erp, company, subject, String(revision)].join(SEPARATOR));
}

/** 16 characters base32: the first 80 bits of the posting key. */
export function postingReference(key: string): string {
  let bits = BigInt(`0x${key.slice(0, 20)}`);
  let text = '';
  for (let i = 0; i < REFERENCE_LENGTH; i += 1) {
    text = BASE32[Number(bits & 31n)]! + text;
    bits >>= 5n;
  }
  return text;
}

/** True for text of the form that `postingReference` makes. */
export function isPostingReference(text: string): boolean {
  return /^[A-Z2-7]{16}$/.test(text);
}

/**
 * Hash of all that is sent, amounts at fixed scale: what an approval is good for, and what every attempt repeats. The
 * number of the reversed document is left out: it is learnt only when that one is posted.
 */
export function payloadHash(journal: OutgoingJournal): string {
  return sha256(new CanonicalWriter().write({ ...journal, reversalOfDocument: '' }));
}
