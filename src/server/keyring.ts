// Proves the key of a request. What was proved is remembered for two seconds, because a sender's next request comes in a
// millisecond and a revoked key may be used that long at most.
import { createHash } from 'node:crypto';

import { proveSender } from '../../jobs/administration/senderKeys.ts';
import type { Database } from '../db/connection.ts';
import type { SenderKey, SenderScopes } from '../db/senderKeys.ts';
import { noteUse } from '../db/senderKeys.ts';
import { Problem } from './problem.ts';

const REMEMBERED_MS = 2_000;
const MOST_REMEMBERED = 1_000;
const NOTE_MS = 60_000;

/** A sender with a valid key. */
export type Sender = Pick<SenderKey, 'keyId' | 'sender' | 'scopes'>;

export class Keyring {
  readonly #proved = new Map<string, { sender: Sender; until: number }>();
  readonly #noted = new Map<string, number>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** @throws Problem 401 without a valid key */
  async prove(db: Database, authorization: string | undefined): Promise<Sender> {
    const key = /^Bearer +(\S{1,200})$/i.exec(authorization ?? '')?.[1];
    if (key === undefined) throw unproved(authorization === undefined ? 'nothing' : 'no bearer key');
    const now = this.#clock();
    const name = createHash('sha256').update(key).digest('base64');
    const known = this.#proved.get(name);
    if (known !== undefined && known.until > now) return known.sender;
    const sender = await proveSender(db, key, now);
    if (sender === undefined) {
      this.#proved.delete(name);
      throw unproved('a key that is not valid: unknown, expired or revoked');
    }
    if (this.#proved.size >= MOST_REMEMBERED) this.#proved.clear();
    this.#proved.set(name, { sender, until: now + REMEMBERED_MS });
    await this.#note(db, sender.keyId, now);
    return sender;
  }

  async #note(db: Database, keyId: string, now: number): Promise<void> {
    if (now - (this.#noted.get(keyId) ?? -Infinity) < NOTE_MS) return;
    this.#noted.set(keyId, now);
    await noteUse(db.pool, keyId, new Date(now).toISOString());
  }
}

function unproved(found: string): Problem {
  const expected = 'Authorization: Bearer KEY, with a key of `tieout keys add`';
  return new Problem(
    401,
    {
      detail: `this needs a key: expected ${expected}, found ${found}`,
      path: 'authorization',
      expected,
      found,
    },
    { 'www-authenticate': 'Bearer realm="tieout"' },
  );
}

/** @throws Problem 403 where the key has not that scope */
export function requireScope({ sender, scopes }: Sender, scope: 'events' | 'read'): void {
  if (scope === 'events' ? scopes.events !== undefined : scopes.read === true) return;
  const expected = scope === 'events' ? 'a key with events:write' : 'a key with read';
  throw new Problem(403, {
    detail: `the key of ${sender} may not do that`,
    expected,
    found: 'a key without it',
  });
}

/** What of an event is outside the scopes, in words; undefined where it may come. */
export function outsideScope(
  { events, companies }: SenderScopes,
  event: { source: unknown; type: unknown; company: unknown },
): { path: string; expected: string; found: string } | undefined {
  const outside = (list: readonly string[] | undefined, value: unknown, path: string, of: string) =>
    list === undefined || list.length === 0 || typeof value !== 'string' || list.includes(value)
      ? undefined
      : {
          path,
          expected: `${of} that this key may bring (${list.join(', ')})`,
          found: JSON.stringify(value),
        };
  return (
    outside(events?.sources, event.source, 'source', 'a source') ??
    outside(events?.types, event.type, 'type', 'a type') ??
    outside(companies, event.company, 'data.company', 'a company')
  );
}
