// Runs a fault against each machine that is built wrongly: lost or double, or the laboratory is worth nothing.
import type { Laboratory } from './laboratory.ts';
import { approveJournals, openBench, proposeJournals } from './laboratory.ts';
import { WorkerGroup } from './workerGroup.ts';
import { killedAtRandom } from './faults/workers.ts';
import type { Mutant } from './orders.ts';
import type { Caught } from './report.ts';
import type { Outcome } from './verdict.ts';
import { judge, settle } from './verdict.ts';

/** Kills a mutant, the few times first. Which worker dies in which moment is chance: what six kills miss, twenty more find. */
const KILLS = { short: [6, 20], long: [20, 40] };

export async function runMutant(lab: Laboratory, mutant: Mutant, short: boolean): Promise<Caught> {
  const outcomes: Outcome[] = [];
  if (mutant === 'line in two journals') outcomes.push(await lineInTwoJournals(lab));
  else
    for (const times of short ? KILLS.short : KILLS.long)
      if (!outcomes.some(isCaught)) outcomes.push(await killedAtRandom(lab, times, { quick: true, mutant }));
  return {
    mutant,
    caught: outcomes.some(isCaught),
    notes: outcomes.map(({ lost, double, stuck }) => `lost ${lost}, double ${double}, stuck ${stuck}`),
  };
}

const isCaught = ({ lost, double, stuck }: Outcome): boolean => lost + double + stuck > 0;

/** The guard against it and its unique indexes removed, and the lines set free while their journal still lives. */
async function lineInTwoJournals(lab: Laboratory): Promise<Outcome> {
  const bench = await openBench(lab);
  const workers = new WorkerGroup(bench.orders);
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
  await workers.hire();
  await settle(bench, 30_000);
  await workers.dismiss();
  const outcome = await judge(bench, { fault: 'line in two journals', times: 1 });
  await bench.close();
  return outcome;
}
