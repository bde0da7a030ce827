// The tie-out of any cut (D, K), from what is stored: D up to the day of the run that K snaps to. A cut prints the same
// again, whatever happened since, because homes are dated by runs.
import type pg from 'pg';

import type { IsoDate } from '../../src/accounting/dates.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { knownReconciliations } from '../../src/db/decisions/decisionRun.ts';
import { type CompletedRun, lastRun } from '../../src/db/run/completeRun.ts';
import { takePartialMatchesOut } from '../../src/db/run/earlierCut.ts';
import { proveTieOut } from '../../src/db/run/tieOut.ts';
import { UserError } from '../../src/errors.ts';
import { type ExplainedStatement, readStatement } from './statement.ts';

/** @throws UserError where no run had completed by then, or none has looked that far */
export async function statementAt(
  db: Database,
  wanted: { asOf?: IsoDate; knownAt?: string },
): Promise<ExplainedStatement> {
  return transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read');
    const run = await lastRun(client, wanted.knownAt);
    if (run === undefined) {
      throw new UserError({
        what:
          wanted.knownAt === undefined
            ? 'no run has completed yet'
            : `no run had completed by ${wanted.knownAt}`,
        todo: 'tieout reconcile',
      });
    }
    return statementOfRun(client, run, wanted.asOf ?? (run.asOf as IsoDate));
  });
}

/** The tie-out up to a day as it was known when a run had completed; inside a transaction that may make temporary tables. */
export async function statementOfRun(
  client: pg.ClientBase,
  run: CompletedRun,
  asOf: IsoDate,
): Promise<ExplainedStatement> {
  if (asOf > run.asOf)
    throw new UserError({
      where: '--as-of',
      what: `run ${run.runId} has looked no further than ${run.asOf}`,
      expected: `${run.asOf} or earlier`,
      found: asOf,
      todo: `tieout reconcile --as-of ${asOf}`,
    });
  const earlier = asOf < run.asOf;
  const cut = { asOf, runId: run.runId, reconciliations: await knownReconciliations(client), earlier };
  if (earlier) await takePartialMatchesOut(client, cut);
  await proveTieOut(client, cut);
  return readStatement(client, {
    cut,
    horizon: run.horizon,
    knownAt: run.completedAt,
    rulebookHash: run.rulebookHash,
    resultHash: earlier ? '' : run.resultHash,
  });
}
