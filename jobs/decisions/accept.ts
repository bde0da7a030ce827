// Keeps a difference as accepted, and opens an accepted one again. Above the company's `acceptLimit` the difference is kept
// only when a second person agrees; the acceptance lapses by itself when the amount changes or a surer reason is found.
import type pg from 'pg';
import type { Config } from '../../src/config/model.ts';
import { transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import {
  acceptException,
  type AcceptableAmount,
  amountsOf,
  exceptionsLike,
  reopenException,
} from '../../src/db/decisions/acceptException.ts';
import { askSecondPerson } from '../../src/db/decisions/secondWord.ts';
import { lockPostings } from '../../src/db/posting/lockPostings.ts';
import { lockRunsInTransaction } from '../../src/db/run/startRun.ts';
import { DecisionRefused, UserError } from '../../src/errors.ts';
import { decimal } from '../../src/money/decimal.ts';
import { type Decide, decisionRun, inDecisionRun } from './decisionRun.ts';
import { permit } from './permissions.ts';
import type { Effect } from './agreeing.ts';
import { withdraw } from '../posting/cancelJournals.ts';
import { requireOwn } from './ownCompanies.ts';

/** Full ids; how many journals were cancelled; and what waits for a second person. */
export interface Accepted {
  /** Undefined where all of it waits. */
  run?: string;
  accepted: string[];
  withdrawn: number;
  /** `id`: the decision that another person agrees to. */
  waits?: { id: string; exceptions: string[] };
}

export type Accept = Decide & Pick<Config, 'companies'>;

/**
 * Keeps differences as accepted; journals that would book them and have not left are cancelled. Ids may be shortened to a
 * unique beginning of at least four digits.
 */
export async function accept(job: Accept, ids: readonly string[]): Promise<Accepted> {
  permit(job.by, 'accept', job.why);
  const { by, why } = job;
  return transaction(job.db, async (client) => {
    await lockRunsInTransaction(client);
    await lockPostings(client);
    const full: string[] = [];
    for (const id of ids) full.push(await oneException(client, id));
    await requireOwn(client, by, 'exception', full);
    const amounts = await amountsOf(client, [...new Set(full)]);
    const large = amounts.filter((item) => isAboveLimit(item, job.companies)).map((item) => item.id);
    const small = [...new Set(full)].filter((id) => !large.includes(id));
    const content = (exceptions: readonly string[]) => ({
      exceptions: amounts.filter(({ id }) => exceptions.includes(id)).map(({ id, said }) => `${id} ${said}`),
    });
    const decision = (exceptions: readonly string[]) => ({
      kind: 'accept',
      by,
      subject: exceptions.join(' '),
      why,
      content: content(exceptions),
    });
    const done: Accepted = { accepted: [], withdrawn: 0 };
    if (small.length > 0) {
      const decisionId = await recordDecision(client, decision(small));
      Object.assign(done, await acceptAll(client, job, decisionId, small));
    }
    if (large.length > 0)
      done.waits = { id: await askSecondPerson(client, decision(large)), exceptions: large };
    return done;
  });
}

/** Once a second person agreed: what was asked for, while reason and amount are still those. */
export const acceptAgreed: Effect = async (client, { decisionId, subject, content, by }, word) => {
  const ids = subject.split(' ');
  await requireOwn(client, word.by, 'exception', ids);
  const now = (await amountsOf(client, ids)).map(({ id, said }) => `${id} ${said}`);
  const asked = content['exceptions'] as string[];
  const other = asked.find((said) => !now.includes(said));
  if (other !== undefined) {
    const id = other.split(' ')[0] ?? '';
    throw new DecisionRefused({
      where: id.slice(0, 12),
      what: 'this exception is not what it was when it was asked for',
      expected: other,
      found: now.find((said) => said.startsWith(id)) ?? 'it is closed',
      todo: 'look at it again: tieout exceptions; then accept it anew',
    });
  }
  return acceptedLine(await acceptAll(client, { by, clock: word.clock }, decisionId, ids));
};

/** Opens accepted differences again, whatever came later; ids and ages stay. */
export async function reopen(
  job: Decide,
  ids: readonly string[],
): Promise<{ run: string; reopened: string[] }> {
  permit(job.by, 'reopen', job.why);
  const work = async (client: pg.ClientBase, { runId }: { runId: string }, decisionId: string) => {
    const reopened: string[] = [];
    for (const id of ids) {
      const full = await oneException(client, id);
      await requireOwn(client, job.by, 'exception', [full]);
      if (reopened.includes(full)) continue;
      if (!(await reopenException(client, full, runId, decisionId)))
        throw new DecisionRefused({
          where: id,
          what: 'this exception is not accepted',
          expected: 'an accepted exception',
          found: 'an open one',
        });
      reopened.push(full);
    }
    return { run: runId, reopened };
  };
  return decisionRun(job, 'reopen', ids.join(' '), { exceptions: ids }, work);
}

/** What was accepted, in words. */
export function acceptedLine({ run, accepted, withdrawn }: Omit<Accepted, 'waits'>): string {
  const line = `accepted ${accepted.map((id) => id.slice(0, 12)).join(', ')} (run ${run})`;
  return withdrawn === 0 ? line : `${line}; ${withdrawn} journals that would have booked it are cancelled`;
}

/** An amount that nobody knows in company currency may be any. */
function isAboveLimit(item: AcceptableAmount, companies: Config['companies']): boolean {
  const company = companies.get(item.company);
  if (company?.acceptLimit === undefined) return false;
  if (item.amount === null || (item.currency !== '' && item.currency !== company.currency)) return true;
  return decimal(item.amount).greaterThan(company.acceptLimit);
}

function acceptAll(
  client: pg.ClientBase,
  job: Parameters<typeof inDecisionRun>[1],
  decisionId: string,
  ids: readonly string[],
): Promise<{ run: string; accepted: string[]; withdrawn: number }> {
  return inDecisionRun(client, job, decisionId, async ({ runId }) => {
    for (const id of ids) {
      if (await acceptException(client, id, runId, decisionId)) continue;
      throw new DecisionRefused({
        where: id,
        what: 'this exception is not open',
        expected: 'an open exception',
        found: 'accepted already',
      });
    }
    return { run: runId, accepted: [...ids], withdrawn: await withdraw(client, runId) };
  });
}

async function oneException(client: pg.ClientBase, id: string): Promise<string> {
  const found = await exceptionsLike(client, id);
  if (found.length === 1) return found[0] as string;
  throw new UserError({
    where: id,
    what: found.length === 0 ? 'no open exception has this id' : 'more than one exception begins like this',
    todo: 'tieout exceptions lists them',
  });
}
