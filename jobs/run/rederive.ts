// A changed rulebook changes nothing by itself. One person proposes to apply it to what is stored in open periods, a second
// one approves exactly that, and the next run matches by it; events that no rule took need no word, they just come in.
import type pg from 'pg';
import { DatabaseError } from 'pg';

import type { Config } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import type { DecisionMaker } from '../../src/db/decision.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { drawBatchId } from '../../src/db/intake/insertBatch.ts';
import type { Rederivation } from '../../src/db/intake/rederive/rederivations.ts';
import {
  findRederivation,
  insertRederivation,
  insertRederivationVerdict,
  waitingRederivation,
} from '../../src/db/intake/rederive/rederivations.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { UserError } from '../../src/errors.ts';
import { rederive } from '../../src/intake/rederive.ts';
import { closeRederivedBatch } from '../../src/intake/rederiveBatch.ts';
import type { RederivePlan } from '../../src/intake/rederiveModel.ts';
import { nothingChanges } from '../../src/intake/rederiveModel.ts';
import { storing } from '../../src/intake/storing.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { intakeContext } from '../intake/intakeContext.ts';
import type { Actor } from '../administration/userKeys.ts';
import { permit } from '../decisions/permissions.ts';

export interface Rederive {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  clock: () => number;
}

const PREFIX = 'rederive-';

/** Whether an id that `approve` or `reject` was given names a rederivation: `rederive-7`. */
export function isRederivation(id: string): boolean {
  return /^rederive-\d{1,18}$/.test(id);
}

/** What the rulebook would change; nothing is stored. */
export function previewRederivation(job: Rederive): Promise<RederivePlan> {
  return transaction(job.db, async (client) =>
    rederive(client, await contextOf(client, job, 'rederive'), 'changed'),
  );
}

/** A proposal, new or the one that waits already; undefined id: there is nothing to change. */
export interface ProposedRederivation {
  id: string | undefined;
  proposer: string;
  plan: RederivePlan;
}

/** Proposes to apply the rulebook. The same proposal again is the same one, not a second. */
export function proposeRederivation(job: Rederive & { by: Actor }): Promise<ProposedRederivation> {
  const { by } = job;
  permit(by, 'rederive', '');
  return transaction(job.db, async (client) => {
    const plan = await rederive(client, await contextOf(client, job, by.name), 'changed');
    if (nothingChanges(plan)) return { id: undefined, proposer: by.name, plan };
    const waiting = await waitingRederivation(client, plan.rulebookHash, plan.planHash);
    if (waiting !== undefined) return { id: `${PREFIX}${waiting.id}`, proposer: waiting.proposer, plan };
    const { rulebookHash, planHash, events, ended, added, moved } = plan;
    const content = { rulebookHash, planHash, events, ended, added, moved, held: plan.held.length };
    const subject = `rulebook ${rulebookHash}`;
    const decisionId = await recordDecision(client, { kind: 'rederive', by, subject, why: '', content });
    const id = await insertRederivation(client, { summary: plan, decisionId });
    return { id: `${PREFIX}${id}`, proposer: by.name, plan };
  });
}

/** A person's word on a rederivation; a refusal leaves everything as it was. */
export interface RederiveWord extends Rederive {
  by: Actor;
  why: string;
}

export interface AppliedRederivation {
  id: string;
  /** '' where it was rejected. */
  batch: string;
  events: number;
  ended: number;
  added: number;
  moved: number;
}

/**
 * The second person's word: applies exactly what was proposed, in one transaction.
 * @throws UserError where it is decided already, changed since, or proposed by the same person
 */
export async function approveRederivation(job: RederiveWord, id: string): Promise<AppliedRederivation> {
  permit(job.by, 'approve rederivation', job.why);
  return withRefusal(id, () =>
    transaction(job.db, async (client) => {
      await lockRunsInTransaction(client);
      const companies = [...job.config.companies.keys()];
      const subjects = companies.flatMap((code) => [`events ${code}`, `ledger ${code}`]);
      return storing(client, subjects, () => apply(client, job, id));
    }),
  );
}

/** Puts a proposal aside; also its own proposer may. */
export async function rejectRederivation(job: RederiveWord, id: string): Promise<AppliedRederivation> {
  permit(job.by, 'reject rederivation', job.why);
  return withRefusal(id, () =>
    transaction(job.db, async (client) => {
      const proposal = await undecided(client, id);
      const decisionId = await decide(client, job, 'reject', id, proposal);
      const verdict = 'rejected' as const;
      await insertRederivationVerdict(client, {
        id: proposal.id,
        verdict,
        decisionId,
        batchId: null,
      });
      return { id, batch: '', events: 0, ended: 0, added: 0, moved: 0 };
    }),
  );
}

async function apply(client: pg.ClientBase, job: RederiveWord, id: string): Promise<AppliedRederivation> {
  const proposal = await undecided(client, id);
  if (proposal.rulebookHash !== job.rulebook.hash) {
    throw new UserError({
      where: id,
      what: 'it was proposed with another rulebook',
      expected: `version ${proposal.rulebookHash.slice(0, 12)}`,
      found: `version ${job.rulebook.hash.slice(0, 12)} in the rulebook folder`,
      todo: 'put that version back, or propose this one: tieout rederive --as USER',
    });
  }
  const decisionId = await decide(client, job, 'approve', id, proposal);
  const batchId = await drawBatchId(client);
  const approver = job.by.name;
  await insertRederivationVerdict(client, {
    id: proposal.id,
    verdict: 'approved',
    decisionId,
    batchId,
  });
  const context = await contextOf(client, job, approver);
  const plan = await rederive(client, context, 'changed', batchId);
  if (plan.planHash !== proposal.planHash) {
    throw new UserError({
      where: id,
      what: 'it would change something else now than what was proposed',
      expected: shortly(proposal.summary as RederivePlan),
      found: shortly(plan),
      todo: 'propose it again and look at what it changes: tieout rederive --as USER',
    });
  }
  await closeRederivedBatch(client, context, batchId, plan);
  const { events, ended, added, moved } = plan;
  return { id, batch: batchId, events, ended, added, moved };
}

/** Also for `--dry-run`: what a plan comes to, in one line. */
export function shortly({
  events,
  ended,
  added,
  moved,
}: Pick<RederivePlan, 'events' | 'ended' | 'added' | 'moved'>): string {
  return `${events} events whose lines change (${ended} lines end, ${added} come), ${moved} lines moved`;
}

function contextOf(client: pg.ClientBase, { config, rulebook, clock }: Rederive, actor: string) {
  return intakeContext(client, config, rulebook, clock, actor);
}

async function undecided(client: pg.ClientBase, id: string): Promise<Rederivation> {
  const proposal = isRederivation(id) ? await findRederivation(client, id.slice(PREFIX.length)) : undefined;
  if (proposal === undefined) {
    const todo = 'tieout rederive --as USER proposes one and prints its id';
    throw new UserError({
      where: id,
      what: 'no rederivation has this id',
      expected: 'rederive-NUMBER',
      todo,
    });
  }
  if (proposal.verdict !== null)
    throw new UserError({ where: id, what: `it was ${proposal.verdict} already; nothing was changed` });
  return proposal;
}

function decide(
  client: pg.ClientBase,
  { by, why }: { by: DecisionMaker; why: string },
  kind: string,
  id: string,
  { rulebookHash, planHash, proposer }: Rederivation,
): Promise<string> {
  return recordDecision(client, {
    kind,
    by,
    subject: id,
    why,
    content: { rulebookHash, planHash, proposer },
  });
}

/** The database's refusal of a person becomes an answer that says why. */
async function withRefusal<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '23514') throw error;
    const same = error.constraint === 'proposer_is_not_approver';
    throw new UserError({
      where: id,
      what: same ? 'who proposed it cannot approve it' : error.message.replace(/^tieout: /, ''),
      todo: same ? 'another reviewer has to: tieout approve ID --as USER' : 'tieout users add gives roles',
    });
  }
}
