// A person's decision as a fact, with its audit row, in the transaction of what it changes. There is no other way to
// write one, so no decision can lack its chain link.
import { createHash } from 'node:crypto';

import type pg from 'pg';

import { CanonicalWriter } from '../events/canonicalJson.ts';
import { Fault } from '../errors.ts';
import { appendAudit } from './audit.ts';

/** Who decided: the user, the key that proved it, and the operating system's account. */
export interface DecisionMaker {
  readonly name: string;
  /** '' only for the first user of a database. */
  readonly keyId: string;
  readonly osUser: string;
}

export interface Decision {
  /** match, unmatch, lift, accept, undo, dismiss, approve, reject, resolve, users-add, ... */
  kind: string;
  by: DecisionMaker;
  /** What it is about: an exception, journal, match, run, quarantine id or user. */
  subject: string;
  why: string;
  evidence?: string;
  /** Everything that was decided, as plain JSON values; amounts as decimal strings; no secrets. */
  content?: Readonly<Record<string, unknown>>;
}

/** Stores the decision and appends it to the stream `decisions`. Returns its id. */
export async function recordDecision(client: pg.ClientBase, decision: Decision): Promise<string> {
  const content = new CanonicalWriter().write(decision.content ?? {});
  const contentHash = createHash('sha256').update(content).digest('hex');
  const { kind, by, subject, why, evidence = '' } = decision;
  const stored = await client.query<{ decision_id: string }>(
    `insert into tieout.decision (decision_id, kind, actor, key_id, os_user, subject, why, evidence, content, content_hash)
     values (nextval('tieout.decision_id'), $1, $2, $3, $4, $5, $6, $7, $8, $9) returning decision_id`,
    [kind, by.name, by.keyId, by.osUser, subject, why, evidence, content, contentHash],
  );
  const id = stored.rows[0]?.decision_id;
  if (id === undefined) throw new Fault('the decision was not stored');
  const { name: actor, keyId, osUser } = by;
  const told = { decision: id, kind, actor, keyId, osUser, subject, why, evidence, contentHash };
  await appendAudit(client, 'decisions', told, { decision: [id] });
  return id;
}
