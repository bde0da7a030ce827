// Runs a fault against each machine that is built wrongly: lost or double, or the laboratory is worth nothing.
import type { Laboratory } from './laboratory.ts';
import { approveJournals, openBench, proposeJournals } from './laboratory.ts';
import { Crew } from './crew.ts';
import { killedAtRandom } from './faults/workers.ts';
import type { Mutant } from './orders.ts';
import type { Caught } from './report.ts';
import type { Outcome } from './verdict.ts';
import { judge, settle } from './verdict.ts';

export async function runMutant(lab: Laboratory, mutant: Mutant, short: boolean): Promise<Caught> {
  const outcome =
    mutant === 'line in two journals'
      ? await lineInTwoJournals(lab)
      : await killedAtRandom(lab, short ? 6 : 20, { quick: true, mutant });
  const { lost, double, stuck } = outcome;
  return {
    mutant,
    caught: lost + double + stuck > 0,
    notes: [`lost ${lost}, double ${double}, stuck ${stuck}`],
  };
}

/** The guard against it and its unique indexes removed, and the lines set free while their journal still lives. */
async function lineInTwoJournals(lab: Laboratory): Promise<Outcome> {
  const bench = await openBench(lab);
  const crew = new Crew(bench.orders);
  await approveJournals(bench, await proposeJournals(bench, 4));
  await bench.db.pool.query('alter table tieout.journal_source disable trigger user');
  await bench.db.pool.query(`update tieout.journal_source set ended = 'CANCELLED' where ended is null`);
  await bench.books.propose();
  const waiting = await bench.db.pool.query<{ r: string }>(
    `select posting_reference as r from posting where state = 'AWAITING_APPROVAL'`,
  );
  await approveJournals(
    bench,
    waiting.rows.map((row) => row.r),
  );
  await crew.hire();
  await settle(bench, 30_000);
  await crew.dismiss();
  const outcome = await judge(bench, { fault: 'line in two journals', times: 1 });
  await bench.close();
  return outcome;
}
