// A person's decision as a fact, with its audit row, in the transaction of what it changes. There is no other way to
// write one, so no decision can lack its chain link.
import { createHash } from 'node:crypto';

import type pg from 'pg';

import { CanonicalWriter } from '../events/canonicalJson.ts';
import { Fault } from '../errors.ts';
import { appendAudit } from './audit.ts';

/** A key as text, which prints as nothing wherever it turns up. */
export class SecretKey {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  /** For a bound parameter only. */
  reveal(): string {
    return this.#text;
  }
}

/** Who decided: the user, the key that proved it, and the operating system's account. */
export interface DecisionMaker {
  readonly name: string;
  /** '' only where the owner of the tables wrote it. */
  readonly keyId: string;
  readonly osUser: string;
  /** What the database proves them by; without it only the owner of the tables can write their decision. */
  readonly key?: SecretKey;
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
    'select tieout.decide_by($1, $2, $3, $4, $5, $6, $7, $8) as decision_id',
    [by.key?.reveal(), by.name, kind, by.osUser, subject, why, evidence, content],
  );
  const id = stored.rows[0]?.decision_id;
  if (id === undefined) throw new Fault('the decision was not stored');
  const { name: actor, keyId, osUser } = by;
  const told = { decision: id, kind, actor, keyId, osUser, subject, why, evidence, contentHash };
  await appendAudit(client, 'decisions', told, { decision: [id] });
  return id;
}
