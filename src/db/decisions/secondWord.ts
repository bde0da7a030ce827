// Decisions that wait for a second person, and that person's word. That the two are different people is the database's to
// say (constraint second_word_four_eyes); a waiting decision is named `D12` wherever a person sees or gives its number.
import type pg from 'pg';
import { DatabaseError } from 'pg';

import { DecisionRefused, UserError } from '../../errors.ts';
import { appendAudit } from '../audit.ts';
import { lock } from '../locks.ts';
import { type Decision, type DecisionMaker, recordDecision } from '../decision.ts';

/** What the first person asked for. */
export interface WaitingDecision {
  decisionId: string;
  kind: string;
  by: DecisionMaker;
  subject: string;
  why: string;
  content: Readonly<Record<string, unknown>>;
  contentHash: string;
  verdict: 'approved' | 'rejected' | null;
}

/** Whether an id that `approve` or `reject` was given names a waiting decision: `D12`. */
export function isWaitingId(id: string): boolean {
  return /^[dD]\d{1,18}$/.test(id);
}

/**
 * Stores a decision that does nothing until another person agrees. Asked again while it waits, it is the same one.
 * @returns its name, `D12`
 */
export async function askSecondPerson(client: pg.ClientBase, decision: Decision): Promise<string> {
  const { kind, by, subject, content = {} } = decision;
  const same = await client.query<{ id: string }>(
    `select w.decision_id as id from tieout.waiting_decision w join tieout.decision d using (decision_id)
      where d.kind = $1 and d.actor = $2 and d.subject = $3 and d.content = $4::jsonb
        and not exists (select from tieout.second_word s where s.decision_id = w.decision_id)
      order by 1 limit 1`,
    [kind, by.name, subject, JSON.stringify(content)],
  );
  if (same.rows[0] !== undefined) return `D${same.rows[0].id}`;
  const decisionId = await recordDecision(client, decision);
  await client.query('select tieout.wait_for_second($1)', [decisionId]);
  await appendAudit(client, 'decisions', { waits: decisionId }, { waiting_decision: [decisionId] });
  return `D${decisionId}`;
}

/** The waiting decision of that name, locked against a second word at the same time. */
export async function findWaiting(client: pg.ClientBase, id: string): Promise<WaitingDecision | undefined> {
  await lock(client, 'DECISION', `D${id.slice(1)}`);
  const found = await client.query<
    Omit<WaitingDecision, 'by'> & { actor: string; keyId: string; os: string }
  >(
    `select d.decision_id as "decisionId", d.kind, d.actor, d.key_id as "keyId", d.os_user as os, d.subject, d.why, d.content,
            d.content_hash as "contentHash", s.verdict
       from tieout.waiting_decision w join tieout.decision d using (decision_id)
       left join tieout.second_word s on s.decision_id = w.decision_id
      where w.decision_id = $1`,
    [id.slice(1)],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  const { actor, keyId, os, ...waiting } = row;
  return { ...waiting, by: { name: actor, keyId, osUser: os } };
}

/**
 * Stores the second word, a decision of its own.
 * @throws DecisionRefused where that person may not say it; the caller's transaction is broken then
 */
export async function insertSecondWord(
  client: pg.ClientBase,
  waiting: WaitingDecision,
  word: { verdict: 'approved' | 'rejected'; by: DecisionMaker; why: string },
): Promise<void> {
  const { decisionId, kind, contentHash } = waiting;
  const wordId = await recordDecision(client, {
    kind: word.verdict === 'approved' ? 'approve' : 'reject',
    by: word.by,
    subject: `D${decisionId}`,
    why: word.why,
    content: { decision: decisionId, kind, contentHash },
  });
  try {
    await client.query('select tieout.say_second_word($1)', [wordId]);
    await appendAudit(client, 'decisions', { secondWord: decisionId }, { second_word: [decisionId] });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '23514') throw error;
    throw error.constraint === 'second_word_four_eyes'
      ? new DecisionRefused({
          where: `D${decisionId}`,
          what: `${waiting.by.name} asked for it, and cannot agree to it`,
          todo: 'another reviewer has to: tieout approve',
        })
      : new DecisionRefused({ where: `D${decisionId}`, what: error.message.replace(/^tieout: /, '') });
  }
}

/** The waiting decision of that name that nobody has decided yet. */
export async function undecided(client: pg.ClientBase, id: string): Promise<WaitingDecision> {
  const waiting = await findWaiting(client, id);
  if (waiting === undefined)
    throw new UserError({
      where: id,
      what: 'no decision with this number waits for a second person',
      todo: 'tieout list decisions --waiting',
    });
  if (waiting.verdict !== null)
    throw new DecisionRefused({ where: id, what: `it was ${waiting.verdict} already; nothing was changed` });
  return waiting;
}
