// What a certified period looks like: the tie-out of one company at a cut. It prints the same whenever it is asked for.
import { createHash } from 'node:crypto';

import type pg from 'pg';

import type { IsoDate } from '../../src/accounting/dates.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { type Certification, readCertifications } from '../../src/db/decisions/certification.ts';
import { type CompletedRun, runNumbered } from '../../src/db/run/completeRun.ts';
import { Fault } from '../../src/errors.ts';
import { CanonicalWriter } from '../../src/events/canonicalJson.ts';
import type { ExplainedRow, ExplainedStatement } from './statement.ts';
import { statementOfRun } from './statementAt.ts';

/** The tie-out of one company at a cut: what is certified, and what prints the same again. */
export interface ClosePage {
  company: string;
  period: string;
  asOf: IsoDate;
  run: string;
  knownAt: string;
  rulebookHash: string;
  reconciliations: readonly Omit<ExplainedRow, 'quarantined'>[];
}

/** Certified pages that do not print as they were certified: none, while nothing was tampered with. */
export async function changedPages(db: Database): Promise<string[]> {
  const changed: string[] = [];
  for (const each of await readCertifications(db.pool)) {
    const page = await transaction(db, async (client) => {
      await client.query('set transaction isolation level repeatable read');
      return certifiedPage(client, each);
    });
    if (hashOf(page) !== each.pageHash)
      changed.push(
        `${each.company} ${each.period}, certified by ${each.by}: its tie-out prints otherwise now`,
      );
  }
  return changed;
}

/** The page of a certified period, printed again. */
export async function certifiedPage(client: pg.ClientBase, certified: Certification): Promise<ClosePage> {
  const run = await runNumbered(client, certified.run);
  if (run === undefined) throw new Fault(`the run ${certified.run} of a certified period is not there`);
  return pageOf(certified, run, await statementOfRun(client, run, certified.asOf));
}

/** Without what tells of today: brakes, and what waits in quarantine. */
export function pageOf(
  { company, period }: { company: string; period: string },
  run: CompletedRun,
  { asOf, rulebookHash, reconciliations }: ExplainedStatement,
): ClosePage {
  return {
    company,
    period,
    asOf,
    run: run.runId,
    knownAt: run.completedAt,
    rulebookHash,
    reconciliations: reconciliations
      .filter((row) => row.company === company)
      .map(({ quarantined: _, ...row }) => row),
  };
}

/** SHA-256 of its canonical JSON. */
export const hashOf = (page: ClosePage): string =>
  createHash('sha256')
    .update(new CanonicalWriter().write({ ...page }))
    .digest('hex');
