// Runs a text scenario (controlScenario.ts) and tells every open item after each run: differences too, with their sentences.
import { listExceptions } from '../../jobs/reports/exceptions.ts';
import { reconcile, type Reconciled } from '../../jobs/run/reconcile.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import type { Database } from '../../src/db/connection.ts';
import type { controlCompany } from './controlCompany.ts';
import { ingestStep, readControlScenario } from './controlScenario.ts';

/** What one run said. */
export interface Told {
  run: Reconciled;
  rows: ExceptionRow[];
  /** `TIMING 1200 S1`: the reason, accounts and references of each open difference, in order. */
  open: string[];
}

/** Takes in and runs each step of the text. */
export async function openReasons(
  db: Database,
  company: ReturnType<typeof controlCompany>,
  text: string,
): Promise<Told[]> {
  const told: Told[] = [];
  const { config, rulebook } = company;
  const clock = (): number => Date.parse('2026-06-20T12:00:00Z');
  for (const [index, step] of readControlScenario(text).entries()) {
    await ingestStep(db, company, `told-${index}`, step);
    const run = await reconcile({ db, config, rulebook, maker: 'test', clock, asOf: isoDate(step.asOf) });
    const rows: ExceptionRow[] = [];
    const client = await db.pool.connect();
    try {
      const wanted = { rulebook, runId: run.run, asOf: run.asOf, current: true };
      for await (const row of listExceptions(client, wanted)) rows.push(row);
    } finally {
      client.release();
    }
    const words = ({ reason, legs, references }: ExceptionRow): string =>
      [reason, ...new Set(legs.map(({ account }) => account)), ...references].join(' ');
    told.push({
      run,
      rows,
      open: rows
        .filter((row) => row.class === 'difference')
        .map(words)
        .sort(),
    });
  }
  return told;
}
