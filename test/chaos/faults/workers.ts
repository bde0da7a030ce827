// Faults of the workers: killed at random moments, stopped past their lease and continued, and many at once.
import { setTimeout as sleep } from 'node:timers/promises';

import { MACHINE_STATES } from '../../../src/posting/states.ts';
import { POSTING_SETTINGS } from '../../../src/posting/posting.ts';
import { WorkerGroup } from '../workerGroup.ts';
import type { Kill, Member } from '../workerGroup.ts';
import type { Bench, Laboratory } from '../laboratory.ts';
import { approveJournals, openBench, proposeJournals, QUICK } from '../laboratory.ts';
import type { Mutant } from '../orders.ts';
import type { Outcome } from '../verdict.ts';
import { heldBy, judge, settle } from '../verdict.ts';

const WORKERS = 3;

/** Some answers are lost as well: a kill hurts most where the ERP has booked and nobody has heard of it. */
const LOST_ANSWERS = { rate: 0.15, kinds: ['resetAfter', 'error500After'] as const, seed: 7 };

/** kill -9 at random moments; with production's lease, unless it is to be quick. */
export async function killedAtRandom(
  lab: Laboratory,
  times: number,
  { quick, mutant }: { quick: boolean; mutant?: Mutant },
): Promise<Outcome> {
  const settings = { ...QUICK, leaseMs: quick ? QUICK.leaseMs : POSTING_SETTINGS.leaseMs };
  const bench = await openBench(lab, settings);
  await bench.simulator.setFaults(LOST_ANSWERS);
  const workers = new WorkerGroup({ ...bench.orders, ...(mutant === undefined ? {} : { mutant }) });
  const waiting = await proposeJournals(bench, Math.ceil(times * 1.2) + 6);
  const perKill = Math.ceil(waiting.length / times);
  for (let n = 0; n < WORKERS; n += 1) await workers.hire();
  const kills: Kill[] = [];
  for (let n = 0; n < times; n += 1) {
    await approveJournals(bench, waiting.splice(0, perKill));
    const victim = workers.members[Math.floor(Math.random() * workers.members.length)]!;
    // Every other one in the moment when it tells a step: what it told had better be true by then.
    if (n % 2 === 0) await sleep(Math.random() * 150);
    else await workers.nextStep(victim, 1_000);
    const [at] = await Promise.all([workers.kill(victim), workers.hire()]);
    kills.push({ at, held: await heldBy(bench, victim.name) });
  }
  await approveJournals(bench, waiting);
  await settle(bench, mutant === undefined ? 120_000 : 20_000);
  await workers.dismiss();
  const outcome = await judge(bench, { fault: 'worker killed', times, kills, told: workers });
  await bench.close();
  return outcome;
}

/** SIGSTOP until the lease is over and another worker has the journal, then SIGCONT. */
export async function stoppedPastLease(lab: Laboratory, times: number): Promise<Outcome> {
  const bench = await openBench(lab);
  await bench.simulator.setFaults({ rate: 0.5, kinds: ['slow'], hangMs: 400 });
  const workers = new WorkerGroup(bench.orders);
  const waiting = await proposeJournals(bench, times * 4);
  const perStop = Math.ceil(waiting.length / times);
  for (let n = 0; n < 4; n += 1) await workers.hire();
  const continued: Promise<void>[] = [];
  const stopped = new Set<Member>();
  let stops = 0;
  for (let n = 0; n < times; n += 1) {
    await approveJournals(bench, waiting.splice(0, perStop));
    const member = await inACall(bench, workers, stopped);
    if (member === undefined) continue;
    stops += 1;
    stopped.add(member);
    continued.push(stopAndContinue(member, QUICK.leaseMs + 1_500).then(() => void stopped.delete(member)));
  }
  await Promise.all(continued);
  await approveJournals(bench, waiting);
  await settle(bench, 60_000);
  await workers.dismiss();
  const stale = workers.steps.filter((step) => step.stale).length;
  const notes = [`${stale} stale steps were refused`];
  const outcome = await judge(bench, {
    fault: 'worker stopped past its lease',
    times: stops,
    told: workers,
    notes,
  });
  await bench.close();
  return outcome;
}

/** A worker in the middle of a call; never the last one that is free, since somebody has to take over. */
async function inACall(
  bench: Bench,
  workers: WorkerGroup,
  stopped: ReadonlySet<Member>,
): Promise<Member | undefined> {
  for (const until = Date.now() + 5_000; Date.now() < until; await sleep(10)) {
    if (stopped.size >= 3) continue;
    const calling = await bench.db.pool.query<{ worker: string }>(
      `select worker from posting where state = 'SENDING' and lease_until > now()`,
    );
    const names = new Set(calling.rows.map((row) => row.worker));
    const member = workers.members.find((each) => names.has(each.name) && !stopped.has(each));
    if (member !== undefined) return member;
  }
  return undefined;
}

async function stopAndContinue(member: Member, ms: number): Promise<void> {
  member.process.kill('SIGSTOP');
  await sleep(ms);
  member.process.kill('SIGCONT');
}

/** Eight workers fall upon the same few journals, `times` times. */
export async function eightAtOnce(lab: Laboratory, times: number): Promise<Outcome> {
  const bench = await openBench(lab);
  const workers = new WorkerGroup(bench.orders);
  await Promise.all(Array.from({ length: 8 }, () => workers.hire()));
  for (let n = 0; n < times; n += 1) {
    await approveJournals(bench, await proposeJournals(bench, 6));
    await settle(bench, 30_000);
  }
  await workers.dismiss();
  const told = new Set(workers.steps.filter(({ to }) => to === 'POSTED').map(({ reference }) => reference));
  const notes = [
    `${told.size} journals posted by ${new Set(workers.steps.map((step) => step.at)).size} steps`,
  ];
  const outcome = await judge(bench, { fault: 'eight workers at once', times, told: workers, notes });
  await bench.close();
  return outcome;
}

/**
 * The wall clock of every worker jumps by hours, there and back; and the database's clock as its rows see it: a jump there
 * makes every stored time that much older, one back that much younger.
 */
export async function clocksJump(lab: Laboratory, times: number): Promise<Outcome> {
  const bench = await openBench(lab);
  await bench.simulator.setFaults({
    rate: 0.3,
    kinds: ['hangThenCommit', 'resetAfter', 'slow'],
    hangMs: 2_500,
  });
  const workers = new WorkerGroup({ ...bench.orders, clockJumps: true });
  const waiting = await proposeJournals(bench, times * 2);
  for (let n = 0; n < 2; n += 1) await workers.hire();
  for (let n = 0; n < times; n += 1) {
    await approveJournals(bench, waiting.splice(0, 2));
    await sleep(Math.random() * 300);
    await jump(bench, n % 2 === 0 ? 3_600 : -3_600);
  }
  // What was written while it was forward is due when the time has come: hours later.
  await jump(bench, 7_200);
  await settle(bench, 120_000);
  await workers.dismiss();
  const outcome = await judge(bench, { fault: 'clocks set there and back', times, told: workers });
  await bench.close();
  return outcome;
}

async function jump(bench: Bench, seconds: number): Promise<void> {
  await bench.db.pool.query(
    `update tieout.posting set lease_until = lease_until - $1 * interval '1 second', due_at = due_at - $1 * interval '1 second',
            first_negative_at = first_negative_at - $1 * interval '1 second' where state = any($2)`,
    [seconds, [...MACHINE_STATES]],
  );
}
