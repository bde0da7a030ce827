// Gives and revokes keys of senders, and proves one. A key is a decision of an admin, in the audit chain like any other; what
// it may do is fixed when it is given: whoever needs more gets another key.
import { timingSafeEqual } from 'node:crypto';

import { appendAudit } from '../../src/db/audit.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import type { SenderKey, SenderScopes } from '../../src/db/senderKeys.ts';
import { endSenderKey, findSenderKey, giveSenderKey, listSenderKeys } from '../../src/db/senderKeys.ts';
import { UserError } from '../../src/errors.ts';
import { permit } from '../decisions/permissions.ts';
import { digest, keyIdOf, makeKey } from './userKeys.ts';
import type { Actor } from './userKeys.ts';

const SENDER = /^[\p{L}\p{N}][\p{L}\p{N}._@+/-]{0,62}$/u;
const DAY_MS = 86_400_000;

export interface AddSenderKey {
  sender: string;
  scopes: SenderScopes;
  by: Actor;
  /** Milliseconds since 1970. */
  now: number;
  /** Days until it expires; undefined = never. */
  days?: number;
}

export interface AddedSenderKey {
  sender: string;
  keyId: string;
  /** Shown once. */
  key: string;
  scopes: SenderScopes;
  expiresAt: string | null;
}

/** @throws UserError where the name or the scopes are none, DecisionRefused where the person may not */
export async function addSenderKey(db: Database, request: AddSenderKey): Promise<AddedSenderKey> {
  permit(request.by, 'keys add', '');
  const { sender, scopes } = request;
  if (!SENDER.test(sender)) {
    throw new UserError({
      where: 'keys add',
      what: 'not the name of a sender',
      expected: 'letters, digits and . _ @ + / -',
      found: JSON.stringify(sender),
    });
  }
  if (scopes.events === undefined && scopes.read !== true) {
    throw new UserError({
      where: 'keys add',
      what: 'a key without a scope opens nothing',
      expected: '--events SOURCE,... or --read, or both',
    });
  }
  const { keyId, key, sha256 } = makeKey();
  const expiresAt =
    request.days === undefined ? null : new Date(request.now + request.days * DAY_MS).toISOString();
  await transaction(db, async (client) => {
    const content = { keyId, scopes: { ...scopes }, expiresAt };
    const word = await recordDecision(client, {
      kind: 'keys-add',
      by: request.by,
      subject: sender,
      why: '',
      content,
    });
    await giveSenderKey(client, word, sha256);
    await appendAudit(client, 'decisions', { sender }, { sender_key: [keyId] });
  });
  return { sender, keyId, key, scopes, expiresAt };
}

/** A key as a list shows it. */
export type ListedSenderKey = Omit<SenderKey, 'sha256'> & { valid: boolean };

export async function listKeys(db: Database, now: number): Promise<ListedSenderKey[]> {
  const keys = await listSenderKeys(db.pool);
  return keys.map((key) => {
    const { sha256: _, ...shown } = key;
    return { ...shown, valid: isValid(key, now) };
  });
}

const isValid = ({ revokedAt, expiresAt }: SenderKey, now: number): boolean =>
  revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now);

/**
 * Ends a key. Running servers notice within two seconds.
 * @param beginning of its id; one key must have it
 */
export async function revokeSenderKey(
  db: Database,
  { beginning, by, now }: { beginning: string; by: Actor; now: number },
): Promise<string> {
  permit(by, 'keys revoke', '');
  const found = beginning === '' ? [] : await listSenderKeys(db.pool, beginning);
  const [key, another] = found;
  if (key === undefined || another !== undefined) {
    throw new UserError({
      where: 'keys revoke',
      what: key === undefined ? 'there is no such key' : 'several keys begin so',
      expected: 'the id of one key, or its beginning',
      found: beginning,
      todo: 'tieout keys list shows them',
    });
  }
  if (key.revokedAt !== null)
    throw new UserError({ where: 'keys revoke', what: 'this key is revoked already', found: key.keyId });
  await transaction(db, async (client) => {
    const content = { keyId: key.keyId, at: new Date(now).toISOString() };
    const word = await recordDecision(client, {
      kind: 'keys-revoke',
      by,
      subject: key.sender,
      why: '',
      content,
    });
    await endSenderKey(client, word);
    await appendAudit(client, 'decisions', { sender: key.sender }, { sender_key: [key.keyId] });
  });
  return key.keyId;
}

/** The sender whose key this is; undefined for a wrong, revoked or expired one, without a word about which. */
export async function proveSender(
  db: Pick<Database, 'pool'>,
  text: string,
  now: number,
): Promise<SenderKey | undefined> {
  const keyId = keyIdOf(text);
  const stored = keyId === undefined ? undefined : await findSenderKey(db.pool, keyId);
  const given = digest(text);
  const same = timingSafeEqual(given, stored?.sha256 ?? Buffer.alloc(given.length));
  return stored !== undefined && same && isValid(stored, now) ? stored : undefined;
}
