// Faults between the workers and PostgreSQL: the whole server killed, connections cut or swallowed, and the answer to a
// COMMIT cut after it happened.
import { setTimeout as sleep } from 'node:timers/promises';

import { MACHINE_STATES } from '../../../src/posting/states.ts';
import { WorkerGroup } from '../workerGroup.ts';
import type { Bench, Laboratory } from '../laboratory.ts';
import { approveJournals, openBench, proposeJournals } from '../laboratory.ts';
import type { Outcome } from '../verdict.ts';
import { judge, settle } from '../verdict.ts';

/** Every process of PostgreSQL killed while workers send; it comes back a moment later. */
export async function serverKilled(lab: Laboratory, times: number): Promise<Outcome> {
  const bench = await openBench(lab);
  const workers = new WorkerGroup(bench.orders);
  const waiting = await proposeJournals(bench, times * 6);
  await workers.hire();
  await workers.hire();
  const pids = workers.members.map((member) => member.process.pid);
  const back: number[] = [];
  for (let n = 0; n < times; n += 1) {
    await approveJournals(bench, waiting.splice(0, 6));
    await sleep(50 + Math.random() * 200);
    await lab.server.kill();
    await sleep(Math.random() * 300);
    await lab.server.start();
    const upAt = Date.now();
    await bench.reopen();
    const first = await firstStepAfter(bench, workers, upAt);
    if (first !== undefined) back.push(first);
  }
  await settle(bench, 60_000);
  const same = workers.members.filter((member) => pids.includes(member.process.pid)).length;
  await workers.dismiss();
  back.sort((a, b) => a - b);
  const notes = [`${same} of ${pids.length} workers are still the first ones`];
  const outcome = await judge(bench, { fault: 'PostgreSQL killed whole', times, told: workers, notes });
  await bench.close();
  return { ...outcome, recoveredMs: { median: back[back.length >> 1] ?? 0, max: back.at(-1) ?? 0 } };
}

/** From the server's return to the first step that a worker is acknowledged; undefined where nothing was left to do. */
async function firstStepAfter(bench: Bench, workers: WorkerGroup, at: number): Promise<number | undefined> {
  for (const until = at + 60_000; Date.now() < until; await sleep(20)) {
    const step = workers.steps.find((each) => each.at > at);
    if (step !== undefined) return step.at - at;
    const open = await bench.db.pool.query('select from posting where state = any($1) limit 1', [
      [...MACHINE_STATES],
    ]);
    if (open.rowCount === 0) return undefined;
  }
  return 60_000;
}

/** The COMMIT happens and its answer is cut. */
export async function commitAnswersCut(lab: Laboratory, times: number): Promise<Outcome> {
  return throughProxy(lab, 'answer cut after COMMIT', times, async (bench, cutSoFar) => {
    lab.proxy.cutAfterCommit(1);
    for (const until = Date.now() + 10_000; lab.proxy.commitsCut() === cutSoFar && Date.now() < until;)
      await sleep(10);
    return bench.approved.length;
  });
}

/** Connections reset for a moment; every so many times everything is swallowed instead, and nobody is told. */
export async function networkCut(lab: Laboratory, times: number, swallowEvery: number): Promise<Outcome> {
  let n = 0;
  return throughProxy(lab, 'network cut to the database', times, async () => {
    n += 1;
    if (n % swallowEvery === 0) {
      lab.proxy.swallow(1_000);
      await sleep(1_200);
    } else {
      lab.proxy.cut(Math.random() * 150);
      await sleep(100 + Math.random() * 200);
    }
    return n;
  });
}

async function throughProxy(
  lab: Laboratory,
  fault: string,
  times: number,
  once: (bench: Bench, cutSoFar: number) => Promise<unknown>,
): Promise<Outcome> {
  const bench = await openBench(lab);
  const workers = new WorkerGroup(bench.orders);
  const waiting = await proposeJournals(bench, times * 2);
  await workers.hire();
  await workers.hire();
  let longestMs = 0;
  for (let n = 0; n < times; n += 1) {
    await approveJournals(bench, waiting.splice(0, 2));
    await once(bench, lab.proxy.commitsCut());
    // A hang is a time in which no worker takes a step though there is work.
    longestMs = Math.max(longestMs, await silence(bench, workers));
  }
  await approveJournals(bench, waiting);
  await settle(bench, 60_000);
  await workers.dismiss();
  const limit = bench.orders.statementTimeoutMs + 5_000;
  const notes = [`longest silence with work at hand ${longestMs} ms, allowed ${limit} ms`];
  const outcome = await judge(bench, { fault, times, told: workers, notes });
  await bench.close();
  return { ...outcome, stuck: outcome.stuck + (longestMs > limit ? 1 : 0) };
}

/** How long it takes from now until a worker takes a step; 0 where nothing is due. */
async function silence(bench: Bench, workers: WorkerGroup): Promise<number> {
  const from = Date.now();
  const due = `select count(*)::int as n from posting where state in ('APPROVED', 'RETRY_WAIT') and due_at <= now() and lease_until is null`;
  for (const until = from + 30_000; Date.now() < until; await sleep(25)) {
    if (workers.steps.some((step) => step.at >= from)) return Date.now() - from;
    const open = await bench.db.pool.query<{ n: number }>(due);
    if (open.rows[0]?.n === 0) return 0;
  }
  return 30_000;
}
