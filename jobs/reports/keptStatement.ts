// The tie-out of the last run, kept: what a run found stays what it found, and to prove it takes as long as a page may.
import type pg from 'pg';
import { type Database, transaction } from '../../src/db/connection.ts';
import { knownReconciliations } from '../../src/db/decisions/decisionRun.ts';
import { type CompletedRun, lastRun } from '../../src/db/run/completeRun.ts';
import { type ExplainedStatement, readStatement } from './statement.ts';

export class KeptStatement {
  #kept: { run: string; statement: Promise<ExplainedStatement> } | undefined;

  /** Undefined before the first run has completed. */
  async read(db: Database): Promise<ExplainedStatement | undefined> {
    const run = await transaction(db, (client) => lastRun(client));
    if (run === undefined) return undefined;
    if (this.#kept?.run !== run.runId) {
      const statement = statementOf(db, run);
      this.#kept = { run: run.runId, statement };
      statement.catch(() => {
        if (this.#kept?.statement === statement) this.#kept = undefined;
      });
    }
    return this.#kept.statement;
  }
}

function statementOf(db: Database, run: CompletedRun): Promise<ExplainedStatement> {
  return transaction(db, async (client: pg.ClientBase) => {
    await client.query('set transaction isolation level repeatable read');
    const { runId, asOf, horizon, completedAt: knownAt, rulebookHash, resultHash } = run;
    const cut = { asOf, runId, reconciliations: await knownReconciliations(client) };
    return readStatement(client, { cut, horizon, knownAt, rulebookHash, resultHash });
  });
}
