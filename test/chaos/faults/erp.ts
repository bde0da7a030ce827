// Faults of the ERP: each of twelve kinds at 30% of all bookings, and a look that shows a document two minutes late.
import { WorkerGroup } from '../workerGroup.ts';
import type { Laboratory } from '../laboratory.ts';
import { approveJournals, openBench, proposeJournals, QUICK } from '../laboratory.ts';
import type { Outcome } from '../verdict.ts';
import { judge, settle } from '../verdict.ts';
import { FAULTS } from '../../erp/simulators/faults.ts';
import type { FaultKind } from '../../erp/simulators/faults.ts';

export const ERP_FAULTS: readonly FaultKind[] = FAULTS;

/** `journals` journals; a share of their bookings goes wrong in one of the ways given. */
export async function erpFaults(
  lab: Laboratory,
  kinds: readonly FaultKind[],
  journals: number,
  rate: number,
): Promise<Outcome> {
  const bench = await openBench(lab);
  // A hang is longer than the call may take, and shorter than the ERP's own queue is assumed to be.
  const hangMs = QUICK.callTimeoutMs + 500;
  await bench.simulator.setFaults({ rate, kinds, seed: 11, hangMs });
  const workers = new WorkerGroup(bench.orders);
  await workers.hire();
  await workers.hire();
  await approveJournals(bench, await proposeJournals(bench, journals));
  await settle(bench, 300_000);
  await workers.dismiss();
  const fault = `ERP: ${kinds.length === 1 ? kinds[0] : `${kinds.length} kinds`}`;
  const notes = [`${await bench.simulator.faultsDone()} bookings went wrong`];
  const outcome = await judge(bench, { fault, times: journals, told: workers, notes });
  await bench.close();
  return outcome;
}

/** The ERP books at once and shows it up to `lagMs` later; a third of the answers is lost. */
export async function lookLags(lab: Laboratory, times: number, lagMs: number): Promise<Outcome> {
  const bench = await openBench(lab, QUICK, { lookLagSeconds: String(Math.ceil(lagMs / 1_000)) });
  await bench.simulator.setFaults({
    rate: 0.33,
    kinds: ['resetAfter', 'error500After', 'error500Before'],
    seed: 5,
    lookLagMs: lagMs,
  });
  const workers = new WorkerGroup(bench.orders);
  await workers.hire();
  await workers.hire();
  await approveJournals(bench, await proposeJournals(bench, times));
  await settle(bench, 6 * lagMs + 120_000);
  await workers.dismiss();
  const notes = [
    `it shows documents ${lagMs / 1_000} s late`,
    `${await bench.simulator.faultsDone()} answers lost`,
  ];
  const outcome = await judge(bench, { fault: 'the look lags behind', times, told: workers, notes });
  await bench.close();
  return outcome;
}
